// Symmetric ciphers of the platforms: SM4 (GB/T 32907) and AES-128, with PKCS#7 padding.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { digest } from './hash.ts'

/** Ciphers a recipe may name. ECB only where a platform forces it (reference 09 §1). */
export const ciphers = ['sm4-cbc', 'sm4-ecb', 'aes-128-cbc', 'aes-128-ecb'] as const
export type Cipher = (typeof ciphers)[number]

/** Length in bytes of every key and IV here. */
export const blockSize = 16

const ivOf = (cipher: Cipher, iv: Uint8Array | undefined): Uint8Array | null =>
  cipher.endsWith('-ecb') ? null : (iv ?? new Uint8Array(0))

/** Encrypts with a 16-byte key; CBC needs a 16-byte IV. Throws when a length is wrong. */
export function encipher(cipher: Cipher, key: Uint8Array, data: Uint8Array, iv?: Uint8Array): Buffer {
  const run = createCipheriv(cipher, key, ivOf(cipher, iv))
  return Buffer.concat([run.update(data), run.final()])
}

/** The reverse of `encipher`; throws on wrong padding, which mostly means a wrong key. */
export function decipher(cipher: Cipher, key: Uint8Array, data: Uint8Array, iv?: Uint8Array): Buffer {
  const run = createDecipheriv(cipher, key, ivOf(cipher, iv))
  return Buffer.concat([run.update(data), run.final()])
}

/**
 * The first 16 bytes of Java's SHA1PRNG stream seeded with `seed`: SHA1(SHA1(seed)).
 * The national gateway derives its AES key so (reference 09 §1, checked against JDK 17).
 */
export function sha1prng(seed: Uint8Array | string): Buffer {
  return digest('sha1', digest('sha1', seed)).subarray(0, blockSize)
}
