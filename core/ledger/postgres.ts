// The ledger on a PostgreSQL server, through pg.
import pg from 'pg'
import { StartupError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Database, LedgerAway, planner, type Query, type Row, saysAway, statements } from './database.ts'

// A process that stands still in the middle of a transaction (a paused machine, a cut network) keeps its row locks,
// and everybody else waiting, until the server ends its session; ms, as long as a lease.
const standstill = 10_000

/**
 * Opens a pool on `url`. `max` connections: 8 is best on two cores (measured); more only adds contention.
 * Throws StartupError when the server cannot be reached.
 */
export async function openPostgres(url: string, log: Log, max = 8): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'qiao',
    pipeline: true,
    idle_in_transaction_session_timeout: standstill,
  })
  const report = (error: Error): void => log.warn('ledger.connection', { error: error.message })
  pool.on('error', report)
  // the pool listens only while a connection is idle: in use, an unheard error would end the process
  pool.on('connect', (client) => {
    client.on('error', report)
    // not in the connection's parameters, where a DATABASE_URL with options of its own would drop it
    client.query(planner.map((setting) => `SET ${setting}`).join('; ')).catch(report)
  })
  const on =
    (client: pg.Pool | pg.PoolClient): Query =>
    async <T extends Row>(text: string, values: readonly unknown[] = [], name?: string) => {
      try {
        const query = { text, values: values as unknown[], ...(name ? { name } : {}) }
        return (await client.query<T>(query)).rows
      } catch (error) {
        throw told(error as PgError)
      }
    }
  try {
    await pool.query('SELECT 1')
  } catch (cause) {
    await pool.end()
    throw new StartupError(
      'PostgreSQL cannot be reached',
      'Check DATABASE_URL and that the server accepts this host.',
      cause,
    )
  }
  return {
    query: on(pool),
    transaction: async (work) => {
      const client = await pool.connect().catch((error: PgError) => {
        throw told(error)
      })
      const { query, cause } = statements(on(client))
      let broken: Error | undefined
      try {
        const [, result] = await Promise.all([client.query('BEGIN'), work(query)])
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch((e: Error) => {
          broken = e
        })
        throw told(cause(error) as PgError)
      } finally {
        client.release(broken)
      }
    },
    script: async (text) => {
      await pool.query(text)
    },
    load: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  }
}

type PgError = Error & { code?: string }

const errno = /^E[A-Z]+$/
const lostIt = /^(Connection terminated|Client has encountered a connection error|timeout exceeded)/

/** What pg says when there is nobody to answer, under one name: by its code, or in words where it has none. */
function told(error: PgError): Error {
  const { code, message } = error
  const isAway = code ? errno.test(code) || saysAway(code) : lostIt.test(message)
  return isAway ? new LedgerAway(error) : error
}
