// A stock file goes in whole, once, however often its import is killed; and live messages do not stand behind it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numberOf, stockSplit, writeStock } from '../../bench/bulk/stock.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import type { Query } from '../../core/ledger/database.ts'
import { pairs, type Stores } from './stores.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const count = 1_500

describe.each(pairs)('backfill over $name', (pair) => {
  let stores: Stores
  let folder: string
  let file: string
  let environment: NodeJS.ProcessEnv
  beforeAll(async () => {
    stores = await pair.make()
    folder = mkdtempSync(join(tmpdir(), 'qiao-stock-'))
    file = join(folder, 'stock.xml')
    await writeStock(file, count, (n) => n === 7 || n === 1_490)
    createDevelopmentKeys(join(folder, 'keys'))
    environment = {
      PATH: process.env.PATH,
      QIAO_KEYS: join(folder, 'keys'),
      QIAO_DATA: stores.data,
      QIAO_MAPPINGS: join(root, 'mappings'),
      ...(stores.databaseUrl ? { DATABASE_URL: stores.databaseUrl } : {}),
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** runs the command; kills it -9 once it has told of its progress, where asked to */
  const backfill = async (more: string[] = [], isKilled = false) => {
    const args = [
      '--import',
      'tsx',
      'cli/main.ts',
      'backfill',
      file,
      '--system',
      'social',
      '--message',
      'licence',
    ]
    const who = ['--split', stockSplit, '--by', '王工', '--why', '存量归集', '--ahead', 'none', '--json']
    const child = spawn(process.execPath, [...args, ...who, ...more], { cwd: root, env: environment })
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      if (isKilled && said.includes(' records, ')) child.kill('SIGKILL')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    return { code, signal, said }
  }
  const look = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    const database = await stores.open()
    try {
      return await work(database.query)
    } finally {
      await database.close()
    }
  }
  const position = (): Promise<number> =>
    look(async (query) => {
      const { exists } =
        (await query<{ exists: boolean }>("SELECT to_regclass('import') IS NOT NULL AS exists"))[0] ?? {}
      const [row] = exists ? await query<{ n: number }>('SELECT position::float8 AS n FROM import') : []
      return row?.n ?? 0
    })
  const numbers = (): Promise<string[]> =>
    look(async (query) => (await query<{ key: string }>('SELECT key FROM message')).map(({ key }) => key))
  const expected = Array.from({ length: count }, (_, i) => i + 1).filter((n) => n !== 7 && n !== 1_490)

  test('killed twice on its way, and resumed: none twice, none missing', { timeout: 120_000 }, async () => {
    for (const _ of [1, 2]) {
      const before = await position()
      expect((await backfill(['--rate', '500'], true)).signal).toBe('SIGKILL')
      const after = await position()
      expect(after).toBeGreaterThan(before)
      expect(after).toBeLessThan(count)
    }
    const { code, said } = await backfill()
    expect({ code, said }).toMatchObject({ code: 1 })
    expect(JSON.parse(said.slice(said.indexOf('{')))).toMatchObject({
      name: 'stock.xml',
      records: count,
      accepted: count - 2,
      duplicates: 0,
      refused: 2,
    })
    expect((await numbers()).sort()).toEqual(expected.map(numberOf).sort())
  })

  test('what is refused is told with number and place, and with nothing of its content', () => {
    const text = readFileSync(`${file}.rejects.ndjson`, 'utf8')
    const rows = text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)))
    const told = new Set(rows.map(({ record }: { record: number }) => record))
    expect([...told].sort()).toEqual([1_490, 7])
    expect(rows[0]).toMatchObject({ code: 'message.invalid', issues: [{ path: 'fzrq' }] })
    expect(text).not.toContain('劳务派遣')
  })

  test('once more changes nothing; under another name everything is known', { timeout: 60_000 }, async () => {
    const again = await backfill()
    expect(again.code).toBe(1)
    expect(await position()).toBe(count)
    const other = await backfill(['--name', 'other'])
    expect(JSON.parse(other.said.slice(other.said.indexOf('{')))).toMatchObject({
      records: count,
      accepted: 0,
      duplicates: count - 2,
      refused: 2,
    })
    expect(await numbers()).toHaveLength(count - 2)
  })

  test('another file under the same name is refused', { timeout: 60_000 }, async () => {
    await writeStock(file, 10)
    const { code, said } = await backfill()
    expect(code).toBe(1)
    expect(said).toContain('was begun with another file')
    expect(existsSync(file)).toBe(true)
  })

  test('wrong usage is told', { timeout: 60_000 }, async () => {
    expect(await backfill(['--ahead', 'x'])).toMatchObject({ code: 2 })
    expect((await backfill(['--message', 'none'])).said).toContain('social posts no none')
  })
})
