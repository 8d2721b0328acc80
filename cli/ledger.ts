// The ledger that the settings name, opened by a command of its own process.
import type { Config } from '../core/config.ts'
import type { Database } from '../core/ledger/database.ts'
import { openPglite } from '../core/ledger/pglite.ts'
import { openPostgres } from '../core/ledger/postgres.ts'
import { createLog } from '../core/log.ts'

/** Opens it. Throws StartupError: not reachable, or, embedded, held by a running hub. */
export function openLedger({ databaseUrl, data, log }: Config): Promise<Database> {
  return databaseUrl ? openPostgres(databaseUrl, createLog(log)) : openPglite(data)
}
