// The rows that stand behind evidence, tree by tree in the order of their leaves: for audits, proofs and archives. Asked for
// by trees, a few at a time, so that a day of any size is read in bounded memory.
import type { Query } from './database.ts'

/** Rows of trees; needs the values of `span`. The range is for the index, which knows pages by their first and last tree. */
function of(table: 'message m' | 'attempt a'): string {
  const [, alias] = table.split(' ')
  return `unnest($1::uuid[]) t (id) JOIN ${table} ON ${alias}.evidence = t.id AND ${alias}.evidence >= $2::uuid
    AND ${alias}.evidence <= $3::uuid`
}

/** Trees, in the order of their ids, with the first and the last of them. */
function span(trees: readonly string[]): unknown[] {
  return [trees, trees[0] ?? null, trees.at(-1) ?? null]
}

/** Brings the indexes by tree up to date, which is left to quiet times; what they do not cover yet is read whole each time. */
export async function summarise(query: Query): Promise<void> {
  await query(
    `SELECT brin_summarize_new_values(c.oid) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
     WHERE a.amname = 'brin' AND c.relkind = 'i' AND c.relnamespace = current_schema()::regnamespace`,
  )
}

export type ReceiptRow = {
  evidence: string
  id: string
  source: string
  type: string
  key: string
  deduplication: string
  content_digest: Buffer
  canonical: string
  canonical_digest: Buffer
  accepted_at: Date
  leaf: number
  path: string
  bundle: number
  /** id of the body it shares with others, or null */
  post: string | null
  payload: Buffer | null
}

/** The messages of receipts trees. */
export function receiptRows(query: Query, trees: readonly string[]): Promise<ReceiptRow[]> {
  return query<ReceiptRow>(
    `SELECT m.evidence, m.id, m.source, m.type, m.key, m.deduplication, m.content_digest, m.canonical,
       m.canonical_digest, m.accepted_at, m.leaf, m.path, m.bundle, m.post, coalesce(m.payload, p.payload) AS payload
     FROM ${of('message m')} LEFT JOIN post p ON p.id = m.post ORDER BY m.evidence, m.leaf`,
    span(trees),
  )
}

export type AttemptRow = {
  evidence: string
  message: string
  step: string
  number: number
  started_at: Date
  duration: number
  outcome: string
  status: number | null
  request_digest: Buffer | null
  reply: string | null
  reason: string | null
  leaf: number
}

const attemptColumns = `a.evidence, a.message, a.step, a.number, a.started_at, a.duration, a.outcome, a.status,
  a.request_digest, a.reply, a.reason, a.leaf`

/** The attempts of attempts trees. */
export function attemptRows(query: Query, trees: readonly string[]): Promise<AttemptRow[]> {
  return query<AttemptRow>(
    `SELECT ${attemptColumns} FROM ${of('attempt a')} ORDER BY a.evidence, a.leaf`,
    span(trees),
  )
}

export type ActionRow = {
  evidence: string
  id: string
  operator: string
  action: string
  message: string | null
  step: string | null
  reason: string
  detail: string | null
  at: Date
  /** of the correction it made; null for any other action */
  correction_step: string | null
  canonical: string | null
  canonical_digest: Buffer | null
  bundle: number | null
}

const actionColumns = `a.evidence, a.id, a.operator, a.action, a.message, a.step, a.reason, a.detail, a.at,
  c.step AS correction_step, c.canonical, c.canonical_digest, c.bundle
  FROM audit a LEFT JOIN correction c ON c.id = a.id AND c.message = a.message`

/** The actions of actions trees, each with the correction it made; in the order of their leaves. */
export function actionRows(query: Query, trees: readonly string[]): Promise<ActionRow[]> {
  return query<ActionRow>(
    `SELECT ${actionColumns} WHERE a.evidence = ANY ($1::uuid[]) ORDER BY a.evidence, a.id`,
    [trees],
  )
}

/** Trees in which a message stands: its receipt, its attempts, and what operators did about it. */
export async function treesOf(query: Query, message: string): Promise<string[]> {
  const rows = await query<{ evidence: string }>(
    `SELECT evidence FROM message WHERE id = $1 UNION SELECT evidence FROM attempt WHERE message = $1
     UNION SELECT evidence FROM audit WHERE message = $1 ORDER BY evidence`,
    [message],
  )
  return rows.map((row) => row.evidence)
}

export type DeliveryRow = {
  message: string
  step: string
  seq: string
  system: string
  key: string
  lane: number
  state: string
  /** null: set aside until what it waits for is done */
  due_at: Date | null
  attempts: number
  result: string | null
  reason: string | null
  settled_at: Date | null
  correction: string | null
  doubt: string | null
}

/** The deliveries of the messages of receipts trees, or of one of these, as they stand. */
export function deliveryRows(
  query: Query,
  trees: readonly string[],
  message: string | null,
): Promise<DeliveryRow[]> {
  return query<DeliveryRow>(
    `SELECT d.message, d.step, d.seq::text AS seq, d.system, d.key, d.lane, d.state,
       CASE WHEN isfinite(d.due_at) THEN d.due_at END AS due_at, d.attempts, d.result, d.reason, d.settled_at,
       d.correction, d.doubt
     FROM ${of('message m')} JOIN delivery d ON d.message = m.id
     WHERE $4::uuid IS NULL OR m.id = $4 ORDER BY m.evidence, m.leaf, d.seq`,
    [...span(trees), message],
  )
}
