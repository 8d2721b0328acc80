// Dead letters: deliveries that need a person, and what a person may do with them.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'
import { type Release, release, unpark } from './settle.ts'

export type DeadLetter = {
  message: string
  step: string
  system: string
  key: string
  type: string
  source: string
  attempts: number
  reason: string | null
  settled_at: Date
  /** open deliveries of the same key and system that wait behind it */
  blocked: number
}

/** Dead letters, oldest first, of one system or of all. */
export function listDead(query: Query, system: string | undefined, limit: number): Promise<DeadLetter[]> {
  return query<DeadLetter>(
    `SELECT d.message, d.step, d.system, d.key, m.type, m.source, d.attempts, d.reason, d.settled_at,
       (SELECT count(*)::int FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq > d.seq
         AND e.state IN ('held', 'ready', 'dead')) AS blocked
     FROM delivery d JOIN message m ON m.id = d.message
     WHERE d.state = 'dead' AND ($1::text IS NULL OR d.system = $1) ORDER BY d.seq LIMIT $2`,
    [system ?? null, limit],
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
  action: 'skip' | 'replay'
  message: string
  step: string
  /** steps that wait for this one, with everything they need (skip frees them) */
  releases: readonly Release[]
}

/**
 * Skips or replays a dead delivery, with its audit row, in one transaction. A replayed delivery keeps its place in
 * its key. Answers the delivery's system and lane, or undefined when it is not dead.
 */
export function resolveDead(
  database: Database,
  action: Resolution,
): Promise<{ system: string; lane: number; key: string } | undefined> {
  return database.transaction(async (query) => {
    const rows = await query<{ system: string; lane: number; key: string }>(
      `UPDATE delivery SET state = CASE $3 WHEN 'skip' THEN 'skipped' ELSE 'ready' END, due_at = now(),
         settled_at = CASE $3 WHEN 'skip' THEN now() END
       WHERE message = $1 AND step = $2 AND state = 'dead' RETURNING system, lane, key`,
      [action.message, action.step, action.action],
    )
    const delivery = rows[0]
    if (!delivery) return undefined
    if (action.action === 'skip') {
      await release(query, [{ message: action.message, releases: action.releases }])
      await unpark(query, [delivery])
    }
    await recordAction(query, action)
    return delivery
  })
}
