// Datasets that platforms pull by cursor.
import type { Query } from './database.ts'

export type FeedRow = { position: number; type: string; key: string; data: string }

/** Rows after `position`, oldest first. Positions are dense and appear in order, so nothing is ever skipped. */
export function readFeed(query: Query, dataset: string, position: number, limit: number): Promise<FeedRow[]> {
  return query<FeedRow>(
    `SELECT position::float8 AS position, type, key, data FROM feed
     WHERE dataset = $1 AND position > $2::float8::bigint ORDER BY position LIMIT $3`,
    [dataset, position, limit],
    'feed.read',
  )
}

/** The newest position of a dataset, 0 when it is empty. */
export async function feedEnd(query: Query, dataset: string): Promise<number> {
  const rows = await query<{ position: number }>(
    'SELECT position::float8 AS position FROM dataset WHERE name = $1',
    [dataset],
  )
  return rows[0]?.position ?? 0
}

/** Notes that `system` has taken everything up to `position`; never moves back. */
export async function ackFeed(
  query: Query,
  dataset: string,
  system: string,
  position: number,
): Promise<number> {
  const rows = await query<{ position: number }>(
    `INSERT INTO feed_ack AS a (dataset, system, position) VALUES ($1, $2, $3::float8::bigint)
     ON CONFLICT (dataset, system) DO UPDATE SET position = greatest(a.position, excluded.position), at = now()
     RETURNING position::float8 AS position`,
    [dataset, system, position],
  )
  return rows[0]?.position ?? position
}

/** The last acknowledged position, 0 when there is none. */
export async function ackedPosition(query: Query, dataset: string, system: string): Promise<number> {
  const rows = await query<{ position: number }>(
    'SELECT position::float8 AS position FROM feed_ack WHERE dataset = $1 AND system = $2',
    [dataset, system],
  )
  return rows[0]?.position ?? 0
}
