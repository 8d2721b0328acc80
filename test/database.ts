// An empty PostgreSQL database for a test, dropped when the test file ends.
// Import it at the top of a test file: the clean-up hooks itself onto that file.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { newDatabaseName } from './database-names.ts'

const created: string[] = []

/**
 * Creates an empty database with a name of its own and returns its URL.
 * After the file's tests it is dropped; connections still open by then fail the file, because they are a leak.
 */
export async function freshDatabase(): Promise<string> {
  const name = newDatabaseName()
  await onServer((client) => client.query(`create database "${name}"`))
  created.push(name)
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  return url.href
}

afterAll(async () => {
  const leaks: string[] = []
  await onServer(async (client) => {
    for (const name of created.splice(0)) {
      const open = await connectionsAfterGrace(client, name)
      if (open.length > 0) leaks.push(`${name}: ${open.join(' | ')}`)
      await client.query(`drop database "${name}" with (force)`)
    }
  })
  if (leaks.length > 0) throw new Error(`connections left open by this test file: ${leaks.join('; ')}`)
})

/** Last queries of the connections that are still open after 3 s: a closed socket takes the server a moment. */
async function connectionsAfterGrace(client: pg.Client, name: string): Promise<string[]> {
  for (const end = Date.now() + 3_000; ; await sleep(20)) {
    const { rows } = await client.query<{ query: string }>(
      "select left(query, 80) as query from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
      [name],
    )
    if (rows.length === 0 || Date.now() > end) return rows.map((row) => row.query)
  }
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
