// The second implementation: sm-crypto, which the hub itself does not use. Not typed by its authors.
import { createRequire } from 'node:module'

type Sm2 = {
  generateKeyPairHex(): { privateKey: string; publicKey: string }
  getPublicKeyFromPrivateKey(privateKey: string): string
  doSignature(
    message: Uint8Array,
    privateKey: string,
    options: { hash: true; der?: boolean; publicKey?: string; userId?: string },
  ): string
  doVerifySignature(
    message: Uint8Array,
    signature: string,
    publicKey: string,
    options: { hash: true; der?: boolean; userId?: string },
  ): boolean
  /** 1 = C1C3C2, 0 = C1C2C3; the result has no leading 04 */
  doEncrypt(message: Uint8Array, publicKey: string, mode: 0 | 1): string
  doDecrypt(data: string, privateKey: string, mode: 0 | 1, options: { output: 'array' }): number[]
}

const library = createRequire(import.meta.url)('sm-crypto') as {
  sm2: Sm2
  sm3(data: Uint8Array): string
  sm4: { encrypt(data: Uint8Array, key: string, options?: object): string }
}

export const { sm2, sm3, sm4 } = library
