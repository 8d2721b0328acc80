// Brings a ledger to the schema of this program. Migrations are numbered files, applied once and never edited.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { StartupError } from '../errors.ts'
import type { Database } from './database.ts'

const folder = fileURLToPath(new URL('./migrations/', import.meta.url))

/**
 * Applies the missing migrations. Safe when many processes start at once: a lock on the migration table lets
 * one work while the others wait, then find nothing left to do. Throws StartupError on a newer ledger.
 */
export async function migrate(database: Database): Promise<void> {
  await database.script(createTable)
  const files = readdirSync(folder)
    .filter((name) => /^\d{6}.*\.sql$/.test(name))
    .sort()
  await database.transaction(async (query) => {
    await query('LOCK TABLE migration IN ACCESS EXCLUSIVE MODE')
    const rows = await query<{ number: number }>('SELECT number FROM migration')
    const done = new Set(rows.map((row) => row.number))
    const known = files.map((name) => Number(name.slice(0, 6)))
    const newest = Math.max(0, ...done)
    if (newest > Math.max(0, ...known)) {
      throw new StartupError(
        `the ledger has schema ${newest}, newer than this program`,
        'Start the newer release.',
      )
    }
    for (const name of files) {
      const number = Number(name.slice(0, 6))
      if (done.has(number)) continue
      for (const statement of statements(readFileSync(folder + name, 'utf8'))) await query(statement)
      await query('INSERT INTO migration (number, name) VALUES ($1, $2)', [number, name])
    }
  })
}

// CREATE TABLE IF NOT EXISTS is not safe against itself in two sessions; the exception block makes it so.
const createTable = `DO $$ BEGIN
  CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
EXCEPTION WHEN unique_violation OR duplicate_table OR duplicate_object THEN NULL; END $$`

/** Splits at line ends that close a statement; migrations hold no function bodies. */
function statements(script: string): string[] {
  return script
    .replace(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
