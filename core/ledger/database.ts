// The thin port to PostgreSQL: two verbs, the same SQL over the embedded store and a server.

export type Row = Record<string, unknown>

/**
 * Runs one statement and returns its rows. Values: string, number, boolean, null, Buffer, Date.
 * `name` makes it a prepared statement on a server; give one to every statement with a constant text.
 */
export type Query = <T extends Row = Row>(
  text: string,
  values?: readonly unknown[],
  name?: string,
) => Promise<T[]>

export type Database = {
  query: Query
  /**
   * Runs `work` in one transaction (READ COMMITTED); a thrown error rolls everything back and is thrown on.
   * Statements whose results are not needed in between should be asked for together (`Promise.all`): they are
   * run in the order they were asked for, and travel in one round trip.
   */
  transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>
  /** Runs a script of several statements, outside a transaction of ours. */
  script: (text: string) => Promise<void>
  /** how busy its connections are */
  load: () => PoolLoad
  close: () => Promise<void>
}

/** Connections that are open, those of them nobody uses, and statements or transactions that wait for one. */
export type PoolLoad = { open: number; idle: number; waiting: number }

/**
 * Settings of every session. A prepared statement keeps the plan of its first runs: made while a table is still small,
 * it would read the whole table for each batch once that has grown (measured: 5 times the CPU after 30,000 messages).
 * Every statement of ours has an index to go by.
 */
export const planner: readonly string[] = ['enable_seqscan=off', 'jit=off']

// connection exceptions, session ended, shut down, crashed, starting up; too many connections; disk full, out of memory,
// a limit of the server; read-only (a standby, a disk that failed)
const absent = /^(08...|25P03|57P0[123]|53[0-4]00|25006)$/

/** Whether a SQLSTATE says that the ledger cannot take anything now, whatever it is. */
export const saysAway = (code: string): boolean => absent.test(code)

/**
 * The ledger cannot be reached, cannot take anything now, or went away under a statement: what was asked for may have been
 * done all the same.
 */
export class LedgerAway extends Error {
  constructor(cause: Error) {
    super(`the ledger is away: ${cause.message}`, { cause })
    this.name = 'LedgerAway'
  }
}

/**
 * The statements of one transaction. `cause` of what the work threw: what the first failing statement said, for those
 * asked together with it only say that the transaction is aborted.
 */
export function statements(query: Query): { query: Query; cause: (thrown: unknown) => unknown } {
  let first: { error: unknown } | undefined
  const noted: Query = async (text, values, name) => {
    try {
      return await query(text, values, name)
    } catch (error) {
      first ??= { error }
      throw error
    }
  }
  return { query: noted, cause: (thrown) => (first ? first.error : thrown) }
}
