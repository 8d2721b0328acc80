// What both halves of a hub stand on: ledger, keys, systems and flows, queue.
import { hostname } from 'node:os'
import { adapters } from './adapters/index.ts'
import { createDevelopmentKeys } from './certs/development.ts'
import { openKeyStore } from './certs/store.ts'
import type { Config } from './core/config.ts'
import { createClocks } from './core/flow/clocks.ts'
import { every } from './core/flow/every.ts'
import { hubSigner } from './core/flow/hub-key.ts'
import type { Queue } from './core/flow/queue.ts'
import { openRegistry, type Stored } from './core/flow/registry.ts'
import { readInput } from './core/flow/watch.ts'
import { endLeases } from './core/ledger/lane.ts'
import { migrate } from './core/ledger/migrate.ts'
import { addPartitions } from './core/ledger/partition.ts'
import { vacuum } from './core/ledger/vacuum.ts'
import { createLog, type Log } from './core/log.ts'
import { inline, pool } from './core/signing/crypto.ts'
import { randomNonce } from './core/signing/nonce.ts'
import { selfTest } from './core/signing/self-test.ts'
import type { Tracer } from './core/trace.ts'
import { createHttp } from './core/transport/http.ts'
import { openLedger } from './ledger.ts'
import { memoryQueue } from './queues/memory.ts'
import { createMetrics } from './telemetry/metrics.ts'

/** Closes what was opened, last first. */
export type Closers = (() => Promise<void>)[]

const releaseEvery = 60_000
const vacuumEvery = 60_000

/**
 * Opens everything; what was opened is added to `closers`, also when a later part fails. `stored`: a bundle of the ledger
 * to stand on; without it the files are read.
 */
export async function openParts(config: Config, closers: Closers, stored?: Stored) {
  const log = createLog(config.log)
  // of the process itself the main thread tells; the delivery thread stands on a bundle of the ledger
  const metrics = createMetrics(stored === undefined)
  selfTest()
  const embedded = config.databaseUrl === undefined
  const { database, vault } = await openLedger(config, { log })
  closers.push(() => database.close())
  await migrate(database)
  // without them the default partition takes everything: nothing to refuse a start for
  await addPartitions(database, new Date()).catch((error: Error) =>
    log.warn('partitions.failed', { error: error.message }),
  )
  if (embedded) {
    await endLeases(database.query)
    const vacuuming = every(vacuumEvery, log, 'vacuum', () => vacuum(database))
    closers.push(async () => clearInterval(vacuuming))
    const made = createDevelopmentKeys(config.keys)
    if (made.length > 0) log.warn('keys.development', { folder: config.keys, made: made.join(' ') })
  }
  // nothing is accepted that could not be kept sealed
  vault.current()
  const keys = openKeyStore(config.keys)
  const crypto = config.cryptoThreads > 0 ? pool(config.cryptoThreads) : inline()
  closers.push(() => crypto.close())
  // one signature a commit: to hand it to another thread would cost more than to make it here
  const signer = hubSigner(keys.privateKey('hub'))

  const http = createHttp()
  closers.push(() => http.close())
  const clocks = createClocks()
  const tools = { http, keys, crypto, clocks, now: () => new Date(), nonce: randomNonce }
  const kinds = adapters(crypto)
  const registry = await openRegistry(database, kinds, tools, stored ?? (await readInput(config)))
  const releasing = every(releaseEvery, log, 'release', () => registry.release())
  closers.push(async () => clearInterval(releasing))
  const queue = config.redisUrl ? await openQueue(config.redisUrl, log) : memoryQueue()
  closers.push(() => queue.close())
  const owner = `${hostname()}/${process.pid}/${randomNonce(8)}`
  const tracer = await openTraces(config, owner, log)
  if (tracer) closers.push(() => tracer.close())
  const nonceMemory = (2 * config.skew) / 1000
  return {
    log,
    database,
    vault,
    keys,
    crypto,
    signer,
    registry,
    queue,
    adapters: kinds,
    owner,
    nonceMemory,
    clocks,
    metrics,
    meter: metrics.meter,
    tracer,
    retention: config.retention,
    without: config.without,
  }
}

/** BullMQ takes a quarter of a second to load: only where there is Redis. */
async function openQueue(redisUrl: string, log: Log): Promise<Queue> {
  const { bullQueue } = await import('./queues/bullmq.ts')
  return bullQueue(redisUrl, log)
}

/** The SDK takes a quarter of a second to load: only where traces are wanted. */
async function openTraces({ tracing }: Config, owner: string, log: Log): Promise<Tracer | undefined> {
  if (!tracing) return undefined
  const { openTracer } = await import('./telemetry/traces.ts')
  return openTracer(tracing, owner, log)
}

/** Closes everything. */
export async function closeAll(closers: Closers): Promise<void> {
  for (const close of closers.reverse()) await close()
}
