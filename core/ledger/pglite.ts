// The embedded ledger: PGlite in a worker thread on the data folder, durable, held by one process.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'
import { startThread } from '../thread.ts'
import { type Database, LedgerAway, type Query, type Row, saysAway, statements } from './database.ts'
import { lockFolder } from './lock.ts'
import type { Answer, Ask } from './pglite-worker.ts'

type Question = Ask extends infer A ? (A extends { id: number } ? Omit<A, 'id'> : never) : never
type Waiter = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }

/** An SQL error of the embedded ledger; `code` is the SQLSTATE, as with pg. */
export class SqlError extends Error {
  readonly code: string | undefined
  constructor(message: string, code: string | undefined) {
    super(message)
    this.name = 'SqlError'
    this.code = code
  }
}

/**
 * Opens (or creates) the embedded ledger in `folder`/ledger.
 * Throws StartupError when another process holds it, or when a commit does not reach the disk.
 */
export async function openPglite(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true })
  const unlock = lockFolder(folder)
  const worker = startThread(new URL('./pglite-worker.ts', import.meta.url), {
    folder: join(folder, 'ledger'),
  })
  const waiting = new Map<number, Waiter>()
  let last = 0
  let gone: Error | undefined

  const ask = (question: Question): Promise<unknown[]> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone)
      const id = ++last
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, ...question })
    })
  const ready = new Promise<unknown[]>((resolve, reject) => waiting.set(0, { resolve, reject }))
  worker.on('message', ({ id, rows, error }: Answer) => {
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (error) waiter?.reject(told(new SqlError(error.message, error.code)))
    else waiter?.resolve(rows ?? [])
  })
  const fail = (error: Error): void => {
    gone ??= error
    for (const waiter of waiting.values()) waiter.reject(error)
    waiting.clear()
  }
  worker.on('error', (error) => fail(new LedgerAway(error)))
  worker.on('exit', () => fail(new LedgerAway(new Error('it has stopped'))))

  // One connection: whole transactions take turns, in the order they were asked for.
  let turn: Promise<unknown> = Promise.resolve()
  let asked = 0
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    asked++
    const result = turn.then(work, work).finally(() => asked--)
    turn = result.catch(() => undefined)
    return result
  }
  const run: Query = async <T extends Row>(text: string, values: readonly unknown[] = []) =>
    (await ask({ kind: 'query', text, values })).map(withBuffers) as T[]

  const database: Database = {
    query: ((text, values) => exclusively(() => run(text, values))) as Query,
    transaction: (work) =>
      exclusively(async () => {
        const { query, cause } = statements(run)
        try {
          const [, result] = await Promise.all([run('BEGIN'), work(query)])
          await run('COMMIT')
          return result
        } catch (error) {
          await run('ROLLBACK')
          throw cause(error)
        }
      }),
    script: (text) => exclusively(async () => void (await ask({ kind: 'script', text }))),
    load: () => ({ open: 1, idle: asked === 0 ? 1 : 0, waiting: Math.max(0, asked - 1) }),
    close: async () => {
      await exclusively(() => ask({ kind: 'close' }))
      await worker.terminate()
      unlock()
    },
  }
  try {
    await ready
    await proveDurable(database, async () =>
      Number(((await ask({ kind: 'syncs' })) as [{ syncs: number }])[0].syncs),
    )
  } catch (error) {
    await worker.terminate()
    unlock()
    throw error
  }
  return database
}

/** A full disk, or a ledger that is read-only, is no fault of the statement. */
function told(error: SqlError): Error {
  return saysAway(error.code ?? '') ? new LedgerAway(error) : error
}

/** PGlite hands out Uint8Array where pg hands out Buffer. */
function withBuffers(row: unknown): Row {
  const cells = row as Row
  for (const [name, cell] of Object.entries(cells)) {
    if (cell instanceof Uint8Array) cells[name] = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength)
  }
  return cells
}

/** A commit must call fsync; a version of PGlite that lost our hook must not run. */
async function proveDurable(database: Database, syncs: () => Promise<number>): Promise<void> {
  const before = await syncs()
  await database.script(
    'CREATE TABLE IF NOT EXISTS durability_proof (at timestamptz); DELETE FROM durability_proof; INSERT INTO durability_proof VALUES (now())',
  )
  if ((await syncs()) > before) return
  throw new StartupError(
    'the embedded ledger does not call fsync on commit',
    'Install the exact @electric-sql/pglite version of package-lock.json, or set DATABASE_URL.',
  )
}
