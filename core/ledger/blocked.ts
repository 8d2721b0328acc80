// Keys that do not go on: their head is dead, was tried in vain, or waits for another step, and others wait behind it.
import type { Query } from './database.ts'

export type BlockedKey = {
  /** place of the head in the order of the ledger */
  seq: number
  system: string
  key: string
  /** the head */
  message: string
  step: string
  state: 'dead' | 'ready' | 'held'
  attempts: number
  reason: string | null
  /** when it died, was first tried, or was accepted */
  since: Date
  /** when it is tried again; null when it waits for a person or another step */
  due_at: Date | null
  behind: number
  type: string
  canonical: string
  bundle: number
}

/**
 * Blocked keys behind place `after`, oldest head first. A head that is not dead counts when it has stood for `waiting`
 * seconds. Keys whose system was not tried at all are no news of the key: the system's own counts tell them.
 */
export function listBlocked(
  query: Query,
  system: string | undefined,
  { after, limit, waiting }: { after: number; limit: number; waiting: number },
): Promise<BlockedKey[]> {
  // system by system: of each the first of its own, in the order of delivery_stuck, and of those the first of all
  return query<BlockedKey>(
    `SELECT h.seq::float8 AS seq, h.system, h.key, h.message, h.step, h.state, h.attempts, h.reason, h.since,
       CASE WHEN h.state = 'ready' AND h.due_at < 'infinity' THEN h.due_at END AS due_at,
       (SELECT count(*)::int FROM delivery e WHERE e.system = h.system AND e.key = h.key AND e.seq > h.seq
         AND e.state IN ('held', 'ready', 'dead')) AS behind,
       h.type, h.canonical, h.bundle
     FROM (SELECT DISTINCT system FROM lane WHERE $1::text IS NULL OR system = $1) l CROSS JOIN LATERAL (
       SELECT d.*, m.type, coalesce(c.canonical, m.canonical) AS canonical, coalesce(c.bundle, m.bundle) AS bundle, s.since
       FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
         CROSS JOIN LATERAL (SELECT CASE WHEN d.state = 'dead' THEN d.settled_at ELSE coalesce(
           (SELECT a.started_at FROM attempt a WHERE a.message = d.message AND a.step = d.step AND a.number = 1),
           m.accepted_at) END AS since) s
       WHERE (d.state = 'held' OR d.state = 'dead' OR (d.state = 'ready' AND d.attempts > 0))
         AND d.system = l.system AND d.seq > $2::float8::bigint
         AND (d.state = 'dead' OR s.since <= now() - $4::float8 * interval '1 s')
         AND EXISTS (SELECT 1 FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq > d.seq
           AND e.state IN ('held', 'ready', 'dead'))
         AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq < d.seq
           AND e.state IN ('held', 'ready', 'dead'))
       ORDER BY d.seq LIMIT $3) h
     ORDER BY h.seq LIMIT $3`,
    [system ?? null, after, limit, waiting],
  )
}
