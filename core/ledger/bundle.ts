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

/** A stored set of files that something still rests on. */
export type BundleUse = {
  id: number
  digest: string
  /** when it was first stored */
  loaded_at: Date
  /** deliveries pinned to it that are still to be made */
  open: number
  /** deliveries pinned to it that wait for a person */
  dead: number
}

/** The sets of files with deliveries that are not done, and `current` in any case; oldest first. */
export function bundlesInUse(query: Query, current: number): Promise<BundleUse[]> {
  return query<BundleUse>(
    `SELECT b.id, b.digest, b.loaded_at, coalesce(n.open, 0) AS open, coalesce(n.dead, 0) AS dead
     FROM bundle b LEFT JOIN (
       SELECT coalesce(c.bundle, m.bundle) AS bundle, count(*) FILTER (WHERE d.state <> 'dead')::int AS open,
         count(*) FILTER (WHERE d.state = 'dead')::int AS dead
       FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
       WHERE d.state IN ('held', 'ready', 'dead') GROUP BY 1) n ON n.bundle = b.id
     WHERE n.bundle IS NOT NULL OR b.id = $1 ORDER BY b.id`,
    [current],
  )
}

/** The files of a stored set. */
export async function loadBundle(query: Query, id: number): Promise<Buffer | undefined> {
  const rows = await query<{ files: Buffer }>('SELECT files FROM bundle WHERE id = $1', [id])
  return rows[0]?.files
}
