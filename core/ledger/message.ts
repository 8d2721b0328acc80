// Reads messages back: for receipts of duplicates, for the unified case query, and for operators.
import type { Query } from './database.ts'

/** What a receipt is rebuilt from. */
export type StoredReceipt = {
  id: string
  source: string
  type: string
  key: string
  deduplication: string
  content_digest: Buffer
  canonical_digest: Buffer
  accepted_at: Date
  leaf: number
  path: string
  root: Buffer
  signature: Buffer
  key_id: string
}

const provedColumns = 'm.key, m.content_digest, m.accepted_at, m.leaf, m.path, e.root, e.signature, e.key_id'
const receiptColumns = `m.id, m.source, m.type, m.deduplication, m.canonical_digest, ${provedColumns}`

/** What is known of a deduplication key; without `receipt` the message is archived. */
export type Known = Pick<StoredReceipt, 'id' | 'source' | 'type' | 'deduplication' | 'canonical_digest'> & {
  receipt: StoredReceipt | undefined
}

/** The accepted messages of deduplication keys `{ source, type, deduplication }`. */
export async function findAccepted(
  query: Query,
  keys: readonly { source: string; type: string; deduplication: string }[],
): Promise<Known[]> {
  const list = keys
    .map((_, i) => `($${i * 3 + 1}::text, $${i * 3 + 2}::text, $${i * 3 + 3}::text)`)
    .join(', ')
  const rows = await query<StoredReceipt & { there: boolean }>(
    `SELECT k.message AS id, k.source, k.type, k.deduplication, k.canonical_digest, ${provedColumns},
       e.id IS NOT NULL AS there
     FROM deduplication k LEFT JOIN message m ON m.id = k.message LEFT JOIN evidence e ON e.id = m.evidence
     WHERE (k.source, k.type, k.deduplication) IN (VALUES ${list})`,
    keys.flatMap((key) => [key.source, key.type, key.deduplication]),
  )
  return rows.map(({ there, ...row }) => ({ ...row, receipt: there ? row : undefined }))
}

/** The stored receipt of a message. */
export async function findReceipt(query: Query, id: string): Promise<StoredReceipt | undefined> {
  const rows = await query<StoredReceipt>(
    `SELECT ${receiptColumns} FROM message m JOIN evidence e ON e.id = m.evidence WHERE m.id = $1`,
    [id],
  )
  return rows[0]
}

/** The newest receipts. */
export function newestReceipts(query: Query, limit: number): Promise<StoredReceipt[]> {
  return query<StoredReceipt>(
    `SELECT ${receiptColumns} FROM message m JOIN evidence e ON e.id = m.evidence ORDER BY m.id DESC LIMIT $1`,
    [limit],
  )
}

export type DeliveryView = {
  message: string
  step: string
  system: string
  key: string
  state: string
  attempts: number
  reason: string | null
  settled_at: Date | null
}
export type MessageView = { id: string; source: string; type: string; key: string; accepted_at: Date }

/** A message with its deliveries; undefined when there is none (or it is not `source`'s, where given). */
export async function viewMessage(
  query: Query,
  id: string,
  source?: string,
): Promise<(MessageView & { deliveries: DeliveryView[] }) | undefined> {
  const rows = await query<MessageView>(
    'SELECT id, source, type, key, accepted_at FROM message WHERE id = $1 AND ($2::text IS NULL OR source = $2)',
    [id, source ?? null],
  )
  const message = rows[0]
  return message && { ...message, deliveries: await deliveriesOf(query, [id]) }
}

/** Every message of a key (a case), oldest first, with its deliveries: the unified query (统一查询). */
export async function viewCase(
  query: Query,
  key: string,
  source?: string,
): Promise<(MessageView & { deliveries: DeliveryView[] })[]> {
  const messages = await query<MessageView>(
    `SELECT id, source, type, key, accepted_at FROM message
     WHERE key = $1 AND ($2::text IS NULL OR source = $2) ORDER BY accepted_at, id LIMIT 1000`,
    [key, source ?? null],
  )
  const deliveries = await deliveriesOf(
    query,
    messages.map((m) => m.id),
  )
  return messages.map((m) => ({ ...m, deliveries: deliveries.filter((d) => d.message === m.id) }))
}

function deliveriesOf(query: Query, messages: readonly string[]): Promise<DeliveryView[]> {
  return query<DeliveryView>(
    `SELECT message, step, system, key, state, attempts, reason, settled_at
     FROM delivery WHERE message = ANY ($1::uuid[]) ORDER BY seq`,
    [messages],
  )
}

/** Everything an operator needs to judge a delivery. */
export type Evidenced = {
  canonical: string
  type: string
  key: string
  deduplication: string
  source: string
  bundle: number
  accepted_at: Date
  payload: Buffer
}

/** The original and canonical form of a message. */
export async function loadMessage(query: Query, id: string): Promise<Evidenced | undefined> {
  const rows = await query<Evidenced>(
    `SELECT m.canonical, m.type, m.key, m.deduplication, m.source, m.bundle, m.accepted_at,
       coalesce(m.payload, p.payload) AS payload
     FROM message m LEFT JOIN post p ON p.id = m.post WHERE m.id = $1`,
    [id],
  )
  return rows[0]
}

/** Results of a message's steps, by step name, for mappings that look them up. */
export async function resultsOf(query: Query, message: string): Promise<Record<string, unknown>> {
  const rows = await query<{ step: string; result: string }>(
    'SELECT step, result FROM delivery WHERE message = $1 AND result IS NOT NULL',
    [message],
    'delivery.results',
  )
  return Object.fromEntries(rows.map((row) => [row.step, JSON.parse(row.result) as unknown]))
}
