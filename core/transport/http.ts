// The ordinary wire: one HTTP request over a kept connection, and an honest answer about whether it may have arrived.
import { type Dispatcher, Pool } from 'undici'

export type HttpRequest = {
  /** scheme, host and port: `http://127.0.0.1:9700` */
  origin: string
  /** path with query */
  path: string
  method: string
  headers: Readonly<Record<string, string>>
  body: Buffer | undefined
  /** milliseconds until the reply must be complete */
  timeout: number
  /** asked when a connection is there and the first byte is about to go out: NotHeld when it says no */
  held: () => boolean
}

export type HttpReply = { status: number; headers: Record<string, string>; body: Buffer }

/** No reply. `arrived` false: the request certainly did not reach the other side; true: it may have. */
export class TransportError extends Error {
  readonly arrived: boolean
  constructor(message: string, arrived: boolean) {
    super(message)
    this.name = 'TransportError'
    this.arrived = arrived
  }
}

/** The right to send ran out before anything was sent. */
export class NotHeld extends Error {}

export type Http = { send(request: HttpRequest): Promise<HttpReply>; close(): Promise<void> }

const maxResponseSize = 4 * 1024 * 1024
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** One pool of connections per origin. Requests are never retried here: only the ledger may decide that. */
export function createHttp(connections = 64): Http {
  const pools = new Map<string, Pool>()
  const poolFor = (origin: string): Pool => {
    let pool = pools.get(origin)
    if (!pool) {
      pool = new Pool(origin, { connections, pipelining: 1, connect: { timeout: 5_000 }, maxResponseSize })
      pools.set(origin, pool)
    }
    return pool
  }
  return {
    send: ({ origin, path, method, headers, body, timeout, held }) =>
      new Promise((resolve, reject) => {
        poolFor(origin).dispatch(
          {
            path,
            method: method as 'POST',
            headers,
            body: body ?? null,
            headersTimeout: timeout,
            bodyTimeout: timeout,
          },
          collector(held, resolve, (error) =>
            reject(error instanceof NotHeld ? error : transportError(error)),
          ),
        )
      }),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

/** Collects a reply as it comes: half the cost of undici's own request(), which makes a stream of every body. */
function collector(
  held: () => boolean,
  resolve: (reply: HttpReply) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  let status = 0
  let headers: Record<string, string> = {}
  const parts: Buffer[] = []
  return {
    onRequestStart: () => {
      // a request may have waited for a connection, and this process may have stood still meanwhile
      if (!held()) throw new NotHeld()
    },
    onResponseStart: (_, code, received) => {
      status = code
      headers = flat(received)
    },
    onResponseData: (_, part) => {
      parts.push(part)
    },
    onResponseEnd: () => {
      resolve({ status, headers, body: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) })
    },
    onResponseError: (_, error) => reject(error),
  }
}

function transportError(error: Error & { code?: string }): TransportError {
  const { code, message } = error
  return new TransportError(code ? `${code}: ${message}` : message, !neverConnected.has(code ?? ''))
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}
