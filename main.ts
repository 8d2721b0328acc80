// The composition root: config → ledger → keys → systems and flows → queue → delivery → http. SIGTERM closes in reverse.
import { setTimeout as sleep } from 'node:timers/promises'
import { readKeyDates } from './certs/dates.ts'
import type { Config } from './core/config.ts'
import { startDelivery } from './core/flow/delivery.ts'
import { watchDisk } from './core/flow/disk-watch.ts'
import { missingKeys } from './core/flow/gaps.ts'
import { createGate } from './core/flow/gate.ts'
import { createHub } from './core/flow/hub.ts'
import { watchProof } from './core/flow/proof-watch.ts'
import type { Input } from './core/flow/registry.ts'
import { createReload } from './core/flow/reload.ts'
import { remoteDelivery } from './core/flow/remote.ts'
import { watchLoop } from './core/flow/vitals.ts'
import { readInput, watchFiles } from './core/flow/watch.ts'
import { leastFree, limitsOf } from './core/health/fact.ts'
import { createHealth } from './core/health/health.ts'
import { watchHealth } from './core/health/watch.ts'
import { createApp } from './core/http/app.ts'
import { listen } from './core/http/server.ts'
import { startThread } from './core/thread.ts'
import { type Closers, closeAll, openParts } from './parts.ts'

export type Running = {
  port: number
  /** reads the files again and takes them when nothing is wrong with them; what came of it is logged */
  reload(): Promise<unknown>
  close(): Promise<void>
}

/** Starts a hub. Throws StartupError or FileError with what the operator must mend; nothing is left open then. */
export async function start(config: Config): Promise<Running> {
  const closers: Closers = []
  try {
    const parts = await openParts(config, closers)
    const { log, registry, keys } = parts
    if (config.without)
      log.error('guarantee.off', { without: config.without, note: 'for a test that must fail' })
    for (const gap of missingKeys(registry.current(), keys)) log.warn('keys.missing', gap)
    const reload = createReload(parts)
    closers.push(() => reload.close())

    const lost = (error: Error): never => {
      log.error('delivery.lost', { error: error.message })
      process.exit(1)
    }
    const stored = { id: registry.current().id, overlay: registry.overlay() }
    const delivery = config.deliveryThread
      ? await remoteDelivery(startThread(new URL('./delivery.ts', import.meta.url), { config, stored }), lost)
      : startDelivery(parts)
    registry.onChange((next) => delivery.follow(next))
    const proof = watchProof(parts.database, config.proofGrace * 1000, log)
    closers.push(async () => proof.stop())
    const { unproved } = proof
    const data = config.databaseUrl ? undefined : config.data
    const disk = await watchDisk(data, leastFree(config), log)
    closers.push(async () => disk.stop())
    const gate = createGate({ 'hub.unproved': unproved, 'hub.full': disk.full })
    const hub = createHub({ ...parts, delivery, backlog: config.backlog, gate })
    closers.push(() => hub.close(config.drain * 1000))

    const read = (): Promise<Input> => readInput(config)
    let draining = false
    const { bodyLimit, skew } = config
    const loop = watchLoop()
    closers.push(async () => loop.stop())
    const health = createHealth({
      ...parts,
      reload,
      breaker: hub.breaker,
      vitals: delivery.vitals,
      loopDelay: loop.delay,
      unproved,
      keyDates: () => readKeyDates(config.keys),
      data,
      limits: limitsOf(config),
      now: () => new Date(),
    })
    const watching = watchHealth(health, log)
    closers.push(async () => clearInterval(watching))
    const { page } = parts.metrics
    const app = createApp({
      ...parts,
      hub,
      health,
      gate,
      page,
      reload,
      read,
      bodyLimit,
      skew,
      draining: () => draining,
    })
    const listening = await listen(app, config.port, config.host)
    closers.push(() => listening.close(config.drain * 1000))
    const watch = watchFiles(config, reload, config.reload * 1000)
    closers.push(async () => watch.stop())
    log.info('hub.started', {
      address: `http://${config.host}:${listening.port}`,
      ledger: config.databaseUrl ? 'postgresql' : 'embedded',
      queue: config.redisUrl ? 'redis' : 'memory',
      mappings: registry.current().digest.slice(0, 12),
    })
    return {
      port: listening.port,
      reload: () => reload.reload(read),
      close: async () => {
        draining = true
        await sleep(config.notice * 1000)
        await closeAll(closers)
        log.info('hub.stopped')
      },
    }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}
