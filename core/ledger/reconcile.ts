// Reconciliations: their runs, the ids of both sides while one goes on, and the differences that are left.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'
import { reopenDelivery } from './reopen.ts'
import { batched } from './values.ts'

export type RunRow = {
  id: string
  system: string
  day: string
  state: 'running' | 'done' | 'failed'
  sent: number
  received: number
  missing: number
  extra: number
  different: number
  open: number
  reason: string | null
  operator: string
  started_at: Date
  finished_at: Date | null
}

export type DifferenceRow = {
  /** count: of a part of the day, as many were sent and received as `own` and `theirs` say */
  kind: 'missing' | 'extra' | 'different' | 'count'
  name: string
  message: string | null
  step: string | null
  resolved: string | null
  own: number | null
  theirs: number | null
}

const columns = `id, system, day::text AS day, state, sent, received, missing, extra, different, open, reason, operator,
  started_at, finished_at`

/** Begins a run, audited; false when a hub has begun the same one by itself. */
export async function beginRun(
  database: Database,
  { id, system, day }: Pick<RunRow, 'id' | 'system' | 'day'>,
  action: Action,
): Promise<boolean> {
  return database.transaction(async (query) => {
    const made = await query(
      `INSERT INTO reconciliation (id, system, day, state, operator) VALUES ($1, $2, $3, 'running', $4)
       ON CONFLICT DO NOTHING RETURNING 1`,
      [id, system, day, action.operator],
    )
    if (made.length > 0) await recordAction(query, action)
    return made.length > 0
  })
}

export async function findRun(query: Query, id: string): Promise<RunRow | undefined> {
  const [row] = await query<RunRow>(`SELECT ${columns} FROM reconciliation WHERE id = $1`, [id])
  return row
}

/** Runs, newest first; of one system or day where given. */
export function listRuns(
  query: Query,
  { system, day, limit }: { system?: string | undefined; day?: string | undefined; limit: number },
): Promise<RunRow[]> {
  return query<RunRow>(
    `SELECT ${columns} FROM reconciliation WHERE ($1::text IS NULL OR system = $1) AND ($2::date IS NULL OR day = $2)
     ORDER BY id DESC LIMIT $3`,
    [system ?? null, day ?? null, limit],
  )
}

/** Runs that nobody works on any more: their process was stopped. Taken by one caller. */
export async function takeLostRun(query: Query, silence: number): Promise<RunRow | undefined> {
  const [row] = await query<RunRow>(
    `UPDATE reconciliation SET touched_at = now() WHERE id = (SELECT id FROM reconciliation WHERE state = 'running'
       AND touched_at < now() - $1::float8 * interval '1 ms' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}`,
    [silence],
  )
  return row
}

/** Says that a run is worked on. */
export async function touchRun(query: Query, id: string): Promise<void> {
  await query('UPDATE reconciliation SET touched_at = now() WHERE id = $1', [id])
}

const insertOwn = batched(
  'reconcile.own',
  ['uuid', 'text', 'text', 'uuid', 'text', 'boolean', 'bytea'],
  (v) => `INSERT INTO reconciliation_id (run, name, part, message, step, inside, own)
    SELECT DISTINCT ON (run, name) * FROM (VALUES ${v}) v (run, name, part, message, step, inside, own)
    ORDER BY run, name, inside DESC
    ON CONFLICT (run, name) DO UPDATE SET message = excluded.message, step = excluded.step, own = excluded.own,
      inside = reconciliation_id.inside OR excluded.inside`,
)
const insertTheirs = batched(
  'reconcile.theirs',
  ['uuid', 'text', 'bytea'],
  (v) => `INSERT INTO reconciliation_id (run, name, there, theirs)
    SELECT DISTINCT ON (run, name) run, name, true, theirs FROM (VALUES ${v}) v (run, name, theirs) ORDER BY run, name
    ON CONFLICT (run, name) DO UPDATE SET there = true, theirs = excluded.theirs`,
)

/** `part`: of the day, where the system tells numbers only. */
export type OwnId = {
  name: string
  part: string | null
  message: string
  step: string
  inside: boolean
  own: Buffer | null
}

/** Notes what was sent. */
export async function noteOwn(query: Query, run: string, ids: readonly OwnId[]): Promise<void> {
  await insertOwn(
    query,
    ids.map(({ name, part, message, step, inside, own }) => [run, name, part, message, step, inside, own]),
  )
}

/** Notes what the system says it received. */
export async function noteTheirs(
  query: Query,
  run: string,
  ids: readonly { name: string; theirs: Buffer | null }[],
): Promise<void> {
  await insertTheirs(
    query,
    ids.map(({ name, theirs }) => [run, name, theirs]),
  )
}

/** What seems to be missing, after a name. */
export function missingPage(query: Query, run: string, after: string, limit: number): Promise<OwnId[]> {
  return query<OwnId>(
    `SELECT name, part, message, step, inside, own FROM reconciliation_id
     WHERE run = $1 AND inside AND NOT there AND name > $2 ORDER BY name LIMIT $3`,
    [run, after, limit],
  )
}

/** The system has it after all: it counts it to another day. */
export async function noteThere(query: Query, run: string, name: string): Promise<void> {
  await query('UPDATE reconciliation_id SET there = true, theirs = own WHERE run = $1 AND name = $2', [
    run,
    name,
  ])
}

const ownCounts = `SELECT part, count(*)::int AS n FROM reconciliation_id WHERE run = $1 AND inside GROUP BY part`
const theirCounts = 'unnest($2::text[], $3::int[]) t (part, n)'
const listed = (counts: ReadonlyMap<string, number>) => [[...counts.keys()], [...counts.values()]]

/** Leaves as missing, to be asked for, only what stands in parts of which the system has too few. */
export async function leaveShort(
  query: Query,
  run: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  await query(
    `UPDATE reconciliation_id r SET there = true FROM (${ownCounts}) o LEFT JOIN ${theirCounts} USING (part)
     WHERE r.run = $1 AND r.part = o.part AND o.n <= coalesce(t.n, 0)`,
    [run, ...listed(counts)],
  )
}

/** Ends a run: counts, keeps the differences, forgets the ids. `counts`: as the system tells them, where it tells no more. */
export async function finishRun(
  database: Database,
  { id, system }: Pick<RunRow, 'id' | 'system'>,
  { from, to }: { from: Date; to: Date },
  counts?: ReadonlyMap<string, number>,
): Promise<void> {
  await database.transaction(async (query) => {
    await query(
      `INSERT INTO difference (run, kind, name, message, step)
       SELECT run, CASE WHEN message IS NULL THEN 'extra' WHEN NOT there THEN 'missing' ELSE 'different' END, name, message, step
       FROM reconciliation_id WHERE run = $1 AND (message IS NULL OR (inside AND NOT there)
         OR (there AND own IS NOT NULL AND theirs IS DISTINCT FROM own)) ON CONFLICT DO NOTHING`,
      [id],
    )
    await query(
      `UPDATE reconciliation r SET state = 'done', finished_at = now(), touched_at = now(),
         sent = (SELECT count(*) FROM reconciliation_id WHERE run = $1 AND inside),
         received = (SELECT count(*) FROM reconciliation_id WHERE run = $1 AND there AND (message IS NULL OR inside)),
         missing = (SELECT count(*) FROM difference WHERE run = $1 AND kind = 'missing'),
         extra = (SELECT count(*) FROM difference WHERE run = $1 AND kind = 'extra'),
         different = (SELECT count(*) FROM difference WHERE run = $1 AND kind = 'different'),
         open = (SELECT count(*) FROM delivery d JOIN message m ON m.id = d.message WHERE d.system = $2
           AND d.state IN ('held', 'ready', 'dead') AND m.accepted_at >= $3 AND m.accepted_at < $4)
       WHERE id = $1`,
      [id, system, from, to],
    )
    if (counts) await finishCounts(query, id, counts)
    await query('DELETE FROM reconciliation_id WHERE run = $1', [id])
  })
}

/** Numbers that differ are differences of their own, and tell how many are missing and extra. */
async function finishCounts(query: Query, run: string, counts: ReadonlyMap<string, number>): Promise<void> {
  await query(
    `INSERT INTO difference (run, kind, name, own, theirs)
     SELECT $1, 'count', part, coalesce(o.n, 0), coalesce(t.n, 0)
     FROM (${ownCounts}) o FULL JOIN ${theirCounts} USING (part) WHERE coalesce(o.n, 0) <> coalesce(t.n, 0)`,
    [run, ...listed(counts)],
  )
  await query(
    `UPDATE reconciliation SET received = $2,
       (missing, extra) = (SELECT coalesce(sum(greatest(own - theirs, 0)), 0), coalesce(sum(greatest(theirs - own, 0)), 0)
         FROM difference WHERE run = $1 AND kind = 'count')
     WHERE id = $1`,
    [run, [...counts.values()].reduce((sum, n) => sum + n, 0)],
  )
}

/** Ends a run that could not be done. */
export async function failRun(query: Query, id: string, reason: string): Promise<void> {
  await query(
    `UPDATE reconciliation SET state = 'failed', reason = $2, finished_at = now() WHERE id = $1 AND state = 'running'`,
    [id, reason],
  )
  await query('DELETE FROM reconciliation_id WHERE run = $1', [id])
}

/** What a run found missing and nothing became of yet. */
export function unresolvedMissing(query: Query, run: string, limit: number): Promise<DifferenceRow[]> {
  return query<DifferenceRow>(
    `SELECT kind, name, message, step, resolved, own, theirs FROM difference
     WHERE run = $1 AND kind = 'missing' AND resolved IS NULL ORDER BY name LIMIT $2`,
    [run, limit],
  )
}

/** A page of the differences of a run, in order, after one of them. */
export function differencePage(
  query: Query,
  run: string,
  after: Pick<DifferenceRow, 'kind' | 'name'> | undefined,
  limit: number,
): Promise<DifferenceRow[]> {
  return query<DifferenceRow>(
    `SELECT kind, name, message, step, resolved, own, theirs FROM difference WHERE run = $1 AND (kind, name) > ($2, $3)
     ORDER BY kind, name LIMIT $4`,
    [run, after?.kind ?? '', after?.name ?? '', limit],
  )
}

/** All of them, page by page. */
export async function* differencesOf(
  query: Query,
  run: string,
  size: number,
): AsyncGenerator<DifferenceRow[]> {
  for (let page = await differencePage(query, run, undefined, size); page.length > 0; ) {
    yield page
    page = await differencePage(query, run, page.at(-1), size)
  }
}

/** Opens what is missing again, and notes what became of it. Answers its lane. */
export async function reopen(
  database: Database,
  run: string,
  name: string,
  action: Action & { message: string; step: string },
): Promise<{ system: string; lane: number } | 'later' | 'gone'> {
  return database.transaction(async (query) => {
    const opened = await reopenDelivery(query, action)
    await query(`UPDATE difference SET resolved = $3 WHERE run = $1 AND kind = 'missing' AND name = $2`, [
      run,
      name,
      typeof opened === 'string' ? opened : 'resent',
    ])
    return opened
  })
}
