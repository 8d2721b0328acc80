// The heavy operations as a port: in this thread, or in worker threads; callers cannot tell the difference.
import type { SigningKey, VerifyingKey } from './keys.ts'
import { type Job, perform } from './operations.ts'
import { startWorkers } from './pool.ts'
import type { Sm2SignOptions } from './sm2.ts'
import type { Sm2CipherOptions } from './sm2-cipher.ts'

/** SM2 and RSA operations. A wrong key, layout or length rejects; a wrong signature is false. */
export type Crypto = {
  /** SM2 with SM3; DER by default */
  sm2Sign(key: SigningKey, message: Uint8Array, options?: Sm2SignOptions): Promise<Buffer>
  sm2Verify(
    key: VerifyingKey,
    message: Uint8Array,
    signature: Uint8Array,
    options?: Sm2SignOptions,
  ): Promise<boolean>
  /** C1C3C2 with the leading 04 by default */
  sm2Encrypt(key: VerifyingKey, plain: Uint8Array, options?: Sm2CipherOptions): Promise<Buffer>
  sm2Decrypt(key: SigningKey, data: Uint8Array, options?: Sm2CipherOptions): Promise<Buffer>
  /** RSASSA-PKCS1-v1_5 with SHA-256 */
  rsaSign(key: SigningKey, message: Uint8Array): Promise<Buffer>
  /** ends the worker threads; what is still open is rejected */
  close(): Promise<void>
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function over(run: (job: Job) => Promise<Uint8Array>, close: () => Promise<void>): Crypto {
  const bytes = async (job: Job): Promise<Buffer> => view(await run(job))
  return {
    sm2Sign: (key, message, options) => bytes({ operation: 'sm2-sign', key, message, options }),
    sm2Encrypt: (key, message, options) => bytes({ operation: 'sm2-encrypt', key, message, options }),
    sm2Decrypt: (key, message, options) => bytes({ operation: 'sm2-decrypt', key, message, options }),
    rsaSign: (key, message) => bytes({ operation: 'rsa-sign', key, message }),
    sm2Verify: async (key, message, signature, options) =>
      (await run({ operation: 'sm2-verify', key, message, signature, options }))[0] === 1,
    close,
  }
}

/** Everything in the calling thread: for tests, for the command line, for small tools. */
export function inline(): Crypto {
  return over(
    async (job) => perform(job),
    async () => {},
  )
}

/**
 * Everything in `size` worker threads (one per core to spare). Jobs of one turn of the event loop travel in
 * one message; keys are sent once. Idle threads do not keep the process alive.
 */
export function pool(size: number): Crypto {
  if (!Number.isInteger(size) || size < 1) throw new RangeError('a pool needs at least one worker thread')
  const workers = startWorkers(size)
  return over(workers.run, workers.close)
}
