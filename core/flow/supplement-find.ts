// Which deliveries a supplement task means. A record is known by the name its operation asks for it by, which stands in no
// index: it is made again of every delivery that may be meant — those of its business key, else of the days the task
// names, else all that are here, newest day first, until each was found.
import { QiaoError } from '../errors.ts'
import type { Database } from '../ledger/database.ts'
import { type SentRow, sentOfKey } from '../ledger/sent.ts'
import { endSearch, noteRecords, type RecordRow } from '../ledger/supplement-record.ts'
import { recordName } from './reconcile-plan.ts'
import type { Registry } from './registry.ts'
import { sentOf } from './sent.ts'
import type { Supplement } from './supplement-plan.ts'
import { isMeant, nameOfWish, type Wish } from './supplement-task.ts'
import { type Take, walk } from './supplement-walk.ts'

type Parts = { database: Database; registry: Registry }
type Search = {
  id: string
  system: string
  plan: Supplement
  /** called after each page: the work goes on */
  touch: () => Promise<void>
}
type Found = Omit<RecordRow, 'state'>
/** Wishes that are looked for in the same place: one name each, or many records. */
type Group = Pick<Wish, 'key' | 'from' | 'to'> & { one: Map<string, Wish>; many: Set<Wish> }

/** Writes down the records of a task: what was found of it, and what is not known here. */
export async function findRecords(parts: Parts, search: Search, wishes: readonly Wish[]): Promise<void> {
  const { query } = parts.database
  for (const group of groupsOf(wishes, search.plan.members)) {
    await noteRecords(
      query,
      search.id,
      [...group.one].map(([name, wish]) => unfound(name, wish)),
    )
    const missed = await findGroup(parts, search, group)
    await noteRecords(
      query,
      search.id,
      [...missed].map((wish) => unfound(describe(wish), wish)),
    )
    await search.touch()
  }
  await endSearch(parts.database, search.id)
}

const unfound = (name: string, { members }: Wish): Found => ({
  name,
  members: JSON.stringify(members),
  message: null,
  step: null,
})

function describe({ members, key, from, to }: Wish): string {
  const days = from === null ? [] : [from === to ? from : `${from}..${to}`]
  return [...Object.values(members), ...(key === null ? [] : [key]), ...days].join(' ')
}

function groupsOf(wishes: readonly Wish[], members: readonly string[]): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const wish of wishes) {
    const name = nameOfWish(wish, members)
    // whose days they are only the platform knows: a record that is named is looked for in all
    const days = name === undefined && wish.key === null ? wish : { from: null, to: null }
    const place = { key: wish.key, from: days.from, to: days.to }
    const id = JSON.stringify(place)
    const group = groups.get(id) ?? { ...place, one: new Map(), many: new Set() }
    groups.set(id, group)
    if (name === undefined) group.many.add(wish)
    else group.one.set(name, wish)
  }
  return groups.values()
}

/** Looks for the wishes of a group; answers those that may mean many, and of which there is none. */
async function findGroup(parts: Parts, search: Search, group: Group): Promise<Set<Wish>> {
  const { query } = parts.database
  const left = new Set(group.one.keys())
  const missed = new Set(group.many)
  const take: Take = async (page) => {
    const records: Found[] = []
    for (const row of page) {
      const members = await membersOf(parts, search, row)
      if (!members) continue
      const name = recordName(Object.values(members)) ?? ''
      const meant = [...group.many].filter((wish) => isMeant(wish, members))
      if (meant.length === 0 && !group.one.has(name)) continue
      left.delete(name)
      for (const wish of meant) missed.delete(wish)
      records.push({ name, members: JSON.stringify(members), message: row.message, step: row.step })
    }
    await noteRecords(query, search.id, records)
    await search.touch()
  }
  if (group.key !== null) await take(await sentOfKey(query, search.system, group.key))
  else await walk(query, search.system, group, take, () => group.many.size === 0 && left.size === 0)
  return missed
}

/** The parts of the name a delivery's record goes by; undefined when it has none. */
async function membersOf(
  parts: Parts,
  { system, plan }: Search,
  row: SentRow,
): Promise<Record<string, string> | undefined> {
  const sent = await sentOf(parts, system, row).catch(unmapped)
  if (!sent) return undefined
  const values = plan.members.map((name) => [name, sent.names[name]] as const)
  if (values.some(([, value]) => value === undefined || value === null || value === '')) return undefined
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]))
}

/** What cannot be mapped has no name; any other failure is no reason to say that a record is unknown. */
function unmapped(error: unknown): undefined {
  if (!(error instanceof QiaoError)) throw error
  return undefined
}
