// Coverage (两个一律): of what departments accepted, what reached which system, by item and day, and what is late.
//
// Messages are counted, not deliveries: one has reached a system when all of its steps there are done. A day that is over
// is counted once and kept; while something of it is left it is counted again. What is not counted yet is counted when asked.
import { idAt } from '../id.ts'
import { addDays, startOfDay } from '../time.ts'
import type { Database, Query } from './database.ts'

/** How many messages; of those accepted, each is one of delivered, dead, skipped, open. */
export type Counts = {
  accepted: number
  delivered: number
  dead: number
  skipped: number
  open: number
  /** those for which a time was promised */
  promised: number
  /** of these: delivered after it, or not yet though it is over */
  late: number
}

/** Counts of a department's type, item and target; `item` and `system` are '' where there is none. */
export type CoverageRow = Counts & { source: string; type: string; item: string; system: string }

/** The words of Counts. */
export const countNames = ['accepted', 'delivered', 'dead', 'skipped', 'open', 'promised', 'late'] as const

// $1, $2: the first id of the day, and of the next one; one row a message and target, and of these the counts
const counted = `
  SELECT source, type, item, system, count(*)::int AS accepted,
    count(*) FILTER (WHERE system <> '' AND NOT dead AND NOT open AND NOT skipped)::int AS delivered,
    count(*) FILTER (WHERE dead)::int AS dead,
    count(*) FILTER (WHERE skipped AND NOT dead AND NOT open)::int AS skipped,
    count(*) FILTER (WHERE open AND NOT dead)::int AS open,
    count(*) FILTER (WHERE promised)::int AS promised,
    count(*) FILTER (WHERE late)::int AS late
  FROM (
    SELECT k.source, k.type, coalesce(k.item, '') AS item, coalesce(d.system, '') AS system,
      bool_or(d.state = 'dead') AS dead,
      bool_or(d.state IN ('held', 'ready')) AS open,
      bool_or(d.state = 'skipped') AS skipped,
      bool_or(d.promised_at IS NOT NULL) AS promised,
      bool_or(d.promised_at < CASE d.state WHEN 'skipped' THEN '-infinity' WHEN 'delivered' THEN d.settled_at
        WHEN 'duplicate' THEN d.settled_at ELSE now() END) AS late
    FROM deduplication k
      LEFT JOIN delivery d ON d.message = k.message AND d.message >= $1::uuid AND d.message < $2::uuid
    WHERE k.message >= $1::uuid AND k.message < $2::uuid
    GROUP BY k.message, k.source, k.type, k.item, d.system) each
  GROUP BY source, type, item, system`

const idsOf = (day: string): [string, string] => [idAt(startOfDay(day)), idAt(startOfDay(addDays(day, 1)))]

/** Counts a day as it stands; nothing is kept. Planned anew each time: how many rows a day has differs by far. */
export function countNow(query: Query, day: string): Promise<CoverageRow[]> {
  return query<CoverageRow>(counted, idsOf(day))
}

/** A closed day that is to be counted; `counted`: when it was counted last. */
export type DueDay = { day: string; counted: string | null }

/**
 * Closed days that were not counted, or were before they were archived; and those with something left that were not
 * counted for `minutes`. The longest waiting first.
 */
export function dueDays(query: Query, minutes: number, most: number): Promise<DueDay[]> {
  return query<DueDay>(
    `SELECT e.day::text AS day, c.counted_at::text AS counted FROM evidence_day e
       LEFT JOIN coverage_day c ON c.day = e.day LEFT JOIN archive a ON a.day = e.day
     WHERE a.dropped_at IS NULL AND (c.day IS NULL OR (a.restored_until IS NULL AND (c.counted_at < a.archived_at
       OR (c.remaining > 0 AND c.counted_at < now() - $1::float8 * interval '1 minute'))))
     ORDER BY c.counted_at NULLS FIRST, e.day LIMIT $2`,
    [minutes, most],
    'coverage.due',
  )
}

/** Counts a day and keeps it; false when another process did meanwhile. */
export function countDay(database: Database, { day, counted: before }: DueDay): Promise<boolean> {
  return database.transaction(async (query) => {
    const won = await query(
      `INSERT INTO coverage_day AS c (day, counted_at) VALUES ($1, now())
       ON CONFLICT (day) DO UPDATE SET counted_at = now() WHERE c.counted_at = $2::timestamptz RETURNING 1`,
      [day, before],
    )
    if (won.length === 0) return false
    await query('DELETE FROM coverage WHERE day = $1', [day])
    await query(
      `INSERT INTO coverage (day, source, type, item, system, ${countNames.join(', ')})
       SELECT $3::date, * FROM (${counted}) counts`,
      [...idsOf(day), day],
    )
    await query(
      `UPDATE coverage_day SET remaining = (SELECT coalesce(sum(dead + open), 0) FROM coverage WHERE day = $1)
       WHERE day = $1`,
      [day],
    )
    return true
  })
}

/** Notes that something of a counted day is open again. */
export async function uncount(query: Query, day: string): Promise<void> {
  await query('UPDATE coverage_day SET remaining = remaining + 1 WHERE day = $1', [day])
}

/** What counts can be asked by. */
export const groups = { department: 'source', item: 'item', day: 'day::text', system: 'system' } as const
export type Group = keyof typeof groups

/** Counts of a group and system. */
export type GroupRow = Counts & { group: string; system: string }

/** The kept counts of days from one to another, both with them. */
export function keptCounts(query: Query, from: string, to: string, by: Group): Promise<GroupRow[]> {
  return query<GroupRow>(
    `SELECT ${groups[by]} AS "group", system, ${countNames.map((name) => `sum(${name})::float8 AS ${name}`).join(', ')}
     FROM coverage WHERE day >= $1::date AND day <= $2::date GROUP BY 1, 2`,
    [from, to],
    `coverage.kept.${by}`,
  )
}

/** Counts of each system on the newest day that was counted. */
export function newestCounts(
  query: Query,
): Promise<Pick<GroupRow, 'system' | 'accepted' | 'delivered' | 'late'>[]> {
  return query(
    `SELECT system, sum(accepted)::float8 AS accepted, sum(delivered)::float8 AS delivered, sum(late)::float8 AS late
     FROM coverage WHERE day = (SELECT max(day) FROM coverage_day) AND system <> '' GROUP BY system`,
    [],
    'health.coverage',
  )
}

/**
 * Closed days from one to another whose rows are here and were not counted, and when the longest ago of the others was that
 * is not final.
 */
export async function knownDays(
  query: Query,
  from: string,
  to: string,
): Promise<{ uncounted: string[]; countedAt: Date | null }> {
  const rows = await query<{ day: string; there: boolean; counted_at: Date | null }>(
    `SELECT e.day::text AS day, c.day IS NOT NULL AS there,
       CASE WHEN c.remaining > 0 THEN c.counted_at END AS counted_at
     FROM evidence_day e LEFT JOIN coverage_day c ON c.day = e.day
     WHERE e.day >= $1::date AND e.day <= $2::date AND (c.day IS NOT NULL
       OR NOT EXISTS (SELECT 1 FROM archive a WHERE a.day = e.day AND a.dropped_at IS NOT NULL))`,
    [from, to],
    'coverage.days',
  )
  const times = rows.flatMap(({ counted_at }) => (counted_at ? [counted_at.getTime()] : []))
  return {
    uncounted: rows.filter(({ there }) => !there).map(({ day }) => day),
    countedAt: times.length > 0 ? new Date(Math.min(...times)) : null,
  }
}
