// What waits in the ledger, asked so that 1,000,000 waiting deliveries cost no more than ten. Each statement goes by an
// index that its reader names; test/health/waiting.test.ts holds them to it.
import type { Query } from './database.ts'

export type OldestDue = {
  system: string
  /** seconds the oldest due delivery has waited; null when none is due */
  due: number | null
  /** the same of those that nobody tried yet */
  untried: number | null
}

// of a lane: when all of so many due heads were tried, somebody does look after the lane
const looked = 32

/** The oldest due delivery of every system: the first entries of each lane in delivery_due. */
export function oldestDue(query: Query): Promise<OldestDue[]> {
  return query<OldestDue>(
    `SELECT l.system, max(w.due)::float8 AS due, max(w.due) FILTER (WHERE w.attempts = 0)::float8 AS untried
     FROM lane l LEFT JOIN LATERAL (
       SELECT extract(epoch FROM now() - d.due_at) AS due, d.attempts FROM delivery d
       WHERE d.system = l.system AND d.lane = l.lane AND d.state = 'ready' AND d.due_at <= now()
       ORDER BY d.due_at, d.seq LIMIT ${looked}) w ON true
     GROUP BY l.system ORDER BY l.system`,
    [],
    'health.due',
  )
}

export type SystemCount = { system: string; count: number }

/** Deliveries of every system that are neither done nor dead, counted over delivery_open and delivery_dead_system. */
export async function countOpen(query: Query): Promise<{ open: SystemCount[]; dead: SystemCount[] }> {
  const counted = (states: string): Promise<SystemCount[]> =>
    query<SystemCount>(
      `SELECT system, count(*)::float8 AS count FROM delivery WHERE ${states} GROUP BY system ORDER BY system`,
      [],
      `health.count.${states}`,
    )
  const [all, dead] = await Promise.all([
    counted(`state IN ('held', 'ready', 'dead')`),
    counted(`state = 'dead'`),
  ])
  const deadOf = new Map(dead.map(({ system, count }) => [system, count]))
  return {
    open: all.map(({ system, count }) => ({ system, count: count - (deadOf.get(system) ?? 0) })),
    dead,
  }
}

const mostBlocked = 10_000

/** Keys of every system whose head is dead or was tried in vain, over delivery_stuck; at most 10,000 a system. */
export function countBlocked(query: Query): Promise<SystemCount[]> {
  return query<SystemCount>(
    `SELECT l.system, count(DISTINCT b.key)::float8 AS count
     FROM (SELECT DISTINCT system FROM lane) l CROSS JOIN LATERAL (
       SELECT d.key FROM delivery d WHERE d.system = l.system
         AND (d.state = 'held' OR d.state = 'dead' OR (d.state = 'ready' AND d.attempts > 0)) AND d.state <> 'held'
       LIMIT ${mostBlocked}) b
     GROUP BY l.system ORDER BY l.system`,
    [],
    'health.blocked',
  )
}

/** The ledger's clock, epoch ms. */
export async function ledgerClock(query: Query): Promise<number> {
  const rows = await query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now',
    [],
    'health.clock',
  )
  return rows[0]?.now ?? Number.NaN
}

/** Bytes the ledger takes on its server. */
export async function ledgerSize(query: Query): Promise<number> {
  const rows = await query<{ size: number }>('SELECT pg_database_size(current_database())::float8 AS size')
  return rows[0]?.size ?? Number.NaN
}
