// What operators and health see of supplement tasks.
import type { Query } from './database.ts'
import type { TaskRow } from './supplement.ts'
import type { RecordRow } from './supplement-record.ts'

/** A task with its counts. */
export type TaskView = Omit<TaskRow, 'wishes' | 'found_at' | 'tries'> & {
  records: number
  delivered: number
  refused: number
}

const view = `SELECT s.id, s.system, s.task, s.state, s.reason, s.deadline, s.operator, s.why, s.accepted_at, s.finished_at,
    s.told_at, s.untold, c.records, c.delivered, c.refused
  FROM supplement s CROSS JOIN LATERAL (SELECT count(*)::int AS records,
    (count(*) FILTER (WHERE r.state = 'delivered'))::int AS delivered,
    (count(*) FILTER (WHERE r.state IN ('later', 'unknown', 'gone')))::int AS refused
    FROM supplement_record r WHERE r.supplement = s.id) c`

export async function viewTask(query: Query, id: string): Promise<TaskView | undefined> {
  const [row] = await query<TaskView>(`${view} WHERE s.id = $1`, [id])
  return row
}

/** Tasks, newest first; of one system or state where given. */
export function listTasks(
  query: Query,
  { system, state, limit }: { system?: string | undefined; state?: string | undefined; limit: number },
): Promise<TaskView[]> {
  return query<TaskView>(
    `${view} WHERE ($1::text IS NULL OR s.system = $1) AND ($2::text IS NULL OR s.state = $2) ORDER BY s.id DESC LIMIT $3`,
    [system ?? null, state ?? null, limit],
  )
}

/** The records of a task after a name, in order. */
export function recordPage(query: Query, id: string, after: string, limit: number): Promise<RecordRow[]> {
  return query<RecordRow>(
    `SELECT name, members, message, step, state FROM supplement_record WHERE supplement = $1 AND name > $2
     ORDER BY name LIMIT $3`,
    [id, after, limit],
  )
}

/** Of every system with tasks that are not done: how many, and how long ago the oldest deadline of one not executed passed, seconds. */
export function openTasks(query: Query): Promise<{ system: string; open: number; late: number }[]> {
  return query(
    `SELECT system, count(*)::int AS open, greatest(0, coalesce(max(extract(epoch FROM now() - deadline))
       FILTER (WHERE state <> 'telling'), 0))::float8 AS late
     FROM supplement WHERE state <> 'done' GROUP BY system ORDER BY system`,
  )
}
