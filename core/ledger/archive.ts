// Days on their way out of the ledger: which are due, what keeps them, who writes their file, and what became of them.
import { dayOf, idAt } from '../id.ts'
import { startOfDay } from '../time.ts'
import type { Query } from './database.ts'

/** A day as the archive knows it; `dropped`: its rows are no longer in the ledger. */
export type ArchivedDay = {
  day: string
  held: number
  file: string | null
  digest: Buffer | null
  messages: number | null
  archived_at: Date | null
  dropped_at: Date | null
  restored_until: Date | null
}

const columns = 'day::text AS day, held, file, digest, messages, archived_at, dropped_at, restored_until'

/** Every day the archive knows, oldest first. */
export function archivedDays(query: Query): Promise<ArchivedDay[]> {
  return query<ArchivedDay>(`SELECT ${columns} FROM archive ORDER BY day`)
}

/** Days whose proof is their file: their rows have left the ledger, or are about to. */
export async function filedDays(query: Query): Promise<Set<string>> {
  const rows = await query<{ day: string }>(
    'SELECT day::text AS day FROM archive WHERE archived_at IS NOT NULL AND restored_until IS NULL',
  )
  return new Set(rows.map(({ day }) => day))
}

/** One of them. */
export async function archivedDay(query: Query, day: string): Promise<ArchivedDay | undefined> {
  const [row] = await query<ArchivedDay>(`SELECT ${columns} FROM archive WHERE day = $1`, [day])
  return row
}

/**
 * The day and the file of a message that has left the ledger; undefined when it has not, when no such message is known
 * (any more), or when it was not `source`'s, where given.
 */
export async function whereArchived(
  query: Query,
  id: string,
  source?: string,
): Promise<{ day: string; file: string } | undefined> {
  const [row] = await query<{ day: string; file: string }>(
    `SELECT a.day::text AS day, a.file FROM archive a WHERE a.day = $1 AND a.dropped_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM deduplication k WHERE k.message = $2 AND ($3::text IS NULL OR k.source = $3))`,
    [dayOf(id), id, source ?? null],
  )
  return row
}

/** Closed days before `before` (that one not) that have no archive file yet, oldest first. */
export async function dueDays(query: Query, before: string): Promise<string[]> {
  const rows = await query<{ day: string }>(
    `SELECT d.day::text AS day FROM evidence_day d WHERE d.day < $1
       AND NOT EXISTS (SELECT 1 FROM archive a WHERE a.day = d.day AND a.archived_at IS NOT NULL) ORDER BY 1`,
    [before],
  )
  return rows.map(({ day }) => day)
}

/**
 * Days before `before` with messages that are not done: open deliveries, or feed rows that a platform has not yet
 * acknowledged. They stay, and it is noted what keeps them.
 */
export async function heldDays(query: Query, before: string): Promise<Map<string, number>> {
  const rows = await query<{ day: string; held: number }>(
    `WITH open AS (
       SELECT d.message FROM delivery d WHERE d.state IN ('held', 'ready', 'dead') AND d.message < $1::uuid
       UNION ALL
       SELECT f.message FROM dataset s JOIN feed f ON f.dataset = s.name
         AND f.position > coalesce((SELECT min(a.position) FROM feed_ack a WHERE a.dataset = s.name), 0)
       WHERE f.message < $1::uuid),
     held AS (
       SELECT e.day, count(*)::int AS held FROM open o JOIN message m ON m.id = o.message
         JOIN evidence e ON e.id = m.evidence GROUP BY e.day),
     free AS (UPDATE archive a SET held = 0 WHERE a.held > 0 AND NOT EXISTS (SELECT 1 FROM held h WHERE h.day = a.day))
     INSERT INTO archive AS a (day, held) SELECT day, held FROM held
     ON CONFLICT (day) DO UPDATE SET held = excluded.held RETURNING a.day::text AS day, a.held`,
    [idAt(startOfDay(before))],
  )
  return new Map(rows.map(({ day, held }) => [day, held]))
}

/** Of the closed days before `before`: how many something holds, and how many have no file though nothing does. */
export async function overdueDays(query: Query, before: string): Promise<{ held: number; late: number }> {
  const [row] = await query<{ held: number; late: number }>(
    `SELECT count(*) FILTER (WHERE a.held > 0)::int AS held, count(*) FILTER (WHERE coalesce(a.held, 0) = 0)::int AS late
     FROM evidence_day d LEFT JOIN archive a ON a.day = d.day
     WHERE d.day < $1 AND a.archived_at IS NULL`,
    [before],
    'health.archive',
  )
  return row ?? { held: 0, late: 0 }
}

/** Takes a day to write its file, for `minutes`; false when somebody else has it, or the file is there. */
export async function claimDay(query: Query, day: string, owner: string, minutes: number): Promise<boolean> {
  const rows = await query(
    `INSERT INTO archive AS a (day, owner, began_at, lease_until)
     VALUES ($1, $2, now(), now() + $3::float8 * interval '1 minute')
     ON CONFLICT (day) DO UPDATE SET owner = excluded.owner, began_at = now(), lease_until = excluded.lease_until
       WHERE a.archived_at IS NULL AND (a.lease_until IS NULL OR a.lease_until < now() OR a.owner = excluded.owner)
     RETURNING 1`,
    [day, owner, minutes],
  )
  return rows.length > 0
}

/** Gives a day back that was taken in vain. */
export async function releaseDay(query: Query, day: string, owner: string): Promise<void> {
  await query('UPDATE archive SET lease_until = NULL WHERE day = $1 AND owner = $2', [day, owner])
}

/** An archive file: its name in the folder, the SM3 of what is in it, and the version of the data key that sealed it. */
export type DayFile = { day: string; file: string; digest: Buffer; messages: number; version: number }

/** Records the checked file of a day (one on which nothing happened has left at once); false when somebody else has taken the day over meanwhile. */
export async function recordDay(
  query: Query,
  { day, file, digest, messages, version }: DayFile,
  owner: string,
): Promise<boolean> {
  const rows = await query(
    `UPDATE archive SET file = $3, digest = $4, messages = $5, version = $6, archived_at = began_at, lease_until = NULL, held = 0,
       dropped_at = CASE WHEN NOT EXISTS (SELECT 1 FROM evidence e WHERE e.day = $1) THEN now() END
     WHERE day = $1 AND owner = $2 AND archived_at IS NULL RETURNING 1`,
    [day, owner, file, digest, messages, version],
  )
  return rows.length > 0
}

// sealed with an older key than $1, or from before there were seals
const stale = 'archived_at IS NOT NULL AND coalesce(version, 0) < $1'

/** A file to seal anew. */
export type StaleFile = { day: string; file: string; digest: Buffer }

/** Files that are not sealed with `version` or a newer one, oldest first. */
export function staleFiles(query: Query, version: number): Promise<StaleFile[]> {
  return query<StaleFile>(
    `SELECT day::text AS day, file, digest FROM archive WHERE ${stale} ORDER BY archive.day`,
    [version],
  )
}

/** How many these are. */
export async function countStale(query: Query, version: number): Promise<number> {
  const [row] = await query<{ n: number }>(
    `SELECT count(*)::int AS n FROM archive WHERE ${stale}`,
    [version],
    'health.files',
  )
  return row?.n ?? 0
}

/** Takes such a file, for `minutes`; undefined when somebody else has it, or has sealed it meanwhile. */
export async function claimFile(
  query: Query,
  version: number,
  day: string,
  owner: string,
  minutes: number,
): Promise<StaleFile | undefined> {
  const [row] = await query<StaleFile>(
    `UPDATE archive SET owner = $3, lease_until = now() + $4::float8 * interval '1 minute'
     WHERE ${stale} AND day = $2 AND (lease_until IS NULL OR lease_until < now())
     RETURNING day::text AS day, file, digest`,
    [version, day, owner, minutes],
  )
  return row
}

/** Records what is in a file in place of its bytes, so that it is known whatever it is sealed with. */
export async function recordContent(query: Query, day: string, owner: string, digest: Buffer): Promise<void> {
  await query('UPDATE archive SET digest = $3 WHERE day = $1 AND owner = $2 AND archived_at IS NOT NULL', [
    day,
    owner,
    digest,
  ])
}

/** Records what a file is sealed with; false when somebody else has taken it, or its day is written again. */
export async function recordSeal(
  query: Query,
  day: string,
  owner: string,
  version: number,
): Promise<boolean> {
  const rows = await query(
    `UPDATE archive SET version = $3, lease_until = NULL
     WHERE day = $1 AND owner = $2 AND archived_at IS NOT NULL RETURNING 1`,
    [day, owner, version],
  )
  return rows.length > 0
}

/** The files that a version of the data key sealed, or that are being written, perhaps with it; oldest first. */
export async function filesSealedWith(query: Query, version: number): Promise<string[]> {
  const rows = await query<{ file: string }>(
    `SELECT coalesce(file, day::text) AS file FROM archive
     WHERE (archived_at IS NOT NULL AND version = $1) OR lease_until > now() ORDER BY day`,
    [version],
  )
  return rows.map(({ file }) => file)
}
