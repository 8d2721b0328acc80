// Evidence rows and the daily chain.
import { addDays } from '../time.ts'
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

/** A tree about to be written. `signature` and `key_id`: receipts only, the rest is signed by its day. */
export type NewEvidence = EvidenceRow & { day: string }

/** The chain has this day already: nothing can be added to it. The clock of whoever wants to is wrong. */
export class DayClosed extends Error {
  constructor(day: string) {
    super(`${day} is closed: the clock of this machine is wrong`)
    this.name = 'DayClosed'
  }
}

/** Writes a tree. Throws DayClosed. */
export async function addEvidence(query: Query, e: NewEvidence): Promise<void> {
  const rows = await query(
    `INSERT INTO evidence (id, kind, day, size, root, signature, key_id)
     SELECT $1::uuid, $2, $3::date, $4::int, $5::bytea, $6::bytea, $7
     WHERE NOT EXISTS (SELECT 1 FROM evidence_day WHERE day = $3::date) RETURNING 1`,
    [e.id, e.kind, e.day, e.size, e.root, e.signature, e.key_id],
    'evidence.add',
  )
  if (rows.length === 0) throw new DayClosed(e.day)
}

/** Nobody writes evidence until the transaction ends; what others have begun to write is waited for. */
export async function holdEvidence(query: Query): Promise<void> {
  await query('LOCK TABLE evidence IN SHARE MODE')
}

/** The clock of the ledger, which all machines share. */
export async function ledgerTime(query: Query): Promise<Date> {
  const [row] = await query<{ now: Date }>('SELECT now() AS now')
  return row?.now ?? new Date()
}

/** The day that is to be closed next: the one after the newest link, or the first with evidence; undefined on an empty ledger. */
export async function openDay(query: Query): Promise<string | undefined> {
  const [row] = await query<{ closed: string | null; first: string | null }>(
    `SELECT (SELECT max(day)::text FROM evidence_day) AS closed, (SELECT min(day)::text FROM evidence) AS first`,
    [],
    'evidence.open',
  )
  if (row?.closed) return addDays(row.closed, 1)
  return row?.first ?? undefined
}

/** All evidence of a day, in order of id. */
export function evidenceOf(query: Query, day: string): Promise<EvidenceRow[]> {
  return query<EvidenceRow>(
    'SELECT id, kind, size, root, signature, key_id FROM evidence WHERE day = $1 ORDER BY id',
    [day],
  )
}

/** Trees by their ids, in order. */
export function findTrees(query: Query, ids: readonly string[]): Promise<(EvidenceRow & { day: string })[]> {
  return query(
    `SELECT id, kind, day::text AS day, size, root, signature, key_id FROM evidence WHERE id = ANY ($1::uuid[]) ORDER BY id`,
    [ids],
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
