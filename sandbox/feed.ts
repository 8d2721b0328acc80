// The province pulls: reads the hub's feed by cursor, acknowledges, and minds that no cursor comes twice or goes back.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { Book } from './ledger.ts'

const path = '/v1/feeds/province-cases'
const page = 100
const rest = 300 // ms between polls when there is no more

/** The puller. `start` replaces the hub it pulls from; `stop` waits for the call under way. */
export type Puller = { start(hub: string): void; stop(): Promise<void>; cursor(): string }

/** Counts and violations go to the province's book; `log` gets one line per failed call. */
export function createPuller(keys: Keys, book: Book, log: (line: string) => void): Puller {
  let cursor = ''
  const seen = new Set<string>()
  let run: { abort: AbortController; done: Promise<void> } | undefined

  async function call(
    hub: string,
    method: 'GET' | 'POST',
    target: string,
    body: string,
    signal: AbortSignal,
  ) {
    const time = String(Date.now())
    const nonce = randomBytes(16).toString('hex')
    const digest = createHash('sha256').update(body).digest('hex')
    const text = [method, target, time, nonce, digest].join('\n')
    const response = await fetch(new URL(target, hub), {
      method,
      ...(body ? { body } : {}),
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        'x-qiao-key': 'province',
        'x-qiao-timestamp': time,
        'x-qiao-nonce': nonce,
        'x-qiao-algorithm': 'HMAC-SHA256',
        'x-qiao-signature': createHmac('sha256', keys.secret('province')).update(text).digest('base64'),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    })
    if (!response.ok) throw new Error(`${method} ${target}: HTTP ${response.status} ${await response.text()}`)
    return response.text()
  }

  /** One page; true when there is more at once. */
  async function pull(hub: string, signal: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ ...(cursor ? { after: cursor } : {}), limit: String(page) })
    const reply = readPage(await call(hub, 'GET', `${path}?${query}`, '', signal))
    for (const record of reply.records) {
      if (note(record)) book.pull('feed', String(record.data.RowGuid ?? ''), record.key)
    }
    if (reply.next && cursor && compareCursors(reply.next, cursor) < 0) {
      book.violate('order', `feed: next ${reply.next} is before ${cursor}`)
    } else if (reply.next) cursor = reply.next
    if (reply.records.length > 0) await call(hub, 'POST', `${path}/ack`, JSON.stringify({ cursor }), signal)
    return reply.more
  }

  function note(record: { cursor: string; key: string }): boolean {
    if (seen.has(record.cursor)) {
      book.violate('second', `feed: cursor ${record.cursor} (${record.key}) came twice`)
      return false
    }
    seen.add(record.cursor)
    if (cursor && compareCursors(record.cursor, cursor) < 0) {
      book.violate('order', `feed: cursor ${record.cursor} (${record.key}) is before ${cursor}`)
    }
    cursor = record.cursor
    return true
  }

  async function loop(hub: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await pull(hub, signal)) continue
      } catch (error) {
        if (!signal.aborted) log(`feed: ${error instanceof Error ? error.message : error}`) // the hub may be restarting
      }
      await pause(rest, signal)
    }
  }

  async function stop(): Promise<void> {
    const running = run
    run = undefined
    running?.abort.abort()
    await running?.done
  }

  return {
    start(hub) {
      const before = stop()
      const abort = new AbortController()
      run = { abort, done: before.then(() => loop(hub, abort.signal)) }
    },
    stop,
    cursor: () => cursor,
  }
}

type Page = {
  records: { cursor: string; type: string; key: string; data: Record<string, unknown> }[]
  next: string
  more: boolean
}

function readPage(text: string): Page {
  const { records, next, more } = JSON.parse(text) as Partial<Page>
  if (!Array.isArray(records) || typeof more !== 'boolean') throw new Error('feed: not a page')
  for (const record of records) {
    const { cursor, type, key, data } = record
    const texts = [cursor, type, key].every((value) => typeof value === 'string' && value !== '')
    if (!texts || typeof data !== 'object' || data === null) throw new Error('feed: bad record')
  }
  return { records, next: typeof next === 'string' ? next : '', more }
}

/** Cursors are opaque; groups of digits in them are compared as numbers, so that 9 is before 10. */
export function compareCursors(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.match(/\d+|\D+/g) ?? [])
  for (let i = 0; ; i++) {
    const [x, y] = [a?.[i], b?.[i]]
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1
    if (x === y) continue
    if (/^\d/.test(x) && /^\d/.test(y) && BigInt(x) !== BigInt(y)) return BigInt(x) < BigInt(y) ? -1 : 1
    return x < y ? -1 : 1
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
