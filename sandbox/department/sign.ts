// Signs requests to the hub: each department with the algorithm its system would really have.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DepartmentName } from './catalog.ts'
import { hmacSm3, sm3Hex } from './crypto.ts'
import { sm2Signer } from './sm2.ts'

/** Headers of one request; new nonce and timestamp at every call. */
export type Signer = (method: string, path: string, body: Uint8Array) => Record<string, string>

/** Algorithm of each department. */
export const algorithms = { housing: 'HMAC-SM3', social: 'HMAC-SHA256', market: 'SM2' } as const

/**
 * Signer of a department with its key from folder `keys`: `<name>.secret`, for SM2 `<name>.key.pem`.
 * Signed text: `METHOD\nPATH?QUERY\nTIMESTAMP\nNONCE\nhex(digest(body))`.
 */
export function createSigner(department: DepartmentName, keys: string): Signer {
  const algorithm = algorithms[department]
  const seal = sealer(department, keys)
  return (method, path, body) => {
    const timestamp = String(Date.now())
    const nonce = randomBytes(16).toString('hex')
    const text = `${method}\n${path}\n${timestamp}\n${nonce}\n${seal.digest(body)}`
    return {
      'x-qiao-key': department,
      'x-qiao-timestamp': timestamp,
      'x-qiao-nonce': nonce,
      'x-qiao-algorithm': algorithm,
      'x-qiao-signature': seal.sign(Buffer.from(text, 'utf8')).toString('base64'),
    }
  }
}

type Sealer = { digest(body: Uint8Array): string; sign(text: Buffer): Buffer }

function sealer(department: DepartmentName, keys: string): Sealer {
  switch (algorithms[department]) {
    case 'HMAC-SM3': {
      const key = secret(keys, department)
      return { digest: sm3Hex, sign: (text) => hmacSm3(key, text) }
    }
    case 'HMAC-SHA256': {
      const key = secret(keys, department)
      return {
        digest: (body) => createHash('sha256').update(body).digest('hex'),
        sign: (text) => createHmac('sha256', key).update(text).digest(),
      }
    }
    case 'SM2':
      return { digest: sm3Hex, sign: sm2Signer(readFileSync(join(keys, `${department}.key.pem`), 'utf8')) }
  }
}

function secret(keys: string, name: string): Buffer {
  return Buffer.from(readFileSync(join(keys, `${name}.secret`), 'utf8').trim(), 'utf8')
}
