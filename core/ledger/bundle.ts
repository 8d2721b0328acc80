// Mapping files as they were when messages were accepted.
import type { Query } from './database.ts'

/** Stores a set of files once; answers its number. */
export async function saveBundle(query: Query, digest: string, files: Buffer): Promise<number> {
  await query('INSERT INTO bundle (digest, files) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING', [
    digest,
    files,
  ])
  const rows = await query<{ id: number }>('SELECT id FROM bundle WHERE digest = $1', [digest])
  const row = rows[0]
  if (!row) throw new Error('the bundle was not stored')
  return row.id
}

/** The files of a stored set. */
export async function loadBundle(query: Query, id: number): Promise<Buffer | undefined> {
  const rows = await query<{ files: Buffer }>('SELECT files FROM bundle WHERE id = $1', [id])
  return rows[0]?.files
}
