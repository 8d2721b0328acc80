// The composition root: config → ledger → keys → systems and flows → queue → delivery → http. SIGTERM closes in reverse.
import type { Config } from './core/config.ts'
import { startDelivery } from './core/flow/delivery.ts'
import { createHub } from './core/flow/hub.ts'
import { missingKeys } from './core/flow/registry.ts'
import { remoteDelivery } from './core/flow/remote.ts'
import { createApp } from './core/http/app.ts'
import { listen } from './core/http/server.ts'
import { startThread } from './core/thread.ts'
import { type Closers, closeAll, openParts } from './parts.ts'

export type Running = { port: number; close(): Promise<void> }

/** Starts a hub. Throws StartupError or FileError with what the operator must mend; nothing is left open then. */
export async function start(config: Config): Promise<Running> {
  const closers: Closers = []
  try {
    const parts = await openParts(config, closers)
    const { log, registry, keys } = parts
    for (const gap of missingKeys(registry.current(), keys)) log.warn('keys.missing', gap)

    const lost = (error: Error): never => {
      log.error('delivery.lost', { error: error.message })
      process.exit(1)
    }
    const delivery = config.deliveryThread
      ? await remoteDelivery(startThread(new URL('./delivery.ts', import.meta.url), config), lost)
      : await startDelivery(parts)
    const hub = createHub({ ...parts, delivery, backlog: config.backlog })
    closers.push(() => hub.close(config.drain * 1000))

    let draining = false
    const { bodyLimit, skew } = config
    const app = createApp({ ...parts, hub, bodyLimit, skew, draining: () => draining })
    const listening = await listen(app, config.port, config.host)
    closers.push(() => listening.close(config.drain * 1000))
    log.info('hub.started', {
      address: `http://${config.host}:${listening.port}`,
      ledger: config.databaseUrl ? 'postgresql' : 'embedded',
      queue: config.redisUrl ? 'redis' : 'memory',
      mappings: registry.current().digest.slice(0, 12),
    })
    return {
      port: listening.port,
      close: async () => {
        draining = true
        await closeAll(closers)
        log.info('hub.stopped')
      },
    }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}
