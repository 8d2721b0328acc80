// Names of test databases carry their birth, so that a later run on the same (given) server finds forgotten ones; and the
// way to that server.
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const stem = 'qiao_test_'
const forgotten = 3_600_000 // ms; no test run lasts an hour

/** A new name, unique across processes: `qiao_test_<birth, base 36>_<random>`. */
export function newDatabaseName(now = Date.now()): string {
  return `${stem}${now.toString(36)}_${randomBytes(6).toString('hex')}`
}

/** The server's address with another database of it. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

/** Drops test databases that a killed run left on a server we did not start ourselves. */
export async function sweepDatabases(serverUrl: string, now = Date.now()): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [stem],
    )
    for (const { datname } of rows) {
      const birth = Number.parseInt(datname.slice(stem.length).split('_')[0] ?? '', 36)
      if (now - birth > forgotten) await client.query(`drop database if exists "${datname}" with (force)`)
    }
  })
}

/** A connection to the server's maintenance database, for as long as `work` takes. */
export async function onServer<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(serverUrl)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
