// A migrated ledger of each kind, made once a run and copied for each test: to create an embedded one takes seconds of
// work, to copy it a fraction of one. How a ledger comes to be from nothing is shown by test/ledger and by the programs.
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../core/ledger/migrate.ts'
import { openPglite } from '../core/ledger/pglite.ts'
import { openPostgres } from '../core/ledger/postgres.ts'
import { createLog } from '../core/log.ts'
import { newDatabaseName, onServer, urlOf } from './database-names.ts'

const silent = createLog('error', () => undefined)

/** What global set-up hands to every test file. */
export type Template = {
  /** name of a migrated database on the run's PostgreSQL */
  database: string
  /** where the embedded ledger is made by the first test that wants it */
  folder: string
}

/** Makes the database. */
export async function makeTemplate(serverUrl: string): Promise<Template> {
  const name = newDatabaseName()
  await onServer(serverUrl, (client) => client.query(`create database "${name}"`))
  const database = await openPostgres(urlOf(serverUrl, name), silent, 1)
  await migrate(database)
  await database.close()
  return { database: name, folder: mkdtempSync(join(tmpdir(), 'qiao-template-')) }
}

/** Leaves nothing on a server that is not ours. */
export async function dropTemplate(serverUrl: string, { database, folder }: Template): Promise<void> {
  await onServer(serverUrl, (client) => client.query(`drop database "${database}" with (force)`))
  rmSync(folder, { recursive: true, force: true })
}

/** Lays a migrated, empty, closed embedded ledger into a data folder that has none. */
export async function layLedger(data: string, { folder }: Template): Promise<void> {
  const made = join(folder, 'ledger')
  if (!existsSync(made)) await makeEmbedded(folder, made)
  cpSync(made, join(data, 'ledger'), { recursive: true })
}

/** Made elsewhere, so that what stands in its place is whole; of two that are made at once, the first stays. */
async function makeEmbedded(folder: string, place: string): Promise<void> {
  const own = mkdtempSync(join(folder, 'new-'))
  const database = await openPglite(own)
  await migrate(database)
  await database.close()
  try {
    renameSync(join(own, 'ledger'), place)
  } catch (error) {
    if (!existsSync(place)) throw error
  }
  rmSync(own, { recursive: true, force: true })
}
