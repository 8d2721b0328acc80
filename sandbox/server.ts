// The sandbox: every outside platform in one HTTP server, a separate program that shares no code with the hub.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import iconv from 'iconv-lite'
import { ensureAuthority } from './authority.ts'
import { control, platformOf, type Received, readSwitch, receivedOf } from './control.ts'
import { createElicence } from './elicence.ts'
import { createEseal } from './eseal.ts'
import { createFaults, type FaultSwitch, perform, type Reply } from './faults.ts'
import { createPuller } from './feed.ts'
import { openKeys } from './keys.ts'
import { createBook, Refusal } from './ledger.ts'
import { createProvince } from './province.ts'
import { createReview } from './review.ts'
import { createVerify } from './sm2.ts'
import { createSupervision } from './supervision.ts'

/** A running sandbox. `closed` resolves when it has ended, by `close` or by POST /control/stop. */
export type Sandbox = {
  url: string
  received(): Received
  fault(change: FaultSwitch): void
  /** Whether this platform no longer recognises a record it has: then a repeat is done once more, and noted. */
  forgetful(system: string, is: boolean): void
  /** Starts pulling the feed of this hub. */
  pull(hub: string): void
  close(): Promise<void>
  closed: Promise<void>
}

/** `keys`: folder; seal certificates are made in it if absent. `lifetime`: ms of tokens and session secrets, default 2 h. */
export type SandboxOptions = { port: number; keys: string; lifetime?: number; log?: (line: string) => void }

const largest = 16 * 1024 * 1024

/** Listens on 127.0.0.1 (`port` 0: any free one). */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { lifetime = 7_200_000, log = () => undefined } = options
  ensureAuthority(options.keys)
  const keys = openKeys(options.keys)
  const verify = createVerify()
  const setting = () => ({ keys, verify, book: createBook(), lifetime })
  const province = createProvince(setting())
  const platforms = [
    province,
    createElicence(setting()),
    createEseal(setting()),
    createSupervision(setting()),
    createReview(setting()),
  ]
  const faults = createFaults()
  const puller = createPuller(keys, province.book, log)
  const stop = () => void close()
  const routes = new Map(
    platforms.flatMap((platform) =>
      platform.routes.map((route) => [route.path, { platform, route }] as const),
    ),
  )

  async function answer(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const body = await readBody(request)
    const found = routes.get(url.pathname)
    if (!found || request.method !== 'POST') {
      const told = control({ platforms, faults, puller, stop }, request.method ?? '', url, body)
      return { status: told ? 200 : 404, body: told ?? { message: '没有这个地址' }, charset: 'utf-8' }
    }
    const { platform, route } = found
    const fault = faults.next(platform.name, route)
    if (fault) log(`${platform.name} ${route.path}: fault ${fault.fault}`)
    const incoming = { path: url.pathname, headers: headersOf(request), body, now: Date.now() }
    return perform(platform, route, incoming, fault)
  }

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => failed(error, log))
      .then((reply) => send(response, reply))
      .catch((error: unknown) => log(`reply: ${error}`)) // the sender has gone
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { promise: closed, resolve: ended } = deferred()

  async function close(): Promise<void> {
    await puller.stop()
    server.close(() => ended())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1000).unref() // replies that a slow fault holds back
    return closed
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => receivedOf(platforms),
    fault: (change) => faults.set(readSwitch({ ...change }, platforms)),
    forgetful: (system, is) => platformOf(platforms, system).book.forget(is),
    pull: (hub) => puller.start(hub),
    close,
    closed,
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largest) throw new Refusal('1001', '报文过大')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const pairs = Object.entries(request.headers)
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

/** A fault of the sandbox itself (a key file is missing) is told apart from every platform's answer: HTTP 500. */
function failed(error: unknown, log: (line: string) => void): Reply {
  if (error instanceof Refusal) return { status: 400, body: { message: error.message }, charset: 'utf-8' }
  const message = error instanceof Error ? error.message : String(error)
  log(`sandbox failure: ${message}`)
  return { status: 500, body: { message }, charset: 'utf-8' }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const html = typeof reply.body === 'string'
  const text = html ? String(reply.body) : JSON.stringify(reply.body)
  const bytes = iconv.encode(text, reply.charset)
  const kind = html ? 'text/html' : 'application/json'
  response.writeHead(reply.status, {
    'content-type': `${kind}; charset=${reply.charset.toUpperCase()}`,
    'content-length': bytes.length,
  })
  if (!reply.cut) response.end(bytes)
  else response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
}
