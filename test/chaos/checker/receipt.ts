// Judges a receipt by the published rule alone: leaf and path over SM3, the hub's SM2 signature over the root. The signature
// is checked by the sandbox's own SM2 (plain BigInt, sm-crypto in doubt), never by the code that made it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { publicPoint, unpem } from '../../../sandbox/keys.ts'
import { createVerify } from '../../../sandbox/sm2.ts'
import type { Acknowledged } from '../acknowledged.ts'

/** What is wrong with the receipt of a line; undefined when nothing is. */
export type Judge = (line: Acknowledged) => string | undefined

/** The names of a statement in the order in which they are hashed. */
const stated = [
  'messageId',
  'system',
  'type',
  'key',
  'deduplicationKey',
  'contentDigest',
  'canonicalDigest',
  'acceptedAt',
] as const
type Receipt = Record<(typeof stated)[number], string> & {
  proof: { path: string[]; root: string; signature: string }
}

/** A judge with the hub's public key (PEM file). Receipts of one commit share a root, so each root is verified once. */
export function createJudge(keyFile: string): Judge {
  const key = publicPoint(unpem(readFileSync(keyFile, 'utf8'), 'PUBLIC KEY'))
  const verify = createVerify()
  const roots = new Map<string, boolean>()
  const isSigned = ({ root, signature }: Receipt['proof']): boolean => {
    const name = `${root} ${signature}`
    const known = roots.get(name)
    if (known !== undefined) return known
    const right = verify(key, Buffer.from(`qiao-receipts-1\n${root}`), Buffer.from(signature, 'base64'))
    roots.set(name, right)
    return right
  }
  return ({ key: business, posted, receipt }) => {
    if (!isReceipt(receipt)) return 'it is no receipt'
    if (receipt.contentDigest !== posted) return 'it speaks of other bytes than those posted'
    if (receipt.key !== business) return 'it speaks of another key'
    if (climb(receipt) !== receipt.proof.root) return 'its path does not reach the root'
    return isSigned(receipt.proof) ? undefined : 'the root is not signed by the hub'
  }
}

function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false
  const { proof, ...statement } = value as Partial<Receipt>
  return (
    stated.every((name) => typeof statement[name] === 'string') &&
    Array.isArray(proof?.path) &&
    [proof.root, proof.signature].every((text) => typeof text === 'string')
  )
}

/** The root (hex) a statement reaches: leaves hashed after a byte 00, nodes after 01. */
function climb(receipt: Receipt): string {
  const statement = JSON.stringify(['qiao-receipt-1', ...stated.map((name) => receipt[name])])
  let reached = sm3(Buffer.concat([Buffer.of(0), Buffer.from(statement)]))
  for (const step of receipt.proof.path) {
    const sibling = Buffer.from(step.slice(2), 'hex')
    const pair = step.startsWith('L:') ? [sibling, reached] : [reached, sibling]
    reached = sm3(Buffer.concat([Buffer.of(1), ...pair]))
  }
  return reached.toString('hex')
}

function sm3(bytes: Buffer): Buffer {
  return createHash('sm3').update(bytes).digest()
}
