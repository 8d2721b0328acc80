// Who is calling: signed requests of systems. The signature covers method, path, time, nonce and body digest.
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { QiaoError } from '../errors.ts'
import type { Loaded } from '../flow/registry.ts'
import type { System } from '../flow/system.ts'
import type { Crypto } from '../signing/crypto.ts'
import type { Keys } from '../signing/keys.ts'

/** A request as it is signed; `path` with its query, exactly as sent. */
export type Signed = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer }

/**
 * The system that signed, the nonce it used up, and the files it was recognised by: the whole request goes by these,
 * also when others become current meanwhile.
 */
export type Caller = { system: System; nonce: string; bundle: Loaded }

export type Authenticator = (request: Signed) => Promise<Caller>

const digests = { 'HMAC-SM3': 'sm3', 'HMAC-SHA256': 'sha256', SM2: 'sm3' } as const

/**
 * Creates the authenticator. Headers: X-Qiao-Key, X-Qiao-Timestamp (epoch ms), X-Qiao-Nonce (16–64 of A–Z a–z 0–9 _ -),
 * X-Qiao-Algorithm (HMAC-SM3, HMAC-SHA256 or SM2), X-Qiao-Signature (Base64; SM2: DER, default user id).
 * Signed text: `METHOD\nPATH\nTIMESTAMP\nNONCE\nhex(digest(body))`, digest SM3 (SHA-256 for HMAC-SHA256).
 * Throws auth.*; a used nonce is found later, by the ledger.
 */
export function createAuthenticator(
  current: () => Loaded,
  keys: Keys,
  crypto: Crypto,
  skew: number,
): Authenticator {
  let known: Loaded | undefined
  let byKey = new Map<string, System>()
  const find = (bundle: Loaded, key: string): System | undefined => {
    if (bundle !== known) {
      known = bundle
      byKey = new Map([...bundle.systems.values()].flatMap((s) => (s.auth ? [[s.auth.key, s] as const] : [])))
    }
    return byKey.get(key)
  }
  return async ({ method, path, headers, body }) => {
    const key = text(headers['x-qiao-key'])
    const timestamp = text(headers['x-qiao-timestamp'])
    const nonce = text(headers['x-qiao-nonce'])
    const algorithm = text(headers['x-qiao-algorithm']) as keyof typeof digests
    const signature = Buffer.from(text(headers['x-qiao-signature']), 'base64')
    if (!/^[A-Za-z0-9_-]{16,64}$/.test(nonce)) {
      throw new QiaoError('auth.missing', { detail: 'X-Qiao-Nonce: 16 to 64 of A-Z a-z 0-9 _ -' })
    }
    if (!/^\d{10,16}$/.test(timestamp)) {
      throw new QiaoError('auth.missing', { detail: 'X-Qiao-Timestamp: epoch milliseconds' })
    }
    const bundle = current()
    const system = find(bundle, key)
    if (!system?.auth) throw new QiaoError('auth.unknown-key')
    if (!system.auth.algorithms.includes(algorithm)) throw new QiaoError('auth.algorithm')
    if (Math.abs(Date.now() - Number(timestamp)) > skew) throw new QiaoError('auth.skew')
    const digest = hash(digests[algorithm], body, 'hex')
    const signed = `${method}\n${path}\n${timestamp}\n${nonce}\n${digest}`
    const ok =
      algorithm === 'SM2'
        ? await crypto.sm2Verify(keys.publicKey(system.auth.key), Buffer.from(signed), signature)
        : same(
            createHmac(digests[algorithm], keys.secret(system.auth.key)).update(signed).digest(),
            signature,
          )
    if (!ok) throw new QiaoError('auth.signature')
    return { system, nonce, bundle }
  }
}

function text(value: string | string[] | undefined): string {
  if (typeof value !== 'string' || value === '') throw new QiaoError('auth.missing')
  return value
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
