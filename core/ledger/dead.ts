// Dead letters: deliveries that need a person. Which there are, page by page, and how each one ends.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'
import { holdLaneOf } from './lane.ts'
import { type Release, release, unpark } from './settle.ts'

/** Which dead letters; what is left out narrows nothing. `from`, `to`: when they died, `to` itself not. */
export type DeadFilter = {
  system?: string | undefined
  type?: string | undefined
  source?: string | undefined
  key?: string | undefined
  /** a part of the reason, in whichever case */
  reason?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** those whose request may have arrived, or the others */
  doubt?: boolean | undefined
}

export type DeadLetter = {
  /** its place in the order of the ledger */
  seq: number
  message: string
  step: string
  system: string
  key: string
  type: string
  source: string
  attempts: number
  reason: string | null
  /** whether its request may have arrived */
  doubt: boolean
  settled_at: Date
  /** open deliveries of the same key and system that wait behind it */
  blocked: number
  canonical: string
  bundle: number
}

/** Dead letters as they died, joined with their messages; needs the values of `filterValues` from $1 on. */
export const chosenDead = `FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
  WHERE d.state = 'dead' AND ($1::text IS NULL OR d.system = $1) AND ($2::text IS NULL OR m.type = $2)
    AND ($3::text IS NULL OR m.source = $3) AND ($4::text IS NULL OR d.key = $4)
    AND ($5::text IS NULL OR strpos(lower(d.reason), lower($5)) > 0)
    AND ($6::timestamptz IS NULL OR d.settled_at >= $6) AND ($7::timestamptz IS NULL OR d.settled_at < $7)
    AND ($8::boolean IS NULL OR (d.doubt IS NOT NULL) = $8)`

/** The values of a filter, $1 to $8. */
export function filterValues({ system, type, source, key, reason, from, to, doubt }: DeadFilter): unknown[] {
  const texts = [system, type, source, key, reason].map((text) => text ?? null)
  return [...texts, from?.toISOString() ?? null, to?.toISOString() ?? null, doubt ?? null]
}

/** The dead letters of a filter behind place `after`, oldest first. */
export function listDead(
  query: Query,
  filter: DeadFilter,
  { after, limit }: { after: number; limit: number },
): Promise<DeadLetter[]> {
  return query<DeadLetter>(
    `SELECT d.seq::float8 AS seq, d.message, d.step, d.system, d.key, m.type, m.source, d.attempts, d.reason,
       d.doubt IS NOT NULL AS doubt, d.settled_at, coalesce(c.canonical, m.canonical) AS canonical, coalesce(c.bundle, m.bundle) AS bundle,
       (SELECT count(*)::int FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq > d.seq
         AND e.state IN ('held', 'ready', 'dead')) AS blocked
     ${chosenDead} AND d.seq > $9::float8::bigint ORDER BY d.seq LIMIT $10`,
    [...filterValues(filter), after, limit],
  )
}

export type AttemptView = {
  number: number
  started_at: Date
  duration: number
  outcome: string
  status: number | null
  reply: string | null
  reason: string | null
}

/** Every attempt of a delivery. */
export function attemptsOf(query: Query, message: string, step: string): Promise<AttemptView[]> {
  return query<AttemptView>(
    `SELECT number, started_at, duration, outcome, status, reply, reason FROM attempt
     WHERE message = $1 AND step = $2 ORDER BY number`,
    [message, step],
  )
}

/** What an operator does with a dead delivery. */
export type Resolution = Action & {
  action: 'skip' | 'replay' | 'confirm'
  message: string
  step: string
  /** steps that wait for this one, with everything they need (skip and confirm free them) */
  releases: readonly Release[]
}

/**
 * Skips, replays or confirms a dead delivery, with its audit row, in one transaction. A replayed delivery keeps its place
 * in its key, and one whose request may have arrived is sent again. Only such a one can be confirmed: it counts as
 * delivered. Answers the delivery's system and lane, or undefined when it is not dead, or not in doubt.
 */
export function resolveDead(
  database: Database,
  action: Resolution,
): Promise<{ system: string; lane: number; key: string } | undefined> {
  return database.transaction(async (query) => {
    // a claim that still saw it dead would set aside what waits behind it after that was brought back here
    if (!(await holdLaneOf(query, action))) return undefined
    const rows = await query<{ system: string; lane: number; key: string }>(
      `UPDATE delivery SET state = CASE $3 WHEN 'skip' THEN 'skipped' WHEN 'confirm' THEN 'delivered' ELSE 'ready' END,
         doubt = CASE WHEN $3 = 'replay' AND doubt IS NOT NULL THEN 'resend' END, due_at = now(),
         reason = CASE WHEN $3 <> 'confirm' THEN reason END,
         settled_at = CASE WHEN $3 <> 'replay' THEN now() END
       WHERE message = $1 AND step = $2 AND state = 'dead' AND ($3 <> 'confirm' OR doubt IS NOT NULL)
       RETURNING system, lane, key`,
      [action.message, action.step, action.action],
    )
    const delivery = rows[0]
    if (!delivery) return undefined
    if (action.action !== 'replay') {
      await release(query, [{ message: action.message, releases: action.releases }])
      await unpark(query, [delivery])
    }
    await recordAction(query, action)
    return delivery
  })
}
