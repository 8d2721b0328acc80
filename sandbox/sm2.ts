// SM2 for the sandbox: sm-crypto signs and has the last word on every refusal; quick code of our own (curve.ts) spares it
// for the thousands of right signatures and ciphertexts of a demo.

import { createHash } from 'node:crypto'
import { sm2 } from 'sm-crypto'
import { createVerifiers, times, type Verifier } from './curve.ts'
import { children, read, tags } from './der.ts'

const sample = 64 // each 64th right signature is also put to sm-crypto
const keptKeys = 64 // a key's table is about 200 KB
const keptAnswers = 1000

/**
 * Whether `signature` (DER SEQUENCE { r, s }) over `message` is by the key `publicKey` (04‖x‖y, hex) with user id
 * 1234567812345678. Throws if the two implementations disagree or the point is not on the curve.
 */
export type Verify = (publicKey: string, message: Uint8Array, signature: Uint8Array) => boolean

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

/** A verification with tables of the keys it has met, and right answers kept (certificates come again and again). */
export function createVerify(): Verify {
  const verifierOf = createVerifiers()
  const keys = new Map<string, { quick: Verifier; z: Buffer; used: number }>()
  const right = new Map<string, true>()

  function known(publicKey: string) {
    const [x, y] = [publicKey.slice(2, 66), publicKey.slice(66)].map((half) => BigInt(`0x${half}`))
    const made = { quick: verifierOf(x as bigint, y as bigint), z: zOf(publicKey), used: 0 }
    return keep(keys, publicKey, made, keptKeys)
  }

  return function verify(publicKey, message, signature) {
    const key = keys.get(publicKey) ?? known(publicKey)
    const digest = createHash('sm3').update(key.z).update(message).digest('hex')
    const hex = Buffer.from(signature).toString('hex')
    const question = `${publicKey} ${digest} ${hex}`
    if (right.has(question)) return true
    const pair = pairOf(signature)
    const verdict = pair !== undefined && key.quick(BigInt(`0x${digest}`), pair.r, pair.s)
    if (!verdict || key.used++ % sample === 0) {
      const second = sm2.doVerifySignature(message, hex, publicKey, { der: true, hash: true })
      if (second !== verdict) throw new Error('SM2: sm-crypto and the quick check disagree')
    }
    if (verdict) keep(right, question, true, keptAnswers)
    return verdict
  }
}

/** Sets and returns; the oldest goes when there are more than `most`. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): T {
  if (map.size >= most) map.delete(map.keys().next().value as string)
  map.set(key, value)
  return value
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
  const hexadecimal = /^[0-9a-f]+$/i.test(ciphertext)
  const bytes = Buffer.from(ciphertext, hexadecimal ? 'hex' : 'base64')
  for (const bare of bytes[0] === 4 ? [bytes.subarray(1), bytes] : [bytes]) {
    if (bare.length <= 96) continue
    const clear = open(privateKey, bare)
    if (clear) return clear
    const second = sm2.doDecrypt(bare.toString('hex'), privateKey, 1, { output: 'array' }) // the last word
    if (second.length > 0) throw new Error('SM2: sm-crypto and the quick decryption disagree')
  }
  return undefined
}

/** GB/T 32918.4 clause 7. C3 proves a right result, so only failures are put to sm-crypto. */
function open(privateKey: string, bare: Buffer): Buffer | undefined {
  const [scalar, x, y] = [privateKey, hexOf(bare, 0, 32), hexOf(bare, 32, 64)].map((hex) =>
    BigInt(`0x${hex}`),
  )
  const point = times(scalar as bigint, x as bigint, y as bigint)
  if (!point) return undefined
  const [x2, y2] = [point.x, point.y].map((value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
  const clear = Buffer.from(bare.subarray(96))
  for (let at = 0, count = 1; at < clear.length; at += 32, count++) {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(count)
    const mask = sm3(x2 as Buffer, y2 as Buffer, counter)
    for (let i = at; i < Math.min(at + 32, clear.length); i++)
      clear[i] = (clear[i] ?? 0) ^ (mask[i - at] ?? 0)
  }
  return sm3(x2 as Buffer, clear, y2 as Buffer).equals(bare.subarray(64, 96)) ? clear : undefined
}

const hexOf = (bytes: Buffer, from: number, to: number) => bytes.subarray(from, to).toString('hex')
const sm3 = (...parts: Buffer[]) => createHash('sm3').update(Buffer.concat(parts)).digest()

/** The public half, 04‖x‖y in hex. */
export const publicOf = (privateKey: string): string => sm2.getPublicKeyFromPrivateKey(privateKey)
