// The ledger that the settings name, with what people wrote sealed in it.
import { openDataKeys } from './certs/data-keys.ts'
import type { Config } from './core/config.ts'
import type { Database } from './core/ledger/database.ts'
import { openPglite } from './core/ledger/pglite.ts'
import { openPostgres } from './core/ledger/postgres.ts'
import { sealedLedger } from './core/ledger/sealed.ts'
import { createLog, type Log } from './core/log.ts'
import { createVault, type Vault } from './core/signing/vault.ts'

/**
 * Opens it; `connections` at most, where it is a server. Throws StartupError: not reachable, or, embedded, held by a
 * running hub. A data key is looked for when it is first needed.
 */
export async function openLedger(
  { databaseUrl, data, keys, log: level }: Pick<Config, 'databaseUrl' | 'data' | 'keys' | 'log'>,
  { log = createLog(level), connections }: { log?: Log; connections?: number } = {},
): Promise<{ database: Database; vault: Vault }> {
  const vault = createVault(openDataKeys(keys))
  const bare = databaseUrl ? await openPostgres(databaseUrl, log, connections) : await openPglite(data)
  return { database: sealedLedger(bare, vault), vault }
}
