// Supplement tasks: accepted once, and worked on by one process at a time.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'

export type TaskState = 'waiting' | 'open' | 'telling' | 'done'
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
