// Evidence rows and the daily chain.
import type { Query } from './database.ts'

export type EvidenceRow = {
  id: string
  kind: 'receipts' | 'attempts' | 'actions'
  size: number
  root: Buffer
  signature: Buffer | null
  key_id: string | null
}
export type DayRow = {
  day: string
  entries: number
  root: Buffer
  previous: Buffer
  hash: Buffer
  signature: Buffer
  key_id: string
}

/** Days with evidence that are over (before `today`) and not yet in the chain, oldest first. */
export async function openDays(query: Query, today: string): Promise<string[]> {
  const rows = await query<{ day: string }>(
    `SELECT DISTINCT day::text AS day FROM evidence e WHERE day < $1::date
       AND NOT EXISTS (SELECT 1 FROM evidence_day d WHERE d.day = e.day) ORDER BY 1`,
    [today],
  )
  return rows.map((row) => row.day)
}

/** All evidence of a day, in order of id. */
export function evidenceOf(query: Query, day: string): Promise<EvidenceRow[]> {
  return query<EvidenceRow>(
    'SELECT id, kind, size, root, signature, key_id FROM evidence WHERE day = $1 ORDER BY id',
    [day],
  )
}

const dayColumns = 'day::text AS day, entries, root, previous, hash, signature, key_id'

/** The links of the chain, oldest first. */
export function chainDays(query: Query): Promise<DayRow[]> {
  return query<DayRow>(`SELECT ${dayColumns} FROM evidence_day ORDER BY day`)
}

/** The newest link. */
export async function lastDay(query: Query): Promise<DayRow | undefined> {
  const rows = await query<DayRow>(`SELECT ${dayColumns} FROM evidence_day ORDER BY day DESC LIMIT 1`)
  return rows[0]
}

/** Adds a link; the first process to close a day wins. */
export async function addDay(query: Query, d: DayRow): Promise<void> {
  await query(
    `INSERT INTO evidence_day (day, entries, root, previous, hash, signature, key_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (day) DO NOTHING`,
    [d.day, d.entries, d.root, d.previous, d.hash, d.signature, d.key_id],
  )
}

/** Evidence days that exist at all, oldest first. */
export async function evidenceDays(query: Query): Promise<string[]> {
  const rows = await query<{ day: string }>('SELECT DISTINCT day::text AS day FROM evidence ORDER BY 1')
  return rows.map((row) => row.day)
}

/** What the leaves of a day's receipts trees are computed from, tree by tree in leaf order. */
export function receiptStatements(
  query: Query,
  day: string,
): Promise<
  {
    evidence: string
    id: string
    source: string
    type: string
    key: string
    deduplication: string
    content_digest: Buffer
    canonical: string
    canonical_digest: Buffer
    payload: Buffer | null
    accepted_at: Date
  }[]
> {
  return query(
    `SELECT m.evidence, m.id, m.source, m.type, m.key, m.deduplication, m.content_digest, m.canonical,
       m.canonical_digest, coalesce(m.payload, p.payload) AS payload, m.accepted_at
     FROM evidence e JOIN message m ON m.evidence = e.id LEFT JOIN post p ON p.id = m.post
     WHERE e.day = $1 AND e.kind = 'receipts' ORDER BY e.id, m.leaf`,
    [day],
  )
}

/** What the leaves of a day's attempts trees are computed from, tree by tree in leaf order. */
export function attemptStatements(
  query: Query,
  day: string,
): Promise<
  {
    evidence: string
    message: string
    step: string
    number: number
    started_at: Date
    outcome: string
    status: number | null
    request_digest: Buffer | null
    reason: string | null
  }[]
> {
  return query(
    `SELECT a.evidence, a.message, a.step, a.number, a.started_at, a.outcome, a.status, a.request_digest, a.reason
     FROM evidence e JOIN attempt a ON a.evidence = e.id
     WHERE e.day = $1 AND e.kind = 'attempts' ORDER BY e.id, a.leaf`,
    [day],
  )
}

/** A day's operator actions, tree by tree in the order of their leaves, each with the correction it made. */
export function actionStatements(
  query: Query,
  day: string,
): Promise<
  {
    evidence: string
    id: string
    operator: string
    action: string
    message: string | null
    step: string | null
    reason: string
    detail: string | null
    /** of the correction; null for any other action */
    canonical: string | null
    bundle: number | null
  }[]
> {
  return query(
    `SELECT a.evidence, a.id, a.operator, a.action, a.message, a.step, a.reason, a.detail, c.canonical, c.bundle
     FROM evidence e JOIN audit a ON a.evidence = e.id LEFT JOIN correction c ON c.id = a.id AND c.message = a.message
     WHERE e.day = $1 AND e.kind = 'actions' ORDER BY e.id, a.id`,
    [day],
  )
}
