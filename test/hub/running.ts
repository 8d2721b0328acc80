// A whole hub in this process, as main.ts composes it, with every platform as a sandbox beside it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent } from 'undici'
import { vi } from 'vitest'
import { parse } from 'yaml'
import { createDevelopmentKeys } from '../../certs/development.ts'
import type { Config } from '../../core/config.ts'
import { readFiles } from '../../core/flow/files.ts'
import type { Database, Query } from '../../core/ledger/database.ts'
import { start } from '../../main.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { type Answer, type Signatory, send, signedHeaders } from './client.ts'
import type { Pair } from './stores.ts'

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/** What a department posts. */
export type Posting = { path: string; contentType: string | undefined; body: Buffer }

export type Running = {
  url: string
  keys: string
  /** what it was started with, to start another one on the same stores */
  config: Config
  sandbox: Sandbox
  agent: Agent
  /** posts with a good signature of `who` */
  post(who: Signatory, posting: Posting, nonce?: string): Promise<Answer>
  get(who: Signatory, path: string): Promise<Answer>
  /** the operator API; `secret` null: without a credential */
  ops(method: 'GET' | 'POST', path: string, body?: unknown, secret?: string | null): Promise<Answer>
  /** everything the hub logged, at level debug */
  log(): string
  /** whether `look` works while the hub runs */
  isShared: boolean
  /** asks the ledger beside the hub */
  look<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** stops the hub; the sandbox goes on */
  stop(): Promise<void>
  /** stops everything and leaves nothing */
  close(): Promise<void>
}

export const mappings: string = fileURLToPath(new URL('../../mappings', import.meta.url))

/** The three departments as they sign. */
export const signatories = {
  housing: { key: 'housing', algorithm: 'HMAC-SM3' },
  social: { key: 'social', algorithm: 'HMAC-SHA256' },
  market: { key: 'market', algorithm: 'SM2' },
} as const satisfies Record<string, Signatory>

/** Starts sandbox and hub over a pair. `prepare` may add keys before the hub reads them. */
export async function startRunning(
  pair: Pair,
  options: {
    mappings?: string
    reload?: number
    prepare?: (keys: string) => void
    config?: Partial<Config>
  } = {},
): Promise<Running> {
  const stores = await pair.make()
  const keys = join(stores.data, 'keys')
  createDevelopmentKeys(keys)
  options.prepare?.(keys)
  const sandbox = await startSandbox({ port: 0, keys })
  const folder = options.mappings ?? mappings
  const settings = join(stores.data, 'settings.yaml')
  writeFileSync(settings, JSON.stringify({ systems: addresses(folder, sandbox.url) }))
  const config: Config = {
    port: 0,
    host: '127.0.0.1',
    data: stores.data,
    keys,
    mappings: folder,
    reload: options.reload ?? 0,
    settings,
    databaseUrl: stores.databaseUrl,
    redisUrl: stores.redisUrl,
    bodyLimit: 10 * 1024 * 1024,
    skew: 300_000,
    cryptoThreads: stores.cryptoThreads,
    deliveryThread: stores.redisUrl !== undefined,
    backlog: 4096,
    proofGrace: 21_600,
    notice: 0,
    drain: 5,
    retention: { folder: undefined, keep: 400, keepKeys: 3650, keepRestored: 30 },
    log: 'debug',
    dueLimit: 120,
    diskLimit: 1,
    ...options.config,
  }
  const lines: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    lines.push(String(line))
    return true
  })
  const hub = await start(config).catch(async (error: unknown) => {
    spy.mockRestore()
    await sandbox.close()
    throw error
  })
  const agent = new Agent()
  const url = `http://127.0.0.1:${hub.port}`
  const operator = readFileSync(join(keys, 'operator.secret'), 'utf8').trim()
  let stopped: Promise<void> | undefined
  let ledger: Promise<Database> | undefined
  const stop = (): Promise<void> => {
    stopped ??= agent
      .close()
      .then(() => hub.close())
      .finally(() => spy.mockRestore())
    return stopped
  }
  return {
    url,
    keys,
    config,
    sandbox,
    agent,
    post: (who, { path, contentType, body }, nonce) => {
      const headers = signedHeaders(keys, who, { method: 'POST', path, body, nonce })
      return send(agent, url + path, 'POST', { ...headers, ...typed(contentType) }, body)
    },
    get: (who, path) => send(agent, url + path, 'GET', signedHeaders(keys, who, { method: 'GET', path })),
    ops: (method, path, body, secret = operator) =>
      send(
        agent,
        `${url}/ops${path}`,
        method,
        secret === null ? {} : { authorization: `Bearer ${secret}` },
        body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      ),
    log: () => lines.join(''),
    isShared: stores.isShared,
    look: async (work) => {
      ledger ??= stores.open()
      return work((await ledger).query)
    },
    stop,
    close: async () => {
      await stop()
      await (await ledger)?.close()
      await sandbox.close()
      rmSync(stores.data, { recursive: true, force: true })
    },
  }
}

/** The content type header, where there is one. */
export function typed(contentType: string | undefined): Record<string, string> {
  return contentType === undefined ? {} : { 'content-type': contentType }
}

/** Every shipped system that has an address, moved to the sandbox; the sink of a test stays where it is. */
function addresses(folder: string, sandbox: string): Record<string, { url: string }> {
  const systems = Object.entries(readFiles(folder)).filter(
    ([file]) => file.startsWith('systems/') && file !== 'systems/sink.yaml',
  )
  return Object.fromEntries(
    systems.flatMap(([file, text]) => {
      const { url } = parse(text) as { url?: string }
      const name = file.replace(/^systems\//, '').replace(/\.yaml$/, '')
      return url === undefined ? [] : [[name, { url: sandbox + new URL(url).pathname }] as const]
    }),
  )
}
