// Receipts and links from the ledger's rows: for duplicates, for queries, and for the audit of what was stated.
import type { AttemptStatement } from '../evidence/attempt.ts'
import type { Link } from '../evidence/chain-check.ts'
import type { Receipt, Statement } from '../evidence/receipt.ts'
import type { DayRow } from '../ledger/chain.ts'
import type { StoredReceipt } from '../ledger/message.ts'
import type { AttemptRow } from '../ledger/statements.ts'

type Stated = Omit<StoredReceipt, 'leaf' | 'path' | 'root' | 'signature' | 'key_id'>

/** What the receipt of a stored message states. */
export function statementOf(row: Stated): Statement {
  return {
    messageId: row.id,
    system: row.source,
    type: row.type,
    key: row.key,
    deduplicationKey: row.deduplication,
    contentDigest: row.content_digest.toString('hex'),
    canonicalDigest: row.canonical_digest.toString('hex'),
    acceptedAt: row.accepted_at.toISOString(),
  }
}

/** The receipt as it was given out when the message was accepted. */
export function restore(row: StoredReceipt): Receipt {
  return {
    ...statementOf(row),
    proof: {
      index: row.leaf,
      path: row.path === '' ? [] : row.path.split(' '),
      root: row.root.toString('hex'),
      signature: row.signature.toString('base64'),
      keyId: row.key_id,
      algorithm: 'SM2-SM3',
    },
  }
}

/** What the leaf of a stored attempt states. */
export function attemptOf({ started_at, request_digest, ...rest }: AttemptRow): AttemptStatement {
  return { ...rest, startedAt: started_at.toISOString(), requestDigest: request_digest }
}

/** A day of the chain as files and checks have it. */
export function linkOf({ day, entries, root, previous, hash, signature, key_id }: DayRow): Link {
  return {
    day,
    entries,
    root: root.toString('hex'),
    previous: previous.toString('hex'),
    hash: hash.toString('hex'),
    signature: signature.toString('base64'),
    keyId: key_id,
  }
}
