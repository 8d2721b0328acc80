// SM2 signatures (GB/T 32918.2) by node:crypto. The only form that is standard SM2 there is
// createSign('sm3').update(Z).update(message) with an imported key: crypto.sign uses an empty user id,
// and a generated key signs ECDSA (reference 11 §3.1). Known-answer tests guard this at each start.
import { createSign, createVerify, sign as signOnce, verify as verifyOnce } from 'node:crypto'
import { fromDer, toDer } from './curve.ts'
import type { SigningKey, VerifyingKey } from './keys.ts'

/** How a signature is written: DER SEQUENCE { r, s }, or the 64 bytes r ‖ s. */
export type SignatureForm = 'der' | 'rs'

/** `form` defaults to DER, `userId` to 1234567812345678. */
export type Sm2SignOptions = { form?: SignatureForm | undefined; userId?: string | undefined }

function demand(key: SigningKey | VerifyingKey, algorithm: 'sm2' | 'rsa'): void {
  if (key.algorithm !== algorithm) throw new TypeError(`the key is ${key.algorithm}, not ${algorithm}`)
}

/** Signs SM3(Z ‖ message) with SM2. */
export function sm2Sign(key: SigningKey, message: Uint8Array, options: Sm2SignOptions = {}): Buffer {
  demand(key, 'sm2')
  const der = createSign('sm3').update(key.z(options.userId)).update(message).sign(key.key)
  return options.form === 'rs' ? fromDer(der) : der
}

/** True when `signature` is the key's SM2 signature over the message; a malformed one is simply false. */
export function sm2Verify(
  key: VerifyingKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: Sm2SignOptions = {},
): boolean {
  demand(key, 'sm2')
  try {
    // OpenSSL itself refuses a signature that is not strict DER
    const der = options.form === 'rs' ? toDer(signature) : signature
    return createVerify('sm3').update(key.z(options.userId)).update(message).verify(key.key, der)
  } catch {
    return false
  }
}

/** RSASSA-PKCS1-v1_5 with SHA-256. */
export function rsaSign(key: SigningKey, message: Uint8Array): Buffer {
  demand(key, 'rsa')
  return signOnce('sha256', message, key.key)
}

/** The check of `rsaSign`. */
export function rsaVerify(key: VerifyingKey, message: Uint8Array, signature: Uint8Array): boolean {
  demand(key, 'rsa')
  return verifyOnce('sha256', message, key.key, signature)
}
