// Deliveries with what they go by: enough to make once more what was sent, or would be.
import type { Query } from './database.ts'

export type SentRow = {
  message: string
  step: string
  key: string
  /** null: not done */
  settled_at: Date | null
  type: string
  source: string
  accepted_at: Date
  bundle: number
  canonical: string
}

const columns = `d.message, d.step, d.key, d.settled_at, m.type, m.source, m.accepted_at,
  coalesce(c.bundle, m.bundle) AS bundle, coalesce(c.canonical, m.canonical) AS canonical`
const tables = `delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction`

/** One of them, as it stands now; none when there is no such delivery. */
export async function sentDelivery(
  query: Query,
  message: string,
  step: string,
): Promise<SentRow | undefined> {
  const [row] = await query<SentRow>(
    `SELECT ${columns} FROM ${tables} WHERE d.message = $1 AND d.step = $2`,
    [message, step],
  )
  return row
}

/** Those of a business key to a system, whatever their state. */
export function sentOfKey(query: Query, system: string, key: string): Promise<SentRow[]> {
  return query<SentRow>(`SELECT ${columns} FROM ${tables} WHERE m.key = $1 AND d.system = $2`, [key, system])
}

/** A place among the deliveries of a system that are done; `at` is to the microsecond. */
export type DonePlace = { at: string; message: string; step: string }
/** Before all of them. */
export const firstDone: DonePlace = {
  at: '-infinity',
  message: '00000000-0000-0000-0000-000000000000',
  step: '',
}
export type DoneRow = SentRow & DonePlace & { settled_at: Date }

/** How a delivery may be done. `skipped`: nothing was sent. */
export type Done = 'delivered' | 'duplicate' | 'skipped'

/** Those that were done so between two moments, after a place, in the order they were done. */
export function donePage(
  query: Query,
  system: string,
  states: readonly Done[],
  { from, to }: { from: Date; to: Date },
  after: DonePlace,
  limit: number,
): Promise<DoneRow[]> {
  return query<DoneRow>(
    `SELECT ${columns}, d.settled_at::text AS at FROM ${tables}
     WHERE d.system = $1 AND d.settled_at >= $2 AND d.settled_at < $3 AND d.state = ANY ($8::text[])
       AND (d.settled_at, d.message, d.step) > ($4::timestamptz, $5::uuid, $6)
     ORDER BY d.settled_at, d.message, d.step LIMIT $7`,
    [system, from, to, after.at, after.message, after.step, limit, states],
  )
}

/** A place among the deliveries of a system that are open. */
export type OpenPlace = { key: string; seq: number }
export const firstOpen: OpenPlace = { key: '', seq: 0 }

/** Those that are not done, of messages with an id from `from` up to `to`, after a place. */
export function openPage(
  query: Query,
  system: string,
  { from, to }: { from: string; to: string },
  after: OpenPlace,
  limit: number,
): Promise<(SentRow & OpenPlace)[]> {
  return query<SentRow & OpenPlace>(
    `SELECT ${columns}, d.seq::float8 AS seq FROM ${tables}
     WHERE d.system = $1 AND d.state IN ('held', 'ready', 'dead') AND d.message >= $2::uuid AND d.message < $3::uuid
       AND (d.key, d.seq) > ($4, $5::float8::bigint) ORDER BY d.key, d.seq LIMIT $6`,
    [system, from, to, after.key, after.seq, limit],
  )
}

/** The id of the oldest message here. */
export async function oldestMessage(query: Query): Promise<string | undefined> {
  const [row] = await query<{ id: string }>('SELECT id FROM message ORDER BY id LIMIT 1')
  return row?.id
}
