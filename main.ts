// The composition root: config → ledger → keys → systems and flows → queue → http. SIGTERM closes in reverse.

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { adapters } from './adapters/index.ts'
import { createDevelopmentKeys } from './certs/development.ts'
import { openKeyStore } from './certs/store.ts'
import type { Config } from './core/config.ts'
import { readFiles, readOverlay } from './core/flow/files.ts'
import { startHub } from './core/flow/hub.ts'
import { missingKeys, openRegistry } from './core/flow/registry.ts'
import { createApp } from './core/http/app.ts'
import { listen } from './core/http/server.ts'
import { endLeases } from './core/ledger/lane.ts'
import { migrate } from './core/ledger/migrate.ts'
import { openPglite } from './core/ledger/pglite.ts'
import { openPostgres } from './core/ledger/postgres.ts'
import { createLog } from './core/log.ts'
import { inline, pool } from './core/signing/crypto.ts'
import { selfTest } from './core/signing/self-test.ts'
import { createHttp } from './core/transport/http.ts'
import { bullQueue } from './queues/bullmq.ts'
import { memoryQueue } from './queues/memory.ts'

export type Running = { port: number; close(): Promise<void> }

/** Starts a hub. Throws StartupError or FileError with what the operator must mend; nothing is left open then. */
export async function start(config: Config): Promise<Running> {
  const log = createLog(config.log)
  const closers: (() => Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close()
  }
  try {
    selfTest()
    const embedded = config.databaseUrl === undefined
    const database = config.databaseUrl
      ? await openPostgres(config.databaseUrl, log)
      : await openPglite(config.data)
    closers.push(() => database.close())
    await migrate(database)
    if (embedded) await endLeases(database.query)

    if (embedded) {
      const made = createDevelopmentKeys(config.keys)
      if (made.length > 0) log.warn('keys.development', { folder: config.keys, made: made.join(' ') })
    }
    const keys = openKeyStore(config.keys)
    const crypto = config.cryptoThreads > 0 ? pool(config.cryptoThreads) : inline()
    closers.push(() => crypto.close())
    const hubKey = keys.privateKey('hub')
    const signer = { keyId: hubKey.verifying.id, sign: (data: Buffer) => crypto.sm2Sign(hubKey, data) }

    const http = createHttp()
    closers.push(() => http.close())
    const tools = { http, keys, crypto, now: () => new Date(), nonce: newNonce }
    const overlay = readOverlay(config.settings)
    const kinds = adapters(crypto)
    const registry = await openRegistry(database, readFiles(config.mappings), kinds, overlay, tools)
    for (const gap of missingKeys(registry.current(), keys)) log.warn('keys.missing', gap)

    const queue = config.redisUrl ? await bullQueue(config.redisUrl, log) : memoryQueue()
    closers.push(() => queue.close())
    const hub = await startHub({
      database,
      queue,
      registry,
      adapters: kinds,
      keys,
      signer,
      log,
      owner: `${hostname()}/${process.pid}/${newNonce(8)}`,
      backlog: config.backlog,
      nonceMemory: (2 * config.skew) / 1000,
    })
    closers.push(() => hub.close(config.drain * 1000))

    let draining = false
    const app = createApp({
      database,
      queue,
      registry,
      hub,
      keys,
      crypto,
      log,
      bodyLimit: config.bodyLimit,
      skew: config.skew,
      draining: () => draining,
    })
    const listening = await listen(app, config.port, config.host)
    closers.push(() => listening.close(config.drain * 1000))
    log.info('hub.started', {
      address: `http://${config.host}:${listening.port}`,
      ledger: embedded ? 'embedded' : 'postgresql',
      queue: config.redisUrl ? 'redis' : 'memory',
      mappings: registry.current().digest.slice(0, 12),
    })
    return {
      port: listening.port,
      close: async () => {
        draining = true
        await closeAll()
        log.info('hub.stopped')
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function newNonce(size: number): string {
  return randomBytes(size).toString('base64url').replace(/[-_]/g, 'x').slice(0, size)
}
