// Imports of stock files: what was begun, and how far it is.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'

export type ImportRow = {
  name: string
  system: string
  message: string
  file: string
  /** bytes */
  size: number
  /** SM3 of the file */
  digest: Buffer
  /** records read so far */
  position: number
  accepted: number
  duplicates: number
  refused: number
  operator: string
  reason: string
  started_at: Date
  updated_at: Date
  finished_at: Date | null
}

/** Records taken in one transaction. */
export type Taken = { accepted: number; duplicates: number; refused: number }

/** Somebody else moved the import on: two processes read the same file. */
export class ImportMoved extends Error {
  constructor(name: string) {
    super(`another process is importing ${name}`)
    this.name = 'ImportMoved'
  }
}

const columns = `name, system, message, file, size::float8 AS size, digest, position::float8 AS position,
  accepted::float8 AS accepted, duplicates::float8 AS duplicates, refused::float8 AS refused, operator, reason, started_at,
  updated_at, finished_at`

/** All imports, newest first. */
export function listImports(query: Query, limit: number): Promise<ImportRow[]> {
  return query<ImportRow>(`SELECT ${columns} FROM import ORDER BY started_at DESC LIMIT $1`, [limit])
}

/** The import of a name. */
export async function findImport(query: Query, name: string): Promise<ImportRow | undefined> {
  const [row] = await query<ImportRow>(`SELECT ${columns} FROM import WHERE name = $1`, [name])
  return row
}

/** Begins an import, audited, or finds the one that was begun under this name. */
export function beginImport(
  database: Database,
  file: Pick<ImportRow, 'name' | 'system' | 'message' | 'file' | 'size' | 'digest'>,
  action: Action,
): Promise<ImportRow> {
  return database.transaction(async (query) => {
    const made = await query(
      `INSERT INTO import (name, system, message, file, size, digest, operator, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1`,
      [
        file.name,
        file.system,
        file.message,
        file.file,
        file.size,
        file.digest,
        action.operator,
        action.reason,
      ],
    )
    if (made.length > 0) await recordAction(query, action)
    const row = await findImport(query, file.name)
    if (!row) throw new Error(`the import ${file.name} is gone`)
    return row
  })
}

/** Moves an import on, in the transaction that takes its records. Throws ImportMoved when it is not where it was. */
export async function moveImport(query: Query, name: string, from: number, taken: Taken): Promise<void> {
  const count = taken.accepted + taken.duplicates + taken.refused
  const rows = await query(
    `UPDATE import SET position = position + $3, accepted = accepted + $4, duplicates = duplicates + $5,
       refused = refused + $6, updated_at = now() WHERE name = $1 AND position = $2 AND finished_at IS NULL RETURNING 1`,
    [name, from, count, taken.accepted, taken.duplicates, taken.refused],
    'import.move',
  )
  if (rows.length === 0) throw new ImportMoved(name)
}

/** Notes that a file was read to its end. */
export async function finishImport(query: Query, name: string): Promise<void> {
  await query('UPDATE import SET finished_at = coalesce(finished_at, now()) WHERE name = $1', [name])
}

/**
 * How many deliveries to these systems are on their way, counted no further than `most`: due, or to be tried again. Not what
 * waits behind a dead letter, or for a step that is one: an import that waited for those would wait for a person.
 */
export async function countOpen(query: Query, systems: readonly string[], most: number): Promise<number> {
  const rows = await query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (SELECT 1 FROM lane l CROSS JOIN LATERAL (
       SELECT 1 FROM delivery d WHERE d.system = l.system AND d.lane = l.lane AND d.state = 'ready'
         AND d.due_at < 'infinity' LIMIT $2) d
       WHERE l.system = ANY ($1::text[]) LIMIT $2) counted`,
    [systems, most],
    'import.open',
  )
  return rows[0]?.n ?? 0
}
