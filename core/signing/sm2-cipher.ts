// SM2 public-key encryption (GB/T 32918.4) by sm-crypto-v2: node:crypto cannot encrypt with SM2.
// Platforms disagree on the order of the parts, on the leading 04 and on ASN.1, so each is a switch.
import { sm2 } from 'sm-crypto-v2'
import { toDer } from './curve.ts'
import { type SigningKey, sm2Number, type VerifyingKey } from './keys.ts'

/** How a ciphertext is laid out. */
export type Sm2CipherOptions = {
  /** C1 point, C2 text, C3 hash; C1C3C2 is GM/T 0009 and the default, C1C2C3 the old order */
  order?: 'C1C3C2' | 'C1C2C3' | undefined
  /** SEQUENCE { x, y, hash, cipher } of GM/T 0009 §7.2 instead of the parts in a row; `order` has no meaning then */
  asn1?: boolean | undefined
  /** the byte 04 (uncompressed point) stands before C1; left out: written, and either is read */
  prefix04?: boolean | undefined
}

type Parts = { point: Buffer; hash: Buffer; text: Buffer }

const header = (tag: number, length: number): Buffer => {
  if (length < 0x80) return Buffer.of(tag, length)
  const size = Buffer.from(
    length.toString(16).padStart(length < 0x100 ? 2 : length < 0x10000 ? 4 : 8, '0'),
    'hex',
  )
  return Buffer.concat([Buffer.of(tag, 0x80 | size.length), size])
}
const wrap = (tag: number, body: Buffer): Buffer => Buffer.concat([header(tag, body.length), body])

function write({ point, hash, text }: Parts, options: Sm2CipherOptions): Buffer {
  // the two integers of a point are coded exactly like the two of a signature
  if (options.asn1) {
    return wrap(0x30, Buffer.concat([toDer(point).subarray(2), wrap(4, hash), wrap(4, text)]))
  }
  const head = options.prefix04 === false ? point : Buffer.concat([Buffer.of(4), point])
  return Buffer.concat(options.order === 'C1C2C3' ? [head, text, hash] : [head, hash, text])
}

function readAsn1(data: Buffer): Parts {
  let at = 0
  const next = (tag: number): Buffer => {
    if (data[at] !== tag) throw new RangeError('not an SM2 ciphertext in ASN.1 form')
    let length = data[at + 1] ?? 0
    at += 2
    if (length > 0x80) {
      const size = Math.min(length & 0x7f, 4)
      length = data.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0)
      at += size
    }
    return data.subarray(at, at + length)
  }
  const skip = (tag: number): Buffer => {
    const body = next(tag)
    at += body.length
    return body
  }
  const coordinate = (): Buffer => {
    const body = skip(2)
    const bytes = body[0] === 0 ? body.subarray(1) : body
    return Buffer.concat([Buffer.alloc(Math.max(0, 32 - bytes.length)), bytes])
  }
  next(0x30)
  const point = Buffer.concat([coordinate(), coordinate()])
  const parts = { point, hash: skip(4), text: skip(4) }
  if (!write(parts, { asn1: true }).equals(data)) throw new RangeError('the SM2 ciphertext is not strict DER')
  return parts
}

function readRow(data: Buffer, start: number, options: Sm2CipherOptions): Parts {
  const point = data.subarray(start, start + 64)
  const rest = data.subarray(start + 64)
  if (rest.length <= 32) throw new RangeError('the SM2 ciphertext is too short')
  return options.order === 'C1C2C3'
    ? { point, hash: rest.subarray(-32), text: rest.subarray(0, -32) }
    : { point, hash: rest.subarray(0, 32), text: rest.subarray(32) }
}

// One ciphertext in 256 without the prefix begins with 04 all the same: unless told, both readings are tried.
function readings(data: Buffer, options: Sm2CipherOptions): (() => Parts)[] {
  if (options.asn1) return [() => readAsn1(data)]
  const starts = options.prefix04 === undefined ? (data[0] === 4 ? [1, 0] : [0]) : [options.prefix04 ? 1 : 0]
  return starts.map((start) => () => readRow(data, start, options))
}

// a precomputed point makes encryption six times faster (0.8 ms instead of 4.9)
const points = new WeakMap<VerifyingKey, ReturnType<typeof sm2.precomputePublicKey>>()
function pointOf(key: VerifyingKey): ReturnType<typeof sm2.precomputePublicKey> {
  const known = points.get(key)
  if (known) return known
  const point = sm2.precomputePublicKey(`04${key.point}`)
  points.set(key, point)
  return point
}

/** Encrypts at least one byte for the owner of `key`; each call gives another ciphertext. */
export function sm2Encrypt(key: VerifyingKey, plain: Uint8Array, options: Sm2CipherOptions = {}): Buffer {
  if (key.algorithm !== 'sm2') throw new TypeError('SM2 encryption needs an SM2 key')
  if (plain.length === 0) throw new RangeError('SM2 cannot encrypt an empty text')
  for (;;) {
    const raw = Buffer.from(sm2.doEncrypt(plain, pointOf(key), 1), 'hex')
    const text = raw.subarray(96)
    // GB/T 32918.4 §6.1 A5: a key stream of zeros must be thrown away; the library does not look
    if (!text.equals(plain))
      return write({ point: raw.subarray(0, 64), hash: raw.subarray(64, 96), text }, options)
  }
}

function open({ point, hash, text }: Parts, number: string): Buffer {
  const hex = Buffer.concat([point, hash, text]).toString('hex')
  const plain: unknown = sm2.doDecrypt(hex, number, 1, { output: 'array' })
  // the library answers a failed check with an empty plain array
  if (!(plain instanceof Uint8Array)) throw new RangeError('the hash does not fit')
  return Buffer.from(plain)
}

/** Decrypts; throws RangeError when the layout, the key or the hash is wrong. */
export function sm2Decrypt(key: SigningKey, data: Uint8Array, options: Sm2CipherOptions = {}): Buffer {
  const number = sm2Number(key)
  let cause: unknown
  for (const reading of readings(Buffer.from(data), options)) {
    try {
      return open(reading(), number)
    } catch (error) {
      cause = error
    }
  }
  throw new RangeError('the SM2 ciphertext does not belong to this key or has another layout', { cause })
}
