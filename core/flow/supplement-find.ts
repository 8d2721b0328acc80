// Which deliveries a supplement task means. A record is known by the name its operation asks for it by, which stands in no
// index: it is made again of every delivery that may be meant — those of its business key, else of the days the task
// names, else all that are here, newest day first, until each was found.
import { dayOf, idAt } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { settledOne } from '../ledger/reconcile.ts'
import * as tasks from '../ledger/supplement.ts'
import { addDays, localDay, startOfDay } from '../time.ts'
import { recordName } from './reconcile-plan.ts'
import type { Registry } from './registry.ts'
import { sentOf } from './sent.ts'
import type { Supplement } from './supplement-plan.ts'
import { isMeant, nameOfWish, type Wish } from './supplement-task.ts'

type Parts = { database: Database; registry: Registry }
type Search = {
  id: string
  system: string
  plan: Supplement
  /** called after each page: the work goes on */
  touch: () => Promise<void>
}

const pageSize = 200

/** Writes down the records of a task: what was found of it, and what is not known here. */
export async function findRecords(parts: Parts, search: Search, wishes: readonly Wish[]): Promise<void> {
  const { id, plan } = search
  const { query } = parts.database
  const named = wishes.flatMap((wish) => {
    const name = nameOfWish(wish, plan.members)
    return name === undefined ? [] : [unfound(name, wish)]
  })
  await tasks.noteRecords(query, id, named)
  for (const group of groups(wishes)) {
    const missed = await findGroup(parts, search, group)
    // many were meant, and there is none
    const none = missed.filter((wish) => nameOfWish(wish, plan.members) === undefined)
    await tasks.noteRecords(
      query,
      id,
      none.map((wish) => unfound(describe(wish), wish)),
    )
    await search.touch()
  }
  await tasks.endSearch(parts.database, id)
}

const unfound = (name: string, { members }: Wish) => ({
  name,
  members: JSON.stringify(members),
  message: null,
  step: null,
})

function describe({ members, key, from, to }: Wish): string {
  const days = from === null ? [] : [from === to ? from : `${from}..${to}`]
  return [...Object.values(members), ...(key === null ? [] : [key]), ...days].join(' ')
}

/** Wishes that are looked for in the same place. */
function groups(wishes: readonly Wish[]): Wish[][] {
  const found = new Map<string, Wish[]>()
  for (const wish of wishes) {
    const place = JSON.stringify(wish.key === null ? [wish.from, wish.to] : wish.key)
    const group = found.get(place)
    if (group) group.push(wish)
    else found.set(place, [wish])
  }
  return [...found.values()]
}

/** Looks for wishes of one place; answers those of which nothing was found. */
async function findGroup(parts: Parts, search: Search, group: readonly Wish[]): Promise<Wish[]> {
  const { query } = parts.database
  const missed = new Set(group)
  const [{ key, from, to } = { key: null, from: null, to: null }] = group
  const take = async (page: readonly { message: string; step: string }[]): Promise<void> => {
    const records: Parameters<typeof tasks.noteRecords>[2][number][] = []
    for (const { message, step } of page) {
      const members = await membersOf(parts, search, message, step)
      const meant = members && group.filter((wish) => isMeant(wish, members))
      if (!members || !meant || meant.length === 0) continue
      for (const wish of meant) missed.delete(wish)
      const name = recordName(Object.values(members)) ?? ''
      records.push({ name, members: JSON.stringify(members), message, step })
    }
    await tasks.noteRecords(query, search.id, records)
    await search.touch()
  }
  if (key !== null) {
    await take(await tasks.deliveriesOfKey(query, search.system, key))
    return [...missed]
  }
  const oldest = await tasks.oldestMessage(query)
  if (oldest === undefined) return [...missed]
  const [here, today] = [dayOf(oldest), localDay(new Date())]
  const first = from !== null && from > here ? from : here
  const last = to !== null && to < today ? to : today
  await eachOpen(parts, search, { first, last }, take)
  for (let day = last; day >= first; day = addDays(day, -1)) {
    // days without an end are looked through only for as long as something is missed
    if (from === null && missed.size === 0) break
    await eachDone(parts, search, day, take)
  }
  return [...missed]
}

type Take = (page: readonly { message: string; step: string }[]) => Promise<void>

/** Deliveries that are not done, of messages accepted on these days. */
async function eachOpen(
  { database }: Parts,
  { system }: Search,
  { first, last }: { first: string; last: string },
  take: Take,
): Promise<void> {
  const span = { from: idAt(startOfDay(first)), to: idAt(startOfDay(addDays(last, 1))) }
  let after: Pick<tasks.OpenPlace, 'key' | 'seq'> = { key: '', seq: 0 }
  for (;;) {
    const page = await tasks.openPage(database.query, system, span, after, pageSize)
    const end = page.at(-1)
    if (!end) return
    after = end
    await take(page)
  }
}

/** Deliveries that were done on a day. */
async function eachDone({ database }: Parts, { system }: Search, day: string, take: Take): Promise<void> {
  const span = { from: startOfDay(day), to: startOfDay(addDays(day, 1)) }
  let after: tasks.DonePlace = { at: '-infinity', message: '00000000-0000-0000-0000-000000000000', step: '' }
  for (;;) {
    const page = await tasks.donePage(database.query, system, span, after, pageSize)
    const end = page.at(-1)
    if (!end) return
    after = end
    await take(page)
  }
}

/** The parts of the name a delivery's record goes by; undefined when it has none. */
async function membersOf(
  parts: Parts,
  { system, plan }: Search,
  message: string,
  step: string,
): Promise<Record<string, string> | undefined> {
  const [row] = await settledOne(parts.database.query, message, step)
  // files that lost its step, or cannot map it any more, name nothing
  const sent = row && (await sentOf(parts, system, row).catch(() => undefined))
  if (!sent) return undefined
  const values = plan.members.map((name) => [name, sent.question[name]] as const)
  if (values.some(([, value]) => value === undefined || value === null || value === '')) return undefined
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]))
}
