// Verifies a ledger against its own evidence: every leaf, every tree, every signature, every day of the chain.
import { actionLeaf, attemptLeaf } from '../evidence/attempt.ts'
import { dayHash, dayRoot, genesis } from '../evidence/day.ts'
import { growTree, sm3 } from '../evidence/merkle.ts'
import { receiptLeaf, signedText } from '../evidence/receipt.ts'
import * as chain from '../ledger/chain.ts'
import type { Query } from '../ledger/database.ts'
import { statementOf } from './restore.ts'

/** Something that does not fit. */
export type Fault = { day: string; evidence?: string; zh: string; en: string }

export type Audit = { days: number; receipts: number; attempts: number; actions: number; faults: Fault[] }

export type Verify = (data: Buffer, signature: Buffer) => boolean

/** Walks the whole ledger, day by day. `verify` checks a DER signature of the hub's key. */
export async function auditLedger(query: Query, verify: Verify): Promise<Audit> {
  const audit: Audit = { days: 0, receipts: 0, attempts: 0, actions: 0, faults: [] }
  for (const day of await chain.evidenceDays(query)) await auditDay(query, day, verify, audit)
  await auditChain(query, verify, audit)
  return audit
}

async function auditDay(query: Query, day: string, verify: Verify, audit: Audit): Promise<void> {
  audit.days++
  const leaves = new Map<string, Buffer[]>()
  const add = (evidence: string, leaf: Buffer): void => {
    const found = leaves.get(evidence)
    if (found) found.push(leaf)
    else leaves.set(evidence, [leaf])
  }
  const fault = (evidence: string, en: string, zh: string): void => {
    audit.faults.push({ day, evidence, en, zh })
  }
  for (const row of await chain.receiptStatements(query, day)) {
    audit.receipts++
    if (!row.payload || !sm3(row.payload).equals(row.content_digest)) {
      fault(row.evidence, `message ${row.id}: the payload was changed`, '原文被改动')
    }
    if (!sm3(row.canonical).equals(row.canonical_digest)) {
      fault(row.evidence, `message ${row.id}: the canonical form was changed`, '标准格式数据被改动')
    }
    add(row.evidence, receiptLeaf(statementOf(row)))
  }
  for (const row of await chain.attemptStatements(query, day)) {
    audit.attempts++
    const { started_at, request_digest, ...rest } = row
    add(
      row.evidence,
      attemptLeaf({ ...rest, startedAt: started_at.toISOString(), requestDigest: request_digest }),
    )
  }
  for (const row of await chain.actionStatements(query, day)) {
    audit.actions++
    if (row.action === 'correct' && !isWhole(row)) {
      fault(row.evidence, `action ${row.id}: the correction was changed or removed`, '更正内容被改动或删除')
    }
    add(row.evidence, actionLeaf(row))
  }
  for (const row of await chain.evidenceOf(query, day)) {
    const own = leaves.get(row.id) ?? []
    if (own.length !== row.size)
      fault(row.id, `${row.kind}: ${own.length} of ${row.size} rows are left`, '记录被删除')
    else if (!growTree(own).root.equals(row.root))
      fault(row.id, `${row.kind}: a row was changed`, '记录被改动')
    if (row.kind === 'receipts' && !(row.signature && verify(signedText(row.root), row.signature))) {
      fault(row.id, 'the signature of the root is wrong', '根签名不正确')
    }
  }
}

type Correction = { detail: string | null; canonical: string | null; bundle: number | null }

/** Whether the correction of an action is the one its leaf covers. */
function isWhole({ detail, canonical, bundle }: Correction): boolean {
  if (detail === null || canonical === null) return false
  const stated = JSON.parse(detail) as { canonical?: unknown; bundle?: unknown }
  return stated.canonical === sm3(canonical).toString('hex') && stated.bundle === bundle
}

async function auditChain(query: Query, verify: Verify, audit: Audit): Promise<void> {
  let previous = genesis
  for (const link of await chain.chainDays(query)) {
    const fault = (en: string, zh: string): void => {
      audit.faults.push({ day: link.day, en, zh })
    }
    const rows = await chain.evidenceOf(query, link.day)
    if (rows.length !== link.entries)
      fault(`${rows.length} of ${link.entries} evidence rows are left`, '存证被删除')
    else if (!dayRoot(rows.map((row) => row.root)).equals(link.root))
      fault('an evidence row was changed', '存证被改动')
    if (!link.previous.equals(previous)) fault('the link before is missing or was changed', '链条断开')
    if (!dayHash(link).equals(link.hash)) fault('the link was changed', '当日链节被改动')
    if (!verify(link.hash, link.signature)) fault('the signature of the day is wrong', '当日签名不正确')
    previous = link.hash
  }
}
