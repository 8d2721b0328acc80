// A small run in which everything is right, for tests of the checker: receipts by the hub's own code, and the platforms'
// journals as they should be.
import { openKeyStore } from '../../certs/store.ts'
import { growTree, sm3 } from '../../core/evidence/merkle.ts'
import { type Receipt, receiptLeaf, signedText } from '../../core/evidence/receipt.ts'
import { sm2Sign } from '../../core/signing/sm2.ts'
import type { Acknowledged } from './acknowledged.ts'
import { owedFor, receivers } from './checker/owed.ts'
import type { Arrival } from './checker/receiver.ts'
import { systemOf } from './checker/watch.ts'

/** A line of the generator's file. */
export type Line = Acknowledged & { receipt: Receipt }
/** What arrived, by system. */
export type Journals = Record<string, Arrival[]>

/** A case of six records with a licence, a licence alone, an inspection, and a review: nine lines, receipts by the hub's own code. */
export function rightLines(folder: string): Line[] {
  const key = '510700-20240304-000001'
  const kinds = ['acceptance', 'process', 'material', 'special', 'process', 'completion', 'review'] as const
  const bare = [
    ...kinds.map((kind, seq) => ({
      kind,
      key,
      seq,
      part: ['process', 'material', 'special'].includes(kind) ? `${key}-${seq}` : '',
      licence: kind === 'completion' ? 'L-1' : '',
    })),
    { kind: 'licence' as const, key: 'L-2', seq: 0, part: '', licence: 'L-2' },
    { kind: 'inspection' as const, key: 'JC-1', seq: 0, part: '', licence: '' },
  ]
  const posted = bare.map((line) => sm3(JSON.stringify(line)).toString('hex'))
  const receipts = signed(
    folder,
    bare.map((line, i) => ({
      messageId: `m${i}`,
      system: 'housing',
      type: line.kind,
      key: line.key,
      deduplicationKey: `${line.key}|${line.part}`,
      contentDigest: posted[i] ?? '',
      canonicalDigest: '00',
      acceptedAt: '2026-11-26T09:00:00.000Z',
    })),
  )
  return bare.map((line, i) => ({ ...line, posted: posted[i] ?? '', receipt: receipts[i] as Receipt }))
}

/** The same line with another receipt. */
export function changed(line: Line | undefined, receipt: Partial<Receipt>): Line {
  const { receipt: right, ...rest } = line as Line
  return { ...rest, receipt: { ...right, ...receipt } }
}

/** Receipts over one tree, signed with a key of the folder. */
export function signed(folder: string, statements: Omit<Receipt, 'proof'>[], key = 'hub'): Receipt[] {
  const tree = growTree(statements.map(receiptLeaf))
  const signer = openKeyStore(folder).privateKey(key)
  const signature = sm2Sign(signer, signedText(tree.root)).toString('base64')
  return statements.map((statement, index) => {
    const path = tree.path(index).split(' ').filter(Boolean)
    const proof = {
      index,
      path,
      root: tree.root.toString('hex'),
      signature,
      keyId: 'k',
      algorithm: 'SM2-SM3' as const,
    }
    return { ...statement, proof }
  })
}

/** Everything that is owed, as it should come. */
export function rightJournals(lines: readonly Line[]): Journals {
  const journals: Journals = Object.fromEntries(receivers.map((name) => [systemOf(name), []]))
  for (const line of lines) {
    for (const { receiver, table, name } of owedFor(line)) {
      const key = ['sign', 'UP_LIC_DATA', 'check_action'].includes(table) ? name : line.key
      journals[systemOf(receiver)]?.push({ at: 1, what: 'kept', table, id: name, key })
    }
  }
  return journals
}
