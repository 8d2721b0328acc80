// The SM algorithms of this program, from a library the hub does not use, so that one mistake cannot sit on
// both sides of the wire. sm-crypto ships no types; the four calls used here are typed where they are loaded.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createRequire } from 'node:module'

type SmCrypto = {
  sm3(input: Uint8Array, options?: { key: Uint8Array; mode: 'hmac' }): string
  sm2: {
    doSignature(data: Uint8Array, privateKey: string, options: SignOptions & { publicKey: string }): string
    doVerifySignature(data: Uint8Array, signature: string, publicKey: string, options: SignOptions): boolean
  }
}
type SignOptions = { hash: true; der: true; userId: string }

const { sm2, sm3 } = createRequire(import.meta.url)('sm-crypto') as SmCrypto

/** User id of GB/T 35276 that every side uses. */
const options = { hash: true, der: true, userId: '1234567812345678' } as const

/** SM3 as lower-case hex. */
export function sm3Hex(data: Uint8Array): string {
  return sm3(data)
}

/** HMAC-SM3 as bytes. */
export function hmacSm3(key: Uint8Array, data: Uint8Array): Buffer {
  return Buffer.from(sm3(data, { key, mode: 'hmac' }), 'hex')
}

/** A signer with an SM2 private key (PEM, PKCS#8): data → DER signature. */
export function sm2Signer(pem: string): (data: Uint8Array) => Buffer {
  const key = createPrivateKey(pem)
  const publicKey = point(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const privateKey = scalar(key.export({ type: 'pkcs8', format: 'der' }))
  return (data) => Buffer.from(sm2.doSignature(data, privateKey, { ...options, publicKey }), 'hex')
}

/** A verifier with an SM2 public key (PEM, SPKI) of DER signatures. */
export function sm2Verifier(pem: string): (data: Uint8Array, signature: Uint8Array) => boolean {
  const publicKey = point(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
  return (data, signature) =>
    sm2.doVerifySignature(data, Buffer.from(signature).toString('hex'), publicKey, options)
}

/** SPKI ends with the uncompressed point 04‖X‖Y. */
function point(spki: Buffer): string {
  return spki.subarray(-65).toString('hex')
}

/** The 32-byte scalar: OCTET STRING after `version INTEGER 1` of the ECPrivateKey inside PKCS#8 (RFC 5915). */
function scalar(pkcs8: Buffer): string {
  const at = pkcs8.indexOf(Buffer.from('0201010420', 'hex'))
  if (at < 0) throw new Error('not a PKCS#8 SM2 private key')
  return pkcs8.subarray(at + 5, at + 37).toString('hex')
}
