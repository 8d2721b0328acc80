// What a platform is to the server: routes, and how it words a refusal, "busy" and "exists already". Faults work on
// these words only and so are written once for all platforms.

import type { Keys } from './keys.ts'
import { type Book, Refusal } from './ledger.ts'
import type { Verify } from './sm2.ts'
import type { Supplements } from './supplement.ts'

/** A request as it came. `now`: the platform's clock, epoch milliseconds (a skew fault sets it wrong). */
export type Incoming = {
  path: string
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  now: number
}

/** How a route words its answers; always sent with HTTP 200, as these platforms do. */
export type Words = {
  refused(code: string, message: string): unknown
  /** Retryable: nothing was done. */
  busy: unknown
  /** The record is there already. Absent where the platform answers a repetition like the first time. */
  duplicate?: unknown
}

/**
 * One address. `effect`: it takes in records (a duplicate is a fault of these only); `asks`: it tells whether it has a
 * record; `signsIn`: it needs no session.
 */
export type Route = {
  path: string
  effect: boolean
  asks?: boolean
  signsIn?: boolean
  words: Words
  handle(request: Incoming): unknown
}

/**
 * One outside system. `expire` makes its sessions invalid at once; absent where it has none. `supplements`: the tasks it
 * hands out, where it does.
 */
export type Platform = {
  name: string
  book: Book
  routes: readonly Route[]
  expire?(): void
  supplements?: Supplements
}

/** What every platform is made from. */
export type Setting = { keys: Keys; book: Book; verify: Verify }

/** Refused when a clock differs by more than this (reference 09 §7). */
export const allowedSkew = 5 * 60_000

/** Throws 4002 when the sender's time (epoch ms) is too far from the platform's. */
export function checkClock(sent: number, now: number): void {
  if (!Number.isFinite(sent) || Math.abs(sent - now) > allowedSkew) {
    throw new Refusal('4002', '请求时间与平台时间相差超过5分钟')
  }
}

/** Remembers nonces for twice the allowed skew; the returned function throws 4003 for one it has seen. */
export function nonceGuard(): (nonce: string, now: number) => void {
  const seen = new Map<string, number>()
  return function check(nonce, now) {
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(nonce)) throw new Refusal('4003', '随机数格式不正确')
    if (seen.has(nonce)) throw new Refusal('4003', '随机数已使用, 拒绝重放')
    seen.set(nonce, now)
    for (const [old, at] of seen) {
      if (now - at < 2 * allowedSkew) break // insertion order is time order
      seen.delete(old)
    }
  }
}

/** The JSON object of a body; throws 1001. */
export function jsonObject(body: Buffer | string): Record<string, unknown> {
  try {
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body)
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // answered below
  }
  throw new Refusal('1001', '报文不是 UTF-8 的 JSON 对象')
}
