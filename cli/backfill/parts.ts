// What an import stands on: the ledger, the hub's key and the mapping files; no queue, for hubs find what is due themselves.
import { adapters } from '../../adapters/index.ts'
import { openKeyStore } from '../../certs/store.ts'
import type { Config } from '../../core/config.ts'
import { type Acceptor, createAcceptor } from '../../core/flow/accept.ts'
import { openRegistry, type Registry } from '../../core/flow/registry.ts'
import { readInput } from '../../core/flow/watch.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { inline } from '../../core/signing/crypto.ts'
import { randomNonce } from '../../core/signing/nonce.ts'
import { sm2Sign } from '../../core/signing/sm2.ts'
import { createHttp } from '../../core/transport/http.ts'
import { openLedger } from '../ledger.ts'

export type ImportParts = { database: Database; acceptor: Acceptor; registry: Registry }

/** Opens them, works, and closes them. */
export async function withParts<T>(config: Config, work: (parts: ImportParts) => Promise<T>): Promise<T> {
  const database = await openLedger(config)
  const http = createHttp()
  const crypto = inline()
  try {
    await migrate(database)
    const keys = openKeyStore(config.keys)
    const hub = keys.privateKey('hub')
    const signer = { keyId: hub.verifying.id, sign: async (data: Buffer) => sm2Sign(hub, data) }
    const tools = { http, keys, crypto, now: () => new Date(), nonce: randomNonce }
    const registry = await openRegistry(database, adapters(crypto), tools, await readInput(config))
    const after = { wake: () => undefined, keep: () => undefined }
    const acceptor = createAcceptor(database, signer, after, Number.POSITIVE_INFINITY)
    return await work({ database, acceptor, registry })
  } finally {
    await http.close()
    await crypto.close()
    await database.close()
  }
}
