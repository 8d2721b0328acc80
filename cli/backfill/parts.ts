// What an import stands on: the ledger, the hub's key and the mapping files; no queue, for hubs find what is due themselves.
import { adapters } from '../../adapters/index.ts'
import { type Acceptor, createAcceptor } from '../../core/flow/accept.ts'
import { watchDisk } from '../../core/flow/disk-watch.ts'
import { createGate, type Gate } from '../../core/flow/gate.ts'
import { openRegistry, type Registry } from '../../core/flow/registry.ts'
import { readInput } from '../../core/flow/watch.ts'
import { leastFree } from '../../core/health/fact.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { createLog } from '../../core/log.ts'
import { inline } from '../../core/signing/crypto.ts'
import { randomNonce } from '../../core/signing/nonce.ts'
import { createHttp } from '../../core/transport/http.ts'
import { withLedger } from '../ledger.ts'

export type ImportParts = { database: Database; acceptor: Acceptor; registry: Registry; gate: Gate }

/** Opens them, works, and closes them. */
export function withParts<T>(work: (parts: ImportParts) => Promise<T>): Promise<T> {
  return withLedger(undefined, async ({ config, database, keys, sealer }) => {
    const http = createHttp()
    const crypto = inline()
    const data = config.databaseUrl ? undefined : config.data
    const disk = await watchDisk(data, leastFree(config), createLog(config.log))
    const gate = createGate({ 'hub.unproved': () => undefined, 'hub.full': disk.full })
    try {
      await migrate(database)
      const tools = { http, keys, crypto, now: () => new Date(), nonce: randomNonce }
      const registry = await openRegistry(database, adapters(crypto), tools, await readInput(config))
      const after = { wake: () => undefined, keep: () => undefined }
      const acceptor = createAcceptor(database, sealer, after, Number.POSITIVE_INFINITY)
      return await work({ database, acceptor, registry, gate })
    } finally {
      disk.stop()
      await http.close()
      await crypto.close()
    }
  })
}
