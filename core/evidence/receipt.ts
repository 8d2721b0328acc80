// Receipts: signed proof that the hub accepted a message. One SM2 signature covers the Merkle root of all receipts
// of a commit; each receipt carries its path, so it is verified alone and offline.
import { climb, leafOf, sm3 } from './merkle.ts'

/** What a receipt states. `contentDigest`: SM3 hex of the posted bytes; `canonicalDigest`: of the canonical JSON. */
export type Statement = {
  messageId: string
  system: string
  type: string
  key: string
  deduplicationKey: string
  contentDigest: string
  canonicalDigest: string
  /** ISO 8601, UTC, milliseconds */
  acceptedAt: string
}

export type Proof = {
  index: number
  path: string[]
  /** hex */
  root: string
  /** Base64 of a DER SM2 signature with the default user id over `signedText(root)` */
  signature: string
  keyId: string
  algorithm: 'SM2-SM3'
}

export type Receipt = Statement & { proof: Proof }

/** Leaf hash of a receipt's statement. */
export function receiptLeaf(s: Statement): Buffer {
  return leafOf([
    'qiao-receipt-1',
    s.messageId,
    s.system,
    s.type,
    s.key,
    s.deduplicationKey,
    s.contentDigest,
    s.canonicalDigest,
    s.acceptedAt,
  ])
}

/** The bytes that the hub's key signs for a root of receipts. */
export function signedText(root: Buffer): Buffer {
  return Buffer.from(`qiao-receipts-1\n${root.toString('hex')}`)
}

/** One verdict of the offline check. */
export type Check = { step: 'content' | 'path' | 'key' | 'signature'; ok: boolean; zh: string; en: string }

/** The hub's public key: its id as receipts name it, and a check of DER signatures. */
export type HubKey = { id: string; verify: (data: Buffer, signature: Buffer) => boolean }

/**
 * Checks a receipt offline. `payload`, when given, must be the posted bytes. `proof.index` only helps to find the leaf
 * in the ledger: nothing depends on it.
 */
export function checkReceipt(receipt: Receipt, key: HubKey, payload?: Buffer): Check[] {
  const root = climb(receiptLeaf(receipt), receipt.proof.path.join(' '))
  const reached = root !== undefined && root.toString('hex') === receipt.proof.root
  const signed = key.verify(
    signedText(Buffer.from(receipt.proof.root, 'hex')),
    Buffer.from(receipt.proof.signature, 'base64'),
  )
  const content = payload === undefined || sm3(payload).toString('hex') === receipt.contentDigest
  return [
    ...(payload
      ? [{ step: 'content' as const, ok: content, zh: '原文摘要', en: 'posted bytes have the stated digest' }]
      : []),
    { step: 'path', ok: reached, zh: '默克尔路径', en: 'the statement reaches the root' },
    { step: 'key', ok: receipt.proof.keyId === key.id, zh: '签名密钥', en: 'the receipt names this key' },
    { step: 'signature', ok: signed, zh: '根签名', en: "the root carries the hub's SM2 signature" },
  ]
}
