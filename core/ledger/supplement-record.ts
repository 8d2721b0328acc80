// The records of a supplement task: which were meant, and what becomes of each.
import type { Action } from './audit.ts'
import type { Database, Query } from './database.ts'
import { reopenDelivery } from './reopen.ts'
import { batched } from './values.ts'

export type RecordState = 'new' | 'sent' | 'linked' | 'delivered' | 'later' | 'unknown' | 'gone'

export type RecordRow = {
  name: string
  members: string
  message: string | null
  step: string | null
  state: RecordState
}

const insertRecords = batched(
  'supplement.record',
  ['uuid', 'text', 'text', 'uuid', 'text'],
  (v) => `INSERT INTO supplement_record (supplement, name, members, message, step)
    SELECT DISTINCT ON (supplement, name) * FROM (VALUES ${v}) v (supplement, name, members, message, step)
    ORDER BY supplement, name, message DESC NULLS LAST
    ON CONFLICT (supplement, name) DO UPDATE SET message = excluded.message, step = excluded.step
    WHERE supplement_record.state = 'new'
      AND (supplement_record.message IS NULL OR excluded.message > supplement_record.message)`,
)

/** Notes records of a task; the newest message of a record counts. */
export async function noteRecords(
  query: Query,
  id: string,
  records: readonly Omit<RecordRow, 'state'>[],
): Promise<void> {
  await insertRecords(
    query,
    records.map(({ name, members, message, step }) => [id, name, members, message, step]),
  )
}

/** Ends the search: what was not found was never accepted here. */
export async function endSearch(database: Database, id: string): Promise<void> {
  await database.transaction(async (query) => {
    await query(
      `UPDATE supplement_record SET state = 'unknown' WHERE supplement = $1 AND state = 'new' AND message IS NULL`,
      [id],
    )
    await query('UPDATE supplement SET found_at = now() WHERE id = $1 AND found_at IS NULL', [id])
  })
}

/** Records that nothing was done about yet. */
export function newRecords(
  query: Query,
  id: string,
  limit: number,
): Promise<{ name: string; message: string; step: string }[]> {
  return query(
    `SELECT name, message, step FROM supplement_record
     WHERE supplement = $1 AND state = 'new' AND message IS NOT NULL ORDER BY name LIMIT $2`,
    [id, limit],
  )
}

/** Executes one record, once: sends it again where its key has not gone on. Answers the lane to wake, where there is one. */
export async function executeRecord(
  database: Database,
  id: string,
  name: string,
  action: Action & { message: string; step: string },
): Promise<{ system: string; lane: number } | undefined> {
  return database.transaction(async (query) => {
    const mine = await query(
      `SELECT 1 FROM supplement_record WHERE supplement = $1 AND name = $2 AND state = 'new' FOR UPDATE`,
      [id, name],
    )
    if (mine.length === 0) return undefined
    const opened = await reopenDelivery(query, action)
    await query(
      `UPDATE supplement_record r SET state = CASE WHEN $3 <> 'gone' THEN $3 WHEN EXISTS (SELECT 1 FROM delivery d
         WHERE d.message = r.message AND d.step = r.step AND d.state <> 'skipped') THEN 'linked' ELSE 'gone' END
       WHERE supplement = $1 AND name = $2`,
      [id, name, typeof opened === 'string' ? opened : 'sent'],
    )
    return typeof opened === 'string' ? undefined : opened
  })
}

/** Notes which records have arrived. Answers how many are still on their way. */
export async function followRecords(query: Query, id: string): Promise<number> {
  await query(
    `UPDATE supplement_record r SET state = CASE WHEN d.state = 'skipped' THEN 'gone' ELSE 'delivered' END FROM delivery d
     WHERE r.supplement = $1 AND r.state IN ('sent', 'linked') AND d.message = r.message AND d.step = r.step
       AND d.state IN ('delivered', 'duplicate', 'skipped')`,
    [id],
  )
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM supplement_record WHERE supplement = $1 AND state IN ('new', 'sent', 'linked')`,
    [id],
  )
  return row?.count ?? 0
}
