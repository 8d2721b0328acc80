// Names of test databases carry their birth, so that a later run on the same (given) server finds forgotten ones.
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const stem = 'qiao_test_'
const forgotten = 3_600_000 // ms; no test run lasts an hour

/** A new name, unique across processes: `qiao_test_<birth, base 36>_<random>`. */
export function newDatabaseName(now = Date.now()): string {
  return `${stem}${now.toString(36)}_${randomBytes(6).toString('hex')}`
}

/** Drops test databases that a killed run left on a server we did not start ourselves. */
export async function sweepDatabases(serverUrl: string, now = Date.now()): Promise<void> {
  const client = new pg.Client(serverUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [stem],
    )
    for (const { datname } of rows) {
      const birth = Number.parseInt(datname.slice(stem.length).split('_')[0] ?? '', 36)
      if (now - birth > forgotten) await client.query(`drop database if exists "${datname}" with (force)`)
    }
  } finally {
    await client.end()
  }
}
