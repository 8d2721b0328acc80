// Digests and keyed digests by name, from node:crypto (OpenSSL has SM3 natively: 376 MB/s).
import { createHash, createHmac } from 'node:crypto'

/** Digests a recipe may name. MD5 and SHA-1 only where a platform forces them. */
export const hashes = ['sm3', 'sha256', 'sha1', 'md5'] as const
export type Hash = (typeof hashes)[number]

/** The digest of bytes or UTF-8 text. SM3 is GB/T 32905. */
export function digest(hash: Hash, data: Uint8Array | string): Buffer {
  return createHash(hash).update(data).digest()
}

/** HMAC (RFC 2104; HMAC-SM3 has block size 64). A text key is used as its UTF-8 bytes. */
export function hmac(hash: Hash, key: Uint8Array | string, data: Uint8Array | string): Buffer {
  return createHmac(hash, key).update(data).digest()
}
