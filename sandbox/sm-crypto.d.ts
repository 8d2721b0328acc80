// Types of the parts of sm-crypto 0.5.8 that the sandbox uses; the package ships none.

declare module 'sm-crypto' {
  /** Bytes are passed as arrays or typed arrays; keys, signatures and ciphertexts as lower-case hex. */
  export const sm2: {
    /** `der`: SEQUENCE { r, s }, else r‖s. `hash`: SM3 over Z and the message first. Default user id 1234567812345678. */
    doSignature(
      message: ArrayLike<number>,
      privateKey: string,
      options: { der?: boolean; hash?: boolean; publicKey?: string; userId?: string },
    ): string
    doVerifySignature(
      message: ArrayLike<number>,
      signature: string,
      publicKey: string,
      options: { der?: boolean; hash?: boolean; userId?: string },
    ): boolean
    /** `cipherMode` 1 = C1C3C2, 0 = C1C2C3; C1 without the leading 04. */
    doEncrypt(message: ArrayLike<number> | string, publicKey: string, cipherMode?: 0 | 1): string
    /** An empty array when the ciphertext is not for this key or was changed. */
    doDecrypt(
      ciphertext: string,
      privateKey: string,
      cipherMode: 0 | 1,
      options: { output: 'array' },
    ): number[]
    getPublicKeyFromPrivateKey(privateKey: string): string
  }
}
