// A replay of many dead letters: counted first, then done batch by batch. The run is one audited action with its filter,
// each delivery another that names the run. It can be continued by anybody, also after the process that began it died.
import { newId } from '../id.ts'
import { type Deed, recordAction } from '../ledger/audit.ts'
import type { Database } from '../ledger/database.ts'
import type { DeadFilter } from '../ledger/dead.ts'
import { countDead, detailOfRun, type Replayed, replayBatch } from '../ledger/replay.ts'
import { type Actor, newAction, proveActions } from './action.ts'
import type { Wake } from './queue.ts'

const batch = 200

export type ReplayState = {
  /** names the run to go on with; null when nothing was begun */
  run: string | null
  /** how many this call replayed */
  replayed: number
  /** what is left, in all and by system */
  remaining: number
  systems: { system: string; count: number }[]
  /** how many are left out because they may have arrived; a filter with `doubt` chooses these */
  inDoubt: number
}

/** What a filter chooses now; changes nothing. */
export function countReplay(database: Database, filter: DeadFilter): Promise<ReplayState> {
  return stateOf(database, null, 0, decided(filter))
}

/** Nobody replays many without a look at those that may have arrived: only a filter that names them chooses them. */
function decided(filter: DeadFilter): DeadFilter {
  return { ...filter, doubt: filter.doubt ?? false }
}

/** Begins a run, and replays its first batch. */
export async function beginReplay(
  database: Database,
  wish: DeadFilter,
  actor: Actor,
): Promise<{ state: ReplayState; lanes: Wake[] }> {
  const filter = decided(wish)
  const detail = JSON.stringify({ filter })
  const action = newAction({ ...actor, action: 'replay-many', message: null, step: null, detail })
  await database.transaction((query) => recordAction(query, action))
  return nextBatch(database, action.id, filter, actor)
}

/** Replays the next batch of a run; undefined when there is no such run. */
export async function continueReplay(
  database: Database,
  run: string,
  actor: Actor,
): Promise<{ state: ReplayState; lanes: Wake[] } | undefined> {
  const detail = await detailOfRun(database.query, run)
  return detail === undefined ? undefined : nextBatch(database, run, filterOf(detail), actor)
}

/** The filter as the run's action holds it. */
function filterOf(detail: string): DeadFilter {
  const { filter } = JSON.parse(detail) as { filter: Omit<DeadFilter, 'from' | 'to'> & Moments }
  const { from, to, ...rest } = filter
  return { ...rest, from: momentOf(from), to: momentOf(to) }
}
type Moments = { from?: string; to?: string }
const momentOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text)

async function nextBatch(database: Database, run: string, filter: DeadFilter, actor: Actor) {
  const done = await replayBatch(database, filter, run, batch, (replayed) => {
    const deeds = replayed.map((each) => deedOf(each, run, actor))
    return { deeds, evidence: proveActions(deeds) }
  })
  const lanes = new Map(done.map(({ system, lane }) => [`${system}/${lane}`, { system, lane }]))
  return { state: await stateOf(database, run, done.length, filter), lanes: [...lanes.values()] }
}

function deedOf({ message, step }: Replayed, run: string, actor: Actor): Deed {
  return { id: newId(), ...actor, action: 'replay', message, step, detail: JSON.stringify({ run }) }
}

async function stateOf(
  { query }: Database,
  run: string | null,
  replayed: number,
  filter: DeadFilter,
): Promise<ReplayState> {
  const count = (chosen: DeadFilter) => countDead(query, chosen, run ?? undefined)
  const systems = await count(filter)
  const inDoubt = filter.doubt ? 0 : sum(await count({ ...filter, doubt: true }))
  return { run, replayed, remaining: sum(systems), systems, inDoubt }
}

const sum = (systems: ReplayState['systems']): number => systems.reduce((all, { count }) => all + count, 0)
