// The heavy operations by name: the one list that the main thread and the worker threads share.
import type { SigningKey, VerifyingKey } from './keys.ts'
import { rsaSign, type Sm2SignOptions, sm2Sign, sm2Verify } from './sm2.ts'
import { type Sm2CipherOptions, sm2Decrypt, sm2Encrypt } from './sm2-cipher.ts'

/** One heavy operation. All of it but the key object can be sent to a worker thread. */
export type Job = { message: Uint8Array } & (
  | { operation: 'sm2-sign'; key: SigningKey; options?: Sm2SignOptions | undefined }
  | {
      operation: 'sm2-verify'
      key: VerifyingKey
      signature: Uint8Array
      options?: Sm2SignOptions | undefined
    }
  | { operation: 'sm2-encrypt'; key: VerifyingKey; options?: Sm2CipherOptions | undefined }
  | { operation: 'sm2-decrypt'; key: SigningKey; options?: Sm2CipherOptions | undefined }
  | { operation: 'rsa-sign'; key: SigningKey; options?: undefined }
)

/** Does the job now, in this thread. A verification answers one byte: 1 right, 0 wrong. */
export function perform(job: Job): Uint8Array {
  switch (job.operation) {
    case 'sm2-sign':
      return sm2Sign(job.key, job.message, job.options)
    case 'sm2-verify':
      return Uint8Array.of(sm2Verify(job.key, job.message, job.signature, job.options) ? 1 : 0)
    case 'sm2-encrypt':
      return sm2Encrypt(job.key, job.message, job.options)
    case 'sm2-decrypt':
      return sm2Decrypt(job.key, job.message, job.options)
    case 'rsa-sign':
      return rsaSign(job.key, job.message)
  }
}
