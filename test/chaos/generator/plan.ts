// What a run sends: keys that are each strictly in order inside and independent of each other, made when their turn comes.
import { DAY, date, dayOf } from '../../../sandbox/department/calendar.ts'
import type { Department, DepartmentName } from '../../../sandbox/department/catalog.ts'
import { inspect, issueLicence } from '../../../sandbox/department/life.ts'
import { departments } from '../../../sandbox/department/message.ts'
import { createRandom, type Random } from '../../../sandbox/department/random.ts'
import type { Entry } from '../../../sandbox/department/record.ts'
import { longCase, shortest } from './life.ts'

/** One body to post: consecutive records of one key. `twice`: it is sent again on purpose. */
export type Parcel = { entries: readonly Entry[]; twice: boolean }
/** All bodies of one key, in order. */
export type Job = { department: Department; parcels: Parcel[] }

const order: readonly DepartmentName[] = ['housing', 'social', 'market']
const perDay = 1_000
/** A case, and the licence and the inspection beside it. */
export const leastPerKey = shortest + 2

/** Jobs with `messages` records (leastPerKey a key) over at least `keys` keys; every tenth case gives one record to a licence and one to an inspection of their own. */
export function* plan(seed: string, messages: number, keys: number): Generator<Job, void, void> {
  const random = createRandom(seed)
  const first = dayOf('2024-03-04')
  for (let i = 0; i < keys; i++) {
    const count = Math.floor(messages / keys) + (i < messages % keys ? 1 : 0)
    const department = departments[order[i % order.length] ?? 'housing']
    const draw = random.fork(`key${i}`)
    const day = first + Math.floor(i / perDay) * DAY
    const number = (part: number): string =>
      `510700-${date(day).replaceAll('-', '')}-${String((i % perDay) * 3 + part).padStart(6, '0')}`
    const alone = i % 10 === 0
    const entries = longCase(department, draw, number(0), day, alone ? count - 2 : count)
    yield { department, parcels: parcelsOf(department, entries, draw) }
    if (!alone) continue
    const others = [issueLicence(department, draw, number(1), day), inspect(department, draw, number(2), day)]
    for (const entry of others) yield { department, parcels: [{ entries: [entry], twice: false }] }
  }
}

/** Market sends what lies beside each other and is of one kind in one body; the others send record by record. */
function parcelsOf(department: Department, entries: readonly Entry[], random: Random): Parcel[] {
  const parcels: Entry[][] = []
  for (const entry of entries) {
    const last = parcels.at(-1)
    const joins = department.name === 'market' && last?.[0]?.kind === entry.kind && last.length < 3
    if (joins) last?.push(entry)
    else parcels.push([entry])
  }
  return parcels.map((parcel) => ({ entries: parcel, twice: random.oneIn(20) }))
}
