// Keys as the signing code needs them, and the port through which everybody asks for a key by name.
// Parsing a key and computing its Z cost more than an HMAC, so both happen once per key.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { defaultUserId, zOf } from './curve.ts'
import { digest } from './hash.ts'

export type KeyAlgorithm = 'sm2' | 'rsa'

type Half = {
  /** SM3 of the encoded key, hex: equal keys have equal ids, so a worker is sent each key once */
  id: string
  algorithm: KeyAlgorithm
  key: KeyObject
  /** SM2: the public point x ‖ y, 64 bytes, hex; RSA: empty */
  point: string
  /** Z for a user id (SM2 only), computed once per id */
  z(userId?: string): Buffer
}

/** A private key. `der` is its PKCS#8 encoding: treat it as a secret. */
export type SigningKey = Half & { kind: 'private'; der: Buffer; verifying: VerifyingKey }

/** A public key. `der` is its SubjectPublicKeyInfo encoding. */
export type VerifyingKey = Half & { kind: 'public'; der: Buffer }

export type KeyKind = 'secret' | 'private' | 'public' | 'certificate'

/** The key store, whatever stands behind it. All but `has` throw StartupError when the key is missing or unreadable. */
export type Keys = {
  /** a shared secret, as text */
  secret(name: string): string
  privateKey(name: string): SigningKey
  publicKey(name: string): VerifyingKey
  /** an X.509 certificate, DER */
  certificate(name: string): Buffer
  has(kind: KeyKind, name: string): boolean
}

const sm2Curve = Buffer.from('06082a811ccf5501822d', 'hex') // 1.2.156.10197.1.301
const rsaEncryption = Buffer.from('06092a864886f70d010101', 'hex') // 1.2.840.113549.1.1.1

// Node leaves asymmetricKeyType of an imported SM2 key undefined, so the key's own encoding is asked.
function algorithmOf(spki: Buffer): KeyAlgorithm {
  const head = spki.subarray(0, 32)
  if (head.includes(sm2Curve) && spki.at(-65) === 4) return 'sm2'
  if (head.includes(rsaEncryption)) return 'rsa'
  throw new TypeError('the key is neither SM2 (with an uncompressed point) nor RSA')
}

function zCache(point: Buffer): (userId?: string) => Buffer {
  const known = new Map<string, Buffer>()
  return (userId = defaultUserId) => {
    const found = known.get(userId)
    if (found) return found
    const z = zOf(point, userId)
    known.set(userId, z)
    return z
  }
}

/** Reads a public key: PEM text, or DER bytes of a SubjectPublicKeyInfo. Throws when it is not SM2 or RSA. */
export function verifyingKey(source: string | Buffer): VerifyingKey {
  const key = createPublicKey(
    typeof source === 'string' ? source : { key: source, format: 'der', type: 'spki' },
  )
  const der = key.export({ type: 'spki', format: 'der' })
  const algorithm = algorithmOf(der)
  const point = algorithm === 'sm2' ? der.subarray(-64) : Buffer.alloc(0)
  return {
    kind: 'public',
    id: digest('sm3', der).toString('hex'),
    algorithm,
    key,
    der,
    point: point.toString('hex'),
    z: zCache(point),
  }
}

/**
 * Reads a private key: PEM text, or DER bytes of a PKCS#8 PrivateKeyInfo.
 * The key object always comes from an import, never from `generateKeyPairSync`: a generated SM2 key
 * signs plain ECDSA (nodejs/node #53761).
 */
export function signingKey(source: string | Buffer): SigningKey {
  const key = createPrivateKey(
    typeof source === 'string' ? source : { key: source, format: 'der', type: 'pkcs8' },
  )
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const verifying = verifyingKey(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const { algorithm, point, z } = verifying
  return { kind: 'private', id: digest('sm3', der).toString('hex'), algorithm, key, der, point, z, verifying }
}

const bareSm2 = Buffer.from('3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420', 'hex')

/** An SM2 private key from its 32-byte number `d` in hex: the form of vectors and of many partners' documents. */
export function sm2KeyFromHex(d: string): SigningKey {
  if (!/^[0-9a-f]{64}$/i.test(d)) throw new RangeError('an SM2 private key has 64 hex digits')
  return signingKey(Buffer.concat([bareSm2, Buffer.from(d, 'hex')]))
}

/** The number `d` of an SM2 private key, 64 hex digits. A secret: only the decryption code needs it. */
export function sm2Number(key: SigningKey): string {
  // PrivateKeyInfo → ECPrivateKey { version 1, OCTET STRING of 32 bytes }
  const mark = Buffer.from('0201010420', 'hex')
  const start = key.der.indexOf(mark)
  if (key.algorithm !== 'sm2' || start < 0) throw new TypeError('not an SM2 private key')
  return key.der.subarray(start + mark.length, start + mark.length + 32).toString('hex')
}
