// The embedded ledger has nobody who cleans up behind it: a server's autovacuum does not run there, and dead rows would pile up.
import type { Database } from './database.ts'

/** Frees the space of dead rows for new ones, by autovacuum's own measure. Each table holds up the ledger while it lasts. */
export async function vacuum(database: Database): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_stat_user_tables
     WHERE n_dead_tup > 1000 + 0.2 * n_live_tup OR n_ins_since_vacuum > 10000 + 0.2 * n_live_tup`,
  )
  for (const { name } of tables) await database.script(`VACUUM (ANALYZE) ${name}`)
}
