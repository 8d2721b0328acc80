// Starts the hub for a measurement: mapping files, keys and data in a temp folder, every feature as delivered.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDevelopmentKeys } from '../certs/development.ts'
import { failWhenEnded, repository, startProgram, type Target } from './child.ts'
import type { Algorithm } from './reference/sign.ts'

/** The account the hub and the reference sign with; stands in bench/mappings/common/systems/sink.yaml. */
export const appId = 'qiao-bench'

/** A key folder: the hub's development keys, the department's secret, and both kinds of key for the sink. */
export type BenchKeys = { folder: string; department: string; hmac: string; sm2: string }

/** Makes the key folder inside `parent`. */
export function makeKeys(parent: string): BenchKeys {
  const folder = join(parent, 'keys')
  createDevelopmentKeys(folder)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  const keys = {
    department: randomBytes(16).toString('hex'),
    hmac: randomBytes(16).toString('hex'),
    sm2: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
  writeFileSync(join(folder, 'bench.secret'), keys.department, { mode: 0o600 })
  writeFileSync(join(folder, 'sink.secret'), keys.hmac, { mode: 0o600 })
  writeFileSync(join(folder, 'sink.key.pem'), keys.sm2, { mode: 0o600 })
  return { folder, ...keys }
}

export type HubOptions = {
  algorithm: Algorithm
  sinkUrl: string
  keys: BenchKeys
  /** PostgreSQL and Redis, or neither for the embedded pair */
  databaseUrl?: string
  redisUrl?: string
  /** a folder of bench/mappings whose files go over the common ones */
  more?: string
}

/** Starts a hub on a fresh data folder and resolves when it is ready to accept. */
export async function startHub({
  algorithm,
  sinkUrl,
  keys,
  databaseUrl,
  redisUrl,
  more,
}: HubOptions): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-hub-'))
  const mappings = join(folder, 'mappings')
  mkdirSync(mappings)
  for (const part of ['common', algorithm, ...(more ? [more] : [])]) {
    cpSync(join(repository, 'bench', 'mappings', part), mappings, { recursive: true })
  }
  const settings = join(folder, 'settings.yaml')
  writeFileSync(settings, JSON.stringify({ systems: { sink: { url: sinkUrl } } })) // JSON is YAML
  const port = await freePort()
  const child = startProgram('cli/main.ts', ['start'], {
    QIAO_MAPPINGS: mappings,
    QIAO_DATA: join(folder, 'data'),
    QIAO_KEYS: keys.folder,
    QIAO_SETTINGS: settings,
    QIAO_PORT: String(port),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  })
  const url = `http://127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    await child.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([ready(url), failWhenEnded(child, 'the hub')])
  } catch (error) {
    await stop()
    throw error
  }
  return { url, pid: child.process.pid ?? 0, output: child.output, stop }
}

/** Asks /readyz until it says 200; 60 s are enough for a first start of the embedded ledger on a slow machine. */
export async function ready(url: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const reply = await fetch(`${url}/readyz`).catch(() => undefined)
    if (reply?.status === 200) return
  }
  throw new Error('the hub was not ready within 60 s')
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
