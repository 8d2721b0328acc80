// Verifies a ledger against its own evidence: every leaf, every tree, every signature, every day of the chain.
import { actionLeaf, attemptLeaf } from '../evidence/attempt.ts'
import { checkLinks } from '../evidence/chain-check.ts'
import { dayRoot } from '../evidence/day.ts'
import { growTree, sm3 } from '../evidence/merkle.ts'
import { receiptLeaf, signedText } from '../evidence/receipt.ts'
import { filedDays } from '../ledger/archive.ts'
import * as chain from '../ledger/chain.ts'
import type { Query } from '../ledger/database.ts'
import { actionRows, attemptRows, receiptRows, summarise } from '../ledger/statements.ts'
import { attemptOf, linkOf, statementOf } from './restore.ts'

/** Something that does not fit. */
export type Fault = { day: string; evidence?: string; zh: string; en: string }

/** `archived`: days that are not looked at, for their proof is their file. */
export type Audit = {
  days: number
  archived: number
  receipts: number
  attempts: number
  actions: number
  faults: Fault[]
}

export type Verify = (data: Buffer, signature: Buffer) => boolean

/** Walks the whole ledger, day by day. `verify` checks a DER signature of the hub's key. */
export async function auditLedger(query: Query, verify: Verify): Promise<Audit> {
  const archived = await filedDays(query)
  const audit: Audit = { days: 0, archived: archived.size, receipts: 0, attempts: 0, actions: 0, faults: [] }
  await summarise(query)
  for (const day of await chain.evidenceDays(query))
    if (!archived.has(day)) await auditDay(query, day, verify, audit)
  await auditChain(query, verify, archived, audit)
  return audit
}

// trees read at a time
const batch = 100

async function auditDay(query: Query, day: string, verify: Verify, audit: Audit): Promise<void> {
  audit.days++
  const trees = await chain.evidenceOf(query, day)
  for (let from = 0; from < trees.length; from += batch)
    await auditTrees(query, day, trees.slice(from, from + batch), verify, audit)
}

async function auditTrees(
  query: Query,
  day: string,
  trees: readonly chain.EvidenceRow[],
  verify: Verify,
  audit: Audit,
): Promise<void> {
  const ids = (kind: chain.EvidenceRow['kind']): string[] =>
    trees.filter((tree) => tree.kind === kind).map(({ id }) => id)
  const leaves = new Map<string, Buffer[]>(trees.map(({ id }) => [id, []]))
  const fault = (evidence: string, en: string, zh: string): void => {
    audit.faults.push({ day, evidence, en, zh })
  }
  for (const row of await receiptRows(query, ids('receipts'))) {
    audit.receipts++
    if (!row.payload || !sm3(row.payload).equals(row.content_digest)) {
      fault(row.evidence, `message ${row.id}: the payload was changed`, '原文被改动')
    }
    if (!sm3(row.canonical).equals(row.canonical_digest)) {
      fault(row.evidence, `message ${row.id}: the canonical form was changed`, '标准格式数据被改动')
    }
    leaves.get(row.evidence)?.push(receiptLeaf(statementOf(row)))
  }
  for (const row of await attemptRows(query, ids('attempts'))) {
    audit.attempts++
    leaves.get(row.evidence)?.push(attemptLeaf(attemptOf(row)))
  }
  for (const row of await actionRows(query, ids('actions'))) {
    audit.actions++
    if (row.action === 'correct' && !isWhole(row)) {
      fault(row.evidence, `action ${row.id}: the correction was changed or removed`, '更正内容被改动或删除')
    }
    leaves.get(row.evidence)?.push(actionLeaf(row))
  }
  for (const row of trees) {
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

async function auditChain(
  query: Query,
  verify: Verify,
  archived: ReadonlySet<string>,
  audit: Audit,
): Promise<void> {
  const days = await chain.chainDays(query)
  for (const { day, entries, root } of days) {
    if (archived.has(day)) continue
    const roots = (await chain.evidenceOf(query, day)).map((row) => row.root)
    if (roots.length !== entries)
      audit.faults.push({ day, en: `${roots.length} of ${entries} evidence rows are left`, zh: '存证被删除' })
    else if (!dayRoot(roots).equals(root))
      audit.faults.push({ day, en: 'an evidence row was changed', zh: '存证被改动' })
  }
  const isSigned = (_: string, data: Buffer, signature: string): boolean =>
    verify(data, Buffer.from(signature, 'base64'))
  audit.faults.push(...checkLinks(days.map(linkOf), isSigned))
}
