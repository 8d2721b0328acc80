// A stock file goes in whole, once, however often its import is killed; and live messages do not stand behind it.
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeStock } from '../../bench/bulk/stock.ts'
import { type Backfilling, prepareBackfill } from './backfilling.ts'
import { pairs } from './stores.ts'

const count = 600

describe.each(pairs)('backfill over $name', (pair) => {
  let stock: Backfilling
  beforeAll(async () => {
    stock = await prepareBackfill(await pair.make(), count, [7, 590])
  })
  afterAll(() => stock?.close())

  test('killed twice on its way, and resumed: none twice, none missing', { timeout: 120_000 }, async () => {
    for (const _ of [1, 2]) {
      const before = await stock.position()
      const { signal } = await stock.run(['--rate', '500'], (child) => child.kill('SIGKILL'))
      expect(signal).toBe('SIGKILL')
      const after = await stock.position()
      expect(after).toBeGreaterThan(before)
      expect(after).toBeLessThan(count)
    }
    const { code, said } = await stock.run()
    expect({ code, said }).toMatchObject({ code: 1 })
    expect(JSON.parse(said.slice(said.indexOf('{')))).toMatchObject({
      name: 'stock.xml',
      records: count,
      accepted: count - 2,
      duplicates: 0,
      refused: 2,
    })
    expect(await stock.taken()).toEqual(stock.sound(count))
  })

  test('what is refused is told with number and place, and with nothing of its content', () => {
    const text = readFileSync(`${stock.file}.rejects.ndjson`, 'utf8')
    const rows = text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)))
    const told = new Set(rows.map(({ record }: { record: number }) => record))
    expect([...told].sort()).toEqual([590, 7])
    expect(rows[0]).toMatchObject({ code: 'message.invalid', issues: [{ path: 'fzrq' }] })
    expect(text).not.toContain('劳务派遣')
  })

  test('once more changes nothing; under another name everything is known', { timeout: 60_000 }, async () => {
    const again = await stock.run()
    expect(again.code).toBe(1)
    expect(await stock.position()).toBe(count)
    const other = await stock.run(['--name', 'other'])
    expect(JSON.parse(other.said.slice(other.said.indexOf('{')))).toMatchObject({
      records: count,
      accepted: 0,
      duplicates: count - 2,
      refused: 2,
    })
    expect(await stock.taken()).toHaveLength(count - 2)
  })

  test('another file under the same name is refused', { timeout: 60_000 }, async () => {
    await writeStock(stock.file, 10)
    const { code, said } = await stock.run()
    expect(code).toBe(1)
    expect(said).toContain('was begun with another file')
    expect(existsSync(stock.file)).toBe(true)
  })

  test('wrong usage is told', { timeout: 60_000 }, async () => {
    expect(await stock.run(['--ahead', 'x'])).toMatchObject({ code: 2 })
    expect((await stock.run(['--message', 'none'])).said).toContain('social posts no none')
  })
})
