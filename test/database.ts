// A PostgreSQL database for a test, empty or with a migrated ledger, dropped when the test file ends.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { inject } from 'vitest'
import { newDatabaseName, onServer, urlOf } from './database-names.ts'

const created: string[] = []

/**
 * Creates an empty database with a name of its own and returns its URL.
 * After the file's tests it is dropped; connections still open by then fail the file, because they are a leak.
 */
export function freshDatabase(): Promise<string> {
  return create('template1')
}

/** The same with the tables of a ledger in it, as `migrate` leaves them. */
export function migratedDatabase(): Promise<string> {
  return create(inject('template').database)
}

async function create(template: string): Promise<string> {
  const name = newDatabaseName()
  await onServer(inject('databaseUrl'), (client) =>
    client.query(`create database "${name}" template "${template}"`),
  )
  created.push(name)
  return urlOf(inject('databaseUrl'), name)
}

/** Drops what a test file created; throws when something is still connected to it. Called by test/clean-up.ts. */
export async function dropDatabases(): Promise<void> {
  if (created.length === 0) return
  const leaks: string[] = []
  await onServer(inject('databaseUrl'), async (client) => {
    for (const name of created.splice(0)) {
      const open = await connectionsAfterGrace(client, name)
      if (open.length > 0) leaks.push(`${name}: ${open.join(' | ')}`)
      await client.query(`drop database "${name}" with (force)`)
    }
  })
  if (leaks.length > 0) throw new Error(`connections left open by this test file: ${leaks.join('; ')}`)
}

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
