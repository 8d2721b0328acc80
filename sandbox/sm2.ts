// SM2 for the sandbox: sm-crypto signs, decrypts and has the last word on verification; a quick check of our own
// (curve.ts) spares it for the thousands of right signatures of a demo.

import { createHash } from 'node:crypto'
import { sm2 } from 'sm-crypto'
import { type Verifier, verifierOf } from './curve.ts'
import { children, read, tags } from './der.ts'

const sample = 64 // each 64th right signature is also put to sm-crypto
const kept = 64 // verifiers held; a table is about 200 KB

const verifiers = new Map<string, { quick: Verifier; z: Buffer; used: number }>()

/** Z of a public key with the default user id (GB/T 32918.2 clause 5.5). */
function zOf(publicKey: string): Buffer {
  const curve =
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'
  return createHash('sm3')
    .update(Buffer.from([0, 128]))
    .update('1234567812345678')
    .update(Buffer.from(curve + publicKey.slice(2), 'hex'))
    .digest()
}

function known(publicKey: string) {
  const found = verifiers.get(publicKey)
  if (found) return found
  const [x, y] = [publicKey.slice(2, 66), publicKey.slice(66)].map((half) => BigInt(`0x${half}`))
  const made = { quick: verifierOf(x as bigint, y as bigint), z: zOf(publicKey), used: 0 }
  if (verifiers.size >= kept) verifiers.delete(verifiers.keys().next().value as string)
  verifiers.set(publicKey, made)
  return made
}

/**
 * Whether `signature` (DER SEQUENCE { r, s }) over `message` is by the key `publicKey` (04‖x‖y, hex) with user id
 * 1234567812345678. Throws only if the two implementations disagree.
 */
export function verify(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  const key = known(publicKey)
  const digest = createHash('sm3').update(key.z).update(message).digest()
  const pair = pairOf(signature)
  const right = pair !== undefined && key.quick(BigInt(`0x${digest.toString('hex')}`), pair.r, pair.s)
  if (right && key.used++ % sample !== 0) return true
  const hex = Buffer.from(signature).toString('hex')
  const second = sm2.doVerifySignature(message, hex, publicKey, { der: true, hash: true })
  if (second !== right) throw new Error('SM2: sm-crypto and the quick check disagree')
  return right
}

/** r and s of strictly encoded DER; undefined for anything else. */
function pairOf(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  try {
    const node = read(signature)
    const parts = children(node)
    if (node.tag !== tags.sequence || parts.length !== 2) return undefined
    const [r, s] = parts.map((part) => positive(part.tag, part.value))
    return { r: r as bigint, s: s as bigint }
  } catch {
    return undefined
  }
}

function positive(tag: number, value: Buffer): bigint {
  const [first = 0x80, second = 0x80] = value
  if (tag !== tags.integer || first >= 0x80 || (first === 0 && second < 0x80)) throw new Error('bad INTEGER')
  return BigInt(`0x${value.toString('hex')}`)
}

/** Signs with user id 1234567812345678; the DER SEQUENCE { r, s }. Keys in hex. */
export function sign(key: { privateKey: string; publicKey: string }, message: Uint8Array): Buffer {
  const options = { der: true, hash: true, publicKey: key.publicKey }
  return Buffer.from(sm2.doSignature(message, key.privateKey, options), 'hex')
}

/** C1C3C2, hex or Base64, C1 with or without the leading 04; undefined when it was not made for this key. */
export function decrypt(privateKey: string, ciphertext: string): Buffer | undefined {
  const bytes = /^[0-9a-f]+$/i.test(ciphertext)
    ? Buffer.from(ciphertext, 'hex')
    : Buffer.from(ciphertext, 'base64')
  const bare = bytes.toString('hex')
  for (const hex of bare.startsWith('04') ? [bare.slice(2), bare] : [bare]) {
    if (hex.length <= 192) continue
    const clear = sm2.doDecrypt(hex, privateKey, 1, { output: 'array' })
    if (clear.length > 0) return Buffer.from(clear)
  }
  return undefined
}

/** The public half, 04‖x‖y in hex. */
export const publicOf = (privateKey: string): string => sm2.getPublicKeyFromPrivateKey(privateKey)
