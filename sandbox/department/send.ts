// Posts to the hub and does not give up: the same content with a new signature until the hub has an answer.
// This is what a careful department system does, and what lets the traffic survive a killed hub.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signer } from './sign.ts'

/** The hub's final answer, 2xx or 4xx, and why each try before it failed (`status 503`, `ECONNREFUSED` …). */
export type Answer = { status: number; body: unknown; failures: readonly string[] }

/** Nothing but connection errors and 5xx for the whole deadline. */
export class GaveUp extends Error {
  constructor(path: string, seconds: number, last: string) {
    super(`${path}: no answer in ${seconds} s, last: ${last}`)
    this.name = 'GaveUp'
  }
}

export type SenderOptions = {
  /** Base address of the hub, such as http://127.0.0.1:9600 */
  hub: string
  /** Seconds that one message is tried before the run is given up. */
  deadline: number
  /** Posts per second over all departments; absent = as fast as the hub takes them. */
  rate?: number | undefined
  /** Milliseconds until one try counts as lost. */
  timeout?: number
}

/** Sends one body until it is answered. */
export type Sender = (sign: Signer, path: string, contentType: string, body: Uint8Array) => Promise<Answer>

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

export function createSender(options: SenderOptions): Sender {
  const { hub, deadline, rate, timeout = 15_000 } = options
  let slot = Date.now()

  /** Waits for the next free place in the rate. */
  async function turn(): Promise<void> {
    if (rate === undefined) return
    const now = Date.now()
    slot = Math.max(slot + 1000 / rate, now)
    if (slot > now) await sleep(slot - now)
  }

  return async function send(sign, path, contentType, body) {
    const end = Date.now() + deadline * 1000
    const failures: string[] = []
    for (;;) {
      await turn()
      const tried = await post(sign, path, contentType, body)
      if ('status' in tried && tried.status < 500 && tried.status !== 429)
        return { status: tried.status, body: tried.body, failures }
      const pause = tried.pause ?? Math.min(FIRST_PAUSE * 2 ** failures.length, LONGEST_PAUSE)
      const last = 'status' in tried ? `status ${tried.status}` : tried.error
      failures.push(last)
      if (Date.now() + pause > end) throw new GaveUp(path, deadline, last)
      await sleep(pause * (0.5 + Math.random() / 2))
    }
  }

  async function post(
    sign: Signer,
    path: string,
    contentType: string,
    body: Uint8Array,
  ): Promise<{ status: number; body: unknown; pause?: number } | { error: string; pause?: number }> {
    const headers = { ...sign('POST', path, body), 'content-type': contentType }
    try {
      const response = await fetch(hub + path, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(timeout),
      })
      const text = await response.text()
      const after = Number(response.headers.get('retry-after'))
      return { status: response.status, body: read(text), ...(after > 0 ? { pause: after * 1000 } : {}) }
    } catch (error) {
      // fetch hides the reason in `cause`
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      return { error: nameOf(cause) }
    }
  }
}

/** `ECONNREFUSED`, `TimeoutError`: short, so that reasons can be counted. */
function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
