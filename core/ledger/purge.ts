// Takes archived days out of the ledger. A partition whose days are all archived is dropped; the few days of it that must
// stay become partitions of their own first. Deleting is left to what has no partitions, in small steps.
import { dayOf, idAt } from '../id.ts'
import { startOfDay } from '../time.ts'
import type { Database, Query } from './database.ts'
import {
  attachPartition,
  listPartitions,
  lockPartitions,
  type Partition,
  partitioned,
  partitionOf,
} from './partition.ts'

// with more days to keep than this, the whole partition stays: they would all be copied
const mostKept = 8

/** A day that may leave; `restored`: for the second time. */
export type Going = { day: string; file: string; digest: Buffer; restored: boolean }

/** A partition with days that may leave; `stays`: the days in it that may not. */
export type Leaving = { partition: Partition; goes: Going[]; stays: string[] }

const going = 'a.day::text AS day, a.file, a.digest, a.restored_until IS NOT NULL AS restored FROM archive a'
// archived, with its coverage counted to the end, and not brought back for a while
const free = `a.archived_at IS NOT NULL AND (a.restored_until < now() OR (a.restored_until IS NULL
  AND EXISTS (SELECT 1 FROM coverage_day c WHERE c.day = a.day AND c.counted_at >= a.archived_at)))`

/** Partitions that ended before `before` and would free something, oldest first. */
export async function leavingPartitions(query: Query, before: string): Promise<Leaving[]> {
  const border = idAt(startOfDay(before))
  const found: Leaving[] = []
  for (const partition of await listPartitions(query)) {
    if (partition.to > border) continue
    const stays = await stayingDays(query, partition)
    await writeAgain(query, stays)
    const goes = await goingDays(query, partition, stays)
    if (mayLeave(goes, stays)) found.push({ partition, goes, stays })
  }
  return found
}

/**
 * Drops a partition, but keeps the days `stays` of it. Answers the days that left; none, when it cannot be done now:
 * more must stay than before, or somebody reads the table. `note` runs in the same transaction.
 */
export async function dropPartition(
  database: Database,
  { partition, stays }: Leaving,
  note: (query: Query, days: readonly string[]) => Promise<void>,
): Promise<string[]> {
  try {
    return await database.transaction(async (query) => {
      await lockPartitions(query)
      const known = (await listPartitions(query)).some(({ name }) => name === partition.name)
      const kept = [...new Set([...stays, ...(await stayingDays(query, partition))])].sort()
      const goes = await goingDays(query, partition, kept)
      if (!known || !mayLeave(goes, kept)) return []
      const days = goes.map(({ day }) => day)
      await replacePartition(query, partition, kept.map(partitionOf))
      await markDropped(query, days)
      await note(query, days)
      return days
    })
  } catch (error) {
    if ((error as { code?: string }).code === lockNotAvailable) return []
    throw error
  }
}

/** Archived days before `before` that the default partition took, where there was no other. */
export function leavingDefault(query: Query, before: string): Promise<Going[]> {
  return query<Going>(
    `SELECT ${going} WHERE a.day < $1 AND a.dropped_at IS NULL AND ${free}
       AND EXISTS (SELECT 1 FROM evidence_default e WHERE e.day = a.day)
       AND NOT EXISTS (SELECT 1 FROM evidence_default e JOIN message_default m ON m.evidence = e.id
         JOIN delivery d ON d.message = m.id WHERE e.day = a.day
         AND (d.state IN ('held', 'ready', 'dead') OR d.settled_at > a.archived_at)) ORDER BY 1`,
    [before],
  )
}

/** Lets days go; what is in the default partition of them is cleared row by row. */
export async function markDropped(query: Query, days: readonly string[]): Promise<void> {
  await query(
    'UPDATE archive SET dropped_at = now(), cleared_at = NULL, restored_until = NULL WHERE day = ANY ($1::date[])',
    [days],
  )
}

const lockNotAvailable = '55P03'

/** Days with rows in a partition that may not leave: not archived, or with a delivery that changed since. */
async function stayingDays(query: Query, { from, to }: Partition): Promise<string[]> {
  const rows = await query<{ day: string }>(
    `SELECT DISTINCT e.day::text AS day FROM evidence e WHERE e.id >= $1::uuid AND e.id < $2::uuid
       AND NOT EXISTS (SELECT 1 FROM archive a WHERE a.day = e.day AND ${free})
     UNION
     SELECT DISTINCT e.day::text FROM delivery d JOIN message m ON m.id = d.message JOIN evidence e ON e.id = m.evidence
       LEFT JOIN archive a ON a.day = e.day
     WHERE d.message >= $1::uuid AND d.message < $2::uuid
       AND (d.state IN ('held', 'ready', 'dead') OR d.settled_at > a.archived_at)
       -- most deliveries were done before any of it was archived, and need not be looked up
       AND (d.state IN ('held', 'ready', 'dead') OR d.settled_at > (SELECT min(b.archived_at) FROM archive b
         WHERE b.day >= $3::date AND b.day < $4::date))`,
    [from, to, dayOf(from), dayOf(to)],
  )
  return rows.map(({ day }) => day).sort()
}

/** What is archived of these days counts no more, for they changed, or their file did: they are archived again. */
export async function writeAgain(query: Query, days: readonly string[]): Promise<void> {
  await query(
    `UPDATE archive SET archived_at = NULL
     WHERE day = ANY ($1::date[]) AND archived_at IS NOT NULL AND dropped_at IS NULL AND restored_until IS NULL`,
    [days],
  )
}

/** Archived days of a partition whose rows are here. */
function goingDays(query: Query, { from, to }: Partition, stays: readonly string[]): Promise<Going[]> {
  return query<Going>(
    `SELECT ${going} WHERE a.day >= $1::date AND a.day < $2::date
       AND ${free} AND a.dropped_at IS NULL AND a.day <> ALL ($3::date[]) ORDER BY 1`,
    [dayOf(from), dayOf(to), stays],
  )
}

/** Whether dropping a partition frees something, and does not copy most of it; an empty one leaves, too. */
function mayLeave(goes: readonly Going[], stays: readonly string[]): boolean {
  return stays.length === 0 || (goes.length > 0 && stays.length <= mostKept)
}

/** Puts partitions of single days in the place of a larger one; what is in none of them is dropped. */
async function replacePartition(
  query: Query,
  partition: Partition,
  days: readonly Partition[],
): Promise<void> {
  const { name } = partition
  for (const day of days) {
    for (const { table, id } of partitioned) {
      // the constraint says what attaching would otherwise read every row for, while everybody waits
      await query(
        `CREATE TABLE ${table}_${day.name} (LIKE ${table} INCLUDING ALL,
           CONSTRAINT span CHECK (${id} >= '${day.from}' AND ${id} < '${day.to}'))`,
      )
      await query(
        `INSERT INTO ${table}_${day.name} SELECT * FROM ${table}_${name} WHERE ${id} >= '${day.from}' AND ${id} < '${day.to}'`,
      )
    }
  }
  for (const { table } of partitioned) await query(`ALTER TABLE ${table} DETACH PARTITION ${table}_${name}`)
  for (const day of days) {
    for (const { table } of partitioned) {
      await attachPartition(query, table, day)
      await query(`ALTER TABLE ${table}_${day.name} DROP CONSTRAINT span`)
    }
  }
  // attempts that were made on a later day, whose archive they belong to
  await query(
    `INSERT INTO attempt SELECT t.* FROM attempt_${name} t JOIN evidence e ON e.id = t.evidence
     WHERE t.evidence >= '${days[0]?.from ?? partition.to}' AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = t.message)
       AND NOT EXISTS (SELECT 1 FROM archive a WHERE a.day = e.day AND ${free})`,
  )
  for (const { table } of partitioned) await query(`DROP TABLE ${table}_${name}`)
}
