// `qiao backfill` as an operator runs it: a process of its own over the stores of a test, with a stock file of licences.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { numberOf, stockSplit, writeStock } from '../../bench/bulk/stock.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import type { Query } from '../../core/ledger/database.ts'
import { programWords } from '../../scripts/build.mjs'
import type { Stores } from './stores.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** How the command ended, and all it said. */
export type Ended = { code: number | null; signal: string | null; said: string }

export type Backfilling = {
  file: string
  /** the hub's */
  keys: string
  /** settings of the next runs */
  environment: Record<string, string>
  /** Runs the command to its end; `progress` hears each word about how far it is. */
  run(more?: readonly string[], progress?: (child: ChildProcess) => void): Promise<Ended>
  /** asks the ledger while nobody else has it */
  look<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** records read so far, of the import of the file's name */
  position(): Promise<number>
  /** licence numbers of all messages in the ledger, sorted */
  taken(): Promise<string[]>
  /** licence numbers of the first records of the file that can be taken, sorted */
  sound(first: number): string[]
  /** leaves nothing of the stores' data folder either */
  close(): void
}

/** Writes a stock file of `count` licences, of which those named by `spoilt` cannot be taken. */
export async function prepareBackfill(
  stores: Stores,
  count: number,
  spoilt: readonly number[],
): Promise<Backfilling> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-stock-'))
  const file = join(folder, 'stock.xml')
  await writeStock(file, count, (n) => spoilt.includes(n))
  // where whoever opens the ledger beside the command looks for them
  const keys = join(stores.data, 'keys')
  createDevelopmentKeys(keys)
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    QIAO_KEYS: keys,
    QIAO_DATA: stores.data,
    QIAO_MAPPINGS: join(root, 'mappings'),
    ...(stores.databaseUrl ? { DATABASE_URL: stores.databaseUrl } : {}),
  }
  const what = ['backfill', file, '--system', 'social', '--message', 'licence', '--split', stockSplit]
  const how = ['--by', '王工', '--why', '存量归集', '--ahead', 'none', '--json']
  const look = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    const database = await stores.open()
    try {
      return await work(database.query)
    } finally {
      await database.close()
    }
  }
  return {
    file,
    keys,
    environment,
    run: async (more = [], progress = () => undefined) => {
      const args = [...programWords('cli/main.ts'), ...what, ...how, ...more]
      const child = spawn(process.execPath, args, { cwd: root, env: environment })
      let said = ''
      const hear = (chunk: Buffer): void => {
        said += chunk.toString()
        if (chunk.includes(' records, ')) progress(child)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
      return { code, signal, said }
    },
    look,
    position: () =>
      look(async (query) => {
        const [row] = await query<{ n: number }>(
          "SELECT position::float8 AS n FROM import WHERE name = 'stock.xml'",
        )
        return row?.n ?? 0
      }),
    taken: () =>
      look(async (query) => {
        const rows = await query<{ key: string }>('SELECT key FROM message')
        return rows.map(({ key }) => key).sort()
      }),
    sound: (first) =>
      Array.from({ length: first }, (_, i) => i + 1)
        .filter((n) => !spoilt.includes(n))
        .map(numberOf)
        .sort(),
    close: () => {
      for (const each of [folder, stores.data]) rmSync(each, { recursive: true, force: true })
    },
  }
}
