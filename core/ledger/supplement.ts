// Supplement tasks: accepted once, worked on by one process at a time, and what becomes of each of their records.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'
import { reopenDelivery } from './reopen.ts'
import { batched } from './values.ts'

export type TaskState = 'waiting' | 'open' | 'telling' | 'done'
export type RecordState = 'new' | 'sent' | 'linked' | 'delivered' | 'later' | 'unknown' | 'gone'

export type TaskRow = {
  id: string
  system: string
  task: string
  state: TaskState
  reason: string | null
  deadline: Date | null
  wishes: string
  operator: string | null
  why: string | null
  accepted_at: Date
  found_at: Date | null
  finished_at: Date | null
  told_at: Date | null
  untold: string | null
  tries: number
}

export type RecordRow = {
  name: string
  members: string
  message: string | null
  step: string | null
  state: RecordState
}

const columns = `id, system, task, state, reason, deadline, wishes, operator, why, accepted_at, found_at, finished_at, told_at,
  untold, tries`

/** Whether a system is to be asked for tasks now, by whoever asks first; its clock starts with the first call. */
export async function claimPoll(query: Query, system: string, every: number): Promise<boolean> {
  const claimed = await query(
    `WITH claimed AS (UPDATE supplement_poll SET polled_at = now()
       WHERE system = $1 AND polled_at <= now() - $2::float8 * interval '1 ms' RETURNING 1),
     begun AS (INSERT INTO supplement_poll (system)
       SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM supplement_poll WHERE system = $1) ON CONFLICT DO NOTHING)
     SELECT 1 FROM claimed`,
    [system, every],
    'supplement.poll',
  )
  return claimed.length > 0
}

/** An operator asks now, audited; the clock starts anew. */
export async function noteAsked(database: Database, system: string, action: Action): Promise<void> {
  await database.transaction(async (query) => {
    await query(
      'INSERT INTO supplement_poll (system) VALUES ($1) ON CONFLICT (system) DO UPDATE SET polled_at = now()',
      [system],
    )
    await recordAction(query, action)
  })
}

/** Which of these tasks are known. */
export async function knownTasks(
  query: Query,
  system: string,
  tasks: readonly string[],
): Promise<Set<string>> {
  const rows = await query<{ task: string }>(
    'SELECT task FROM supplement WHERE system = $1 AND task = ANY ($2::text[])',
    [system, tasks],
  )
  return new Set(rows.map(({ task }) => task))
}

/** Accepts a task, audited; false when it was accepted before. */
export async function acceptTask(
  database: Database,
  task: Pick<TaskRow, 'id' | 'system' | 'task' | 'state' | 'reason' | 'deadline' | 'wishes' | 'operator'>,
  action: Action,
): Promise<boolean> {
  return database.transaction(async (query) => {
    const made = await query(
      `INSERT INTO supplement (id, system, task, state, reason, deadline, wishes, operator)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (system, task) DO NOTHING RETURNING 1`,
      [
        task.id,
        task.system,
        task.task,
        task.state,
        task.reason,
        task.deadline?.toISOString() ?? null,
        task.wishes,
        task.operator,
      ],
    )
    if (made.length > 0) await recordAction(query, action)
    return made.length > 0
  })
}

/** A task that is due, for `lease` ms nobody else's. One whose process ends is due again then. */
export async function takeTask(query: Query, lease: number): Promise<TaskRow | undefined> {
  const [row] = await query<TaskRow>(
    `UPDATE supplement SET due_at = now() + $1::float8 * interval '1 ms' WHERE id = (
       SELECT id FROM supplement WHERE state <> 'done' AND due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}`,
    [lease],
    'supplement.take',
  )
  return row
}

/** Says that a task is due in `pause` ms: still worked on, or for later. One that waits for a person is not due. */
export async function restTask(query: Query, id: string, pause: number): Promise<void> {
  await query(`UPDATE supplement SET due_at = now() + $2::float8 * interval '1 ms' WHERE id = $1`, [
    id,
    pause,
  ])
}

/** Lets a task wait for a person, unless one has said by now that it is executed. */
export async function parkTask(query: Query, id: string): Promise<void> {
  await query(
    `UPDATE supplement SET due_at = CASE WHEN state = 'waiting' THEN 'infinity'::timestamptz ELSE now() END WHERE id = $1`,
    [id],
  )
}

/** A person has a waiting task executed, audited; false when it waits no more. */
export async function releaseTask(database: Database, id: string, action: Action): Promise<boolean> {
  return database.transaction(async (query) => {
    const released = await query(
      `UPDATE supplement SET state = 'open', operator = $2, why = $3, due_at = now()
       WHERE id = $1 AND state = 'waiting' RETURNING 1`,
      [id, action.operator, action.reason],
    )
    if (released.length > 0) await recordAction(query, action)
    return released.length > 0
  })
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

/** Deliveries of a business key to a system, whatever their state. */
export function deliveriesOfKey(
  query: Query,
  system: string,
  key: string,
): Promise<{ message: string; step: string }[]> {
  return query(
    'SELECT d.message, d.step FROM message m JOIN delivery d ON d.message = m.id WHERE m.key = $1 AND d.system = $2',
    [key, system],
  )
}

/** A place among the deliveries of a system that are done. */
export type DonePlace = { at: string; message: string; step: string }

/** Deliveries that were done between two moments, after a place. */
export function donePage(
  query: Query,
  system: string,
  { from, to }: { from: Date; to: Date },
  after: DonePlace,
  limit: number,
): Promise<DonePlace[]> {
  return query<DonePlace>(
    `SELECT settled_at::text AS at, message, step FROM delivery WHERE system = $1 AND settled_at >= $2 AND settled_at < $3
       AND state IN ('delivered', 'duplicate', 'skipped') AND (settled_at, message, step) > ($4::timestamptz, $5::uuid, $6)
     ORDER BY settled_at, message, step LIMIT $7`,
    [system, from, to, after.at, after.message, after.step, limit],
  )
}

/** A place among the deliveries of a system that are open. */
export type OpenPlace = { key: string; seq: number; message: string; step: string }

/** Deliveries that are not done, of messages with an id from `from` up to `to`, after a place. */
export function openPage(
  query: Query,
  system: string,
  { from, to }: { from: string; to: string },
  after: Pick<OpenPlace, 'key' | 'seq'>,
  limit: number,
): Promise<OpenPlace[]> {
  return query<OpenPlace>(
    `SELECT key, seq::float8 AS seq, message, step FROM delivery WHERE system = $1 AND state IN ('held', 'ready', 'dead')
       AND message >= $2::uuid AND message < $3::uuid AND (key, seq) > ($4, $5::float8::bigint) ORDER BY key, seq LIMIT $6`,
    [system, from, to, after.key, after.seq, limit],
  )
}

/** The id of the oldest message here. */
export async function oldestMessage(query: Query): Promise<string | undefined> {
  const [row] = await query<{ id: string }>('SELECT id FROM message ORDER BY id LIMIT 1')
  return row?.id
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
         WHERE d.message = r.message AND d.step = r.step AND d.state IN ('held', 'ready', 'dead')) THEN 'linked' ELSE 'gone' END
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

/** Ends the execution of a task. */
export async function finishTask(query: Query, id: string): Promise<Date | undefined> {
  const [row] = await query<{ finished_at: Date }>(
    `UPDATE supplement SET state = 'telling', finished_at = now() WHERE id = $1 AND state = 'open' RETURNING finished_at`,
    [id],
  )
  return row?.finished_at
}

/** The platform knows, or need not: the task is done. */
export async function endTask(query: Query, id: string, isTold: boolean): Promise<void> {
  await query(
    `UPDATE supplement SET state = 'done', untold = NULL, told_at = CASE WHEN $2 THEN now() END
     WHERE id = $1 AND state = 'telling'`,
    [id, isTold],
  )
}

/** Telling failed: once more in `pause` ms. */
export async function noteUntold(query: Query, id: string, reason: string, pause: number): Promise<void> {
  await query(
    `UPDATE supplement SET untold = $2, tries = tries + 1, due_at = now() + $3::float8 * interval '1 ms'
     WHERE id = $1 AND state = 'telling'`,
    [id, reason, pause],
  )
}
