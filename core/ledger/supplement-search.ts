// Deliveries among which the records of a supplement task are looked for.
import type { Query } from './database.ts'

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
