// What archived days leave behind in tables without partitions, deleted in small steps: never many rows in one
// transaction, so that nobody waits and the space is used again.
import { idAt } from '../id.ts'
import { addDays, startOfDay } from '../time.ts'
import type { Query } from './database.ts'
import { partitioned } from './partition.ts'

const step = 2_000

/** Clears dropped days out of the deliveries and the default partition. Goes on where it was interrupted. */
export async function clearDropped(query: Query): Promise<void> {
  const days = await query<{ day: string }>(
    'SELECT day::text AS day FROM archive WHERE dropped_at IS NOT NULL AND cleared_at IS NULL ORDER BY 1',
  )
  for (const { day } of days) {
    const range = [idAt(startOfDay(day)), idAt(startOfDay(addDays(day, 1)))]
    // an open one would be a message that is still here
    await inSteps(
      query,
      'delivery',
      `message >= $1::uuid AND message < $2::uuid AND state NOT IN ('held', 'ready', 'dead')`,
      range,
    )
    for (const { table } of partitioned) {
      // an attempt belongs to the day it was made on, also where its message has left before
      const column = table === 'attempt' ? 'evidence' : 'id'
      await inSteps(query, `${table}_default`, `${column} >= $1::uuid AND ${column} < $2::uuid`, range)
    }
    await query('UPDATE archive SET cleared_at = now() WHERE day = $1 AND dropped_at IS NOT NULL', [day])
  }
}

/** Forgets operators' actions and corrections that are archived, and whose message has left too. */
export async function clearActions(query: Query, before: string): Promise<void> {
  for (const table of ['audit', 'correction']) {
    await inSteps(
      query,
      table,
      `evidence < $1::uuid AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = ${table}.evidence)
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = ${table}.message)`,
      [idAt(startOfDay(before))],
    )
  }
}

/** Forgets feed rows published before `before` that every platform which reads them has acknowledged. */
export async function clearFeeds(query: Query, before: string): Promise<void> {
  const datasets = await query<{ dataset: string; position: number }>(
    'SELECT dataset, min(position)::float8 AS position FROM feed_ack GROUP BY dataset',
  )
  for (const { dataset, position } of datasets) {
    await inSteps(
      query,
      'feed',
      'dataset = $1 AND position <= $2::float8::bigint AND published_at < $3::timestamptz',
      [dataset, position, startOfDay(before).toISOString()],
    )
  }
}

/** Forgets which records differed in reconciliations of days before `before`; their counts stay. */
export async function clearDifferences(query: Query, before: string): Promise<void> {
  await inSteps(
    query,
    'difference',
    `run IN (SELECT r.id FROM reconciliation r WHERE r.day < $1::date AND r.state <> 'running')`,
    [before],
  )
}

/** Forgets the records of supplement tasks that were done before `before`; the tasks stay. */
export async function clearSupplements(query: Query, before: string): Promise<void> {
  await inSteps(
    query,
    'supplement_record',
    `supplement IN (SELECT s.id FROM supplement s WHERE s.state = 'done' AND s.finished_at < $1::timestamptz)`,
    [startOfDay(before).toISOString()],
  )
}

/** Forgets deduplication keys of messages accepted before `before` that have left the ledger. */
export async function clearKeys(query: Query, before: string): Promise<void> {
  await inSteps(
    query,
    'deduplication',
    'message < $1::uuid AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = deduplication.message)',
    [idAt(startOfDay(before))],
  )
}

async function inSteps(
  query: Query,
  table: string,
  where: string,
  values: readonly unknown[],
): Promise<void> {
  let deleted: number
  do {
    const rows = await query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${where} LIMIT ${step})) RETURNING 1`,
      values,
    )
    deleted = rows.length
  } while (deleted === step)
}
