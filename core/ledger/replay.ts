// Replays of many dead letters at once: a run chooses by a filter, and goes through what it chose batch by batch.
import { type ActionEvidence, type Deed, recordActions } from './audit.ts'
import type { Database, Query } from './database.ts'
import { chosenDead, type DeadFilter, filterValues } from './dead.ts'

/** How many dead letters of a filter each system has; with `run`, those that died before it began. */
export function countDead(
  query: Query,
  filter: DeadFilter,
  run?: string,
): Promise<{ system: string; count: number }[]> {
  return query<{ system: string; count: number }>(
    `SELECT d.system, count(*)::int AS count ${chosenDead} AND ${diedBefore} GROUP BY d.system ORDER BY d.system`,
    [...filterValues(filter), run ?? null],
  )
}

// what a run replayed and what died again meanwhile died after it began: a run meets nothing twice
const diedBefore = `($9::uuid IS NULL OR d.settled_at <= (SELECT a.at FROM audit a WHERE a.id = $9))`

/** What a run was begun with (JSON); undefined when there is no such run. */
export async function detailOfRun(query: Query, run: string): Promise<string | undefined> {
  const [row] = await query<{ detail: string }>(
    `SELECT detail FROM audit WHERE id = $1 AND action = 'replay-many'`,
    [run],
  )
  return row?.detail
}

/** A delivery that was replayed. */
export type Replayed = { message: string; step: string; system: string; lane: number }

/**
 * Replays up to `limit` dead letters of a run from their places, oldest first, with an audit row each, in one short
 * transaction. `audit` says what is recorded of them. What another operator has in hand is left to him; what may have
 * arrived, where the filter chooses it, is sent again.
 */
export function replayBatch(
  database: Database,
  filter: DeadFilter,
  run: string,
  limit: number,
  audit: (replayed: readonly Replayed[]) => { deeds: readonly Deed[]; evidence: ActionEvidence },
): Promise<Replayed[]> {
  return database.transaction(async (query) => {
    const replayed = await query<Replayed>(
      `WITH chosen AS (SELECT d.message, d.step ${chosenDead} AND ${diedBefore}
         ORDER BY d.seq LIMIT $10 FOR UPDATE OF d SKIP LOCKED)
       UPDATE delivery d SET state = 'ready', due_at = now(), settled_at = NULL,
         doubt = CASE WHEN d.doubt IS NOT NULL THEN 'resend' END
       FROM chosen WHERE d.message = chosen.message AND d.step = chosen.step
       RETURNING d.message, d.step, d.system, d.lane`,
      [...filterValues(filter), run, limit],
    )
    if (replayed.length === 0) return []
    const { deeds, evidence } = audit(replayed)
    await recordActions(query, deeds, evidence)
    return replayed
  })
}
