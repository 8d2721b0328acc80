// Counts for operators: what each system was owed, got, and still waits for.
import type { Query } from './database.ts'

export type SystemCounts = {
  system: string
  accepted: number
  delivered: number
  duplicate: number
  dead: number
  skipped: number
  open: number
  /** seconds the oldest due delivery has waited */
  oldest: number | null
}

/** Deliveries per system and state. */
export function countDeliveries(query: Query): Promise<SystemCounts[]> {
  return query<SystemCounts>(
    `SELECT system, count(*)::int AS accepted,
       count(*) FILTER (WHERE state = 'delivered')::int AS delivered,
       count(*) FILTER (WHERE state = 'duplicate')::int AS duplicate,
       count(*) FILTER (WHERE state = 'dead')::int AS dead,
       count(*) FILTER (WHERE state = 'skipped')::int AS skipped,
       count(*) FILTER (WHERE state IN ('ready', 'held'))::int AS open,
       extract(epoch FROM now() - min(due_at) FILTER (WHERE state = 'ready' AND due_at <= now()))::float8 AS oldest
     FROM delivery GROUP BY system ORDER BY system`,
  )
}

export type SourceCounts = { source: string; accepted: number; delivered: number; dead: number }

/** Messages per department: accepted, fully delivered, and those with a dead letter. */
export function countMessages(query: Query): Promise<SourceCounts[]> {
  return query<SourceCounts>(
    `SELECT m.source, count(*)::int AS accepted,
       count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id
         AND d.state IN ('held', 'ready', 'dead')))::int AS delivered,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.state = 'dead'))::int AS dead
     FROM message m GROUP BY m.source ORDER BY m.source`,
  )
}
