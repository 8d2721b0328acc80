// The SM algorithms of this program, from a library the hub does not use, so that one mistake cannot sit on
// both sides of the wire. sm-crypto ships no types; the calls used here are typed where they are loaded.
// Its signing takes 20 ms, so signing stands in sm2.ts; what that signs is verified here in the tests.
import { createPublicKey } from 'node:crypto'
import { createRequire } from 'node:module'

type SmCrypto = {
  sm3(input: Uint8Array, options?: { key: Uint8Array; mode: 'hmac' }): string
  sm2: {
    doVerifySignature(
      data: Uint8Array,
      signature: string,
      publicKey: string,
      options: { hash: true; der: true; userId: string },
    ): boolean
  }
}

const { sm2, sm3 } = createRequire(import.meta.url)('sm-crypto') as SmCrypto

/** User id of GB/T 35276 that every side uses. */
export const userId = '1234567812345678'

/** SM3 as lower-case hex. */
export function sm3Hex(data: Uint8Array): string {
  return sm3(data)
}

/** HMAC-SM3 as bytes. */
export function hmacSm3(key: Uint8Array, data: Uint8Array): Buffer {
  return Buffer.from(sm3(data, { key, mode: 'hmac' }), 'hex')
}

/** A verifier with an SM2 public key (PEM, SPKI) of DER signatures. */
export function sm2Verifier(pem: string): (data: Uint8Array, signature: Uint8Array) => boolean {
  const publicKey = point(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
  return (data, signature) =>
    sm2.doVerifySignature(data, Buffer.from(signature).toString('hex'), publicKey, {
      hash: true,
      der: true,
      userId,
    })
}

/** Uncompressed point 04‖X‖Y (hex) at the end of an SPKI. */
export function point(spki: Buffer): string {
  return spki.subarray(-65).toString('hex')
}
