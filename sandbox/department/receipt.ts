// What a careful department checks in the hub's answer: an id and a receipt for every record, and, for a sample,
// that the receipt speaks of the posted bytes, reaches its Merkle root and carries the hub's signature.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sm2Verifier, sm3Hex } from './crypto.ts'

/** A receipt as the hub sends it; hex digests, base64 signature. */
export type Receipt = {
  messageId: string
  system: string
  type: string
  key: string
  deduplicationKey: string
  contentDigest: string
  canonicalDigest: string
  acceptedAt: string
  proof: {
    index: number
    path: string[]
    root: string
    signature: string
    keyId: string
    algorithm: string
  }
}

/** One record of a 202 answer. */
export type Accepted = { id: string; type: string; key: string; duplicate: boolean; receipt: Receipt }

/** The records of a 202 body, or the reason why it is none. */
export function readAccepted(body: unknown, count: number): readonly Accepted[] | string {
  const messages = field(body, 'messages')
  if (!Array.isArray(messages)) return 'no messages in the answer'
  if (messages.length !== count) return `${messages.length} messages in the answer to ${count} records`
  for (const message of messages) {
    for (const name of ['id', 'type', 'key'])
      if (typeof field(message, name) !== 'string') return `${name} is missing`
    if (typeof field(message, 'duplicate') !== 'boolean') return 'duplicate is missing'
    const missing = lacking(field(message, 'receipt'))
    if (missing) return `receipt without ${missing}`
  }
  return messages as Accepted[]
}

function lacking(receipt: unknown): string | undefined {
  const texts = ['messageId', 'system', 'type', 'key', 'contentDigest', 'acceptedAt']
  const proof = field(receipt, 'proof')
  return (
    texts.find((name) => typeof field(receipt, name) !== 'string') ??
    ['root', 'signature', 'keyId', 'algorithm'].find((name) => typeof field(proof, name) !== 'string') ??
    (Array.isArray(field(proof, 'path')) ? undefined : 'path')
  )
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** Checks a receipt against the posted bytes; returns what is wrong with it, or undefined. */
export type Inspector = (receipt: Receipt, posted: Buffer) => string | undefined

/** Reads `hub.pub.pem` of the key folder; without it signatures are not checked. */
export function createInspector(keys: string): Inspector {
  const file = join(keys, 'hub.pub.pem')
  const verify = existsSync(file) ? sm2Verifier(readFileSync(file, 'utf8')) : undefined
  return (receipt, posted) => {
    if (receipt.contentDigest !== sm3Hex(posted)) return 'contentDigest is not that of the posted bytes'
    if (climb(receipt) !== receipt.proof.root) return 'the path does not reach the root'
    if (verify) {
      const signed = Buffer.from(`qiao-receipts-1\n${receipt.proof.root}`, 'utf8')
      if (!verify(signed, Buffer.from(receipt.proof.signature, 'base64'))) return 'the signature is wrong'
    }
    return undefined
  }
}

/** Root (hex) that the statement reaches: leaves hashed after a 00 byte, nodes after 01 (RFC 6962 §2.1, SM3). */
function climb(receipt: Receipt): string {
  const r = receipt
  const statement = [
    'qiao-receipt-1',
    r.messageId,
    r.system,
    r.type,
    r.key,
    r.deduplicationKey,
    r.contentDigest,
    r.canonicalDigest,
    r.acceptedAt,
  ]
  let hash = sm3Hex(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(statement), 'utf8')]))
  for (const step of receipt.proof.path) {
    const sibling = step.slice(2)
    const pair = step.startsWith('L:') ? sibling + hash : hash + sibling
    hash = sm3Hex(Buffer.from(`01${pair}`, 'hex'))
  }
  return hash
}
