// PostgreSQL through `pg`: a few connections, one statement at a time on each.
import pg from 'pg'
import type { Query } from './table.ts'

/** Opens `size` connections and returns a query function that waits for a free one. */
export async function openPostgres(
  url: string,
  size: number,
): Promise<{ query: Query; close(): Promise<void> }> {
  const pool = new pg.Pool({ connectionString: url, min: size, max: size, idleTimeoutMillis: 0 })
  const query: Query = async (name, text, values) =>
    (await pool.query({ name, text, values: [...values] })).rows
  return { query, close: () => pool.end() }
}
