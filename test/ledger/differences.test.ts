// Differences of a reconciliation of any size are read page by page, all of them, and so is their report.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportCsv } from '../../core/flow/reconcile-report.ts'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { differencesOf, findRun } from '../../core/ledger/reconcile.ts'
import { pairs } from '../pairs.ts'

describe.each(pairs)('differences on $name', (pair) => {
  let database: Database
  const run = newId()
  beforeAll(async () => {
    database = await pair.database()
    await database.query(
      `INSERT INTO reconciliation (id, system, day, state, operator, missing) VALUES ($1, 'province', '2026-11-25', 'done', 'li', 1203)`,
      [run],
    )
    await database.query(
      `INSERT INTO difference (run, kind, name)
       SELECT $1, (ARRAY['missing', 'extra', 'different'])[1 + n % 3], 'r:' || lpad(n::text, 5, '0') FROM generate_series(1, 1203) n`,
      [run],
    )
  })
  afterAll(() => database.close())

  test('every one stands in one page, in order', async () => {
    const pages = []
    for await (const page of differencesOf(database.query, run, 500)) pages.push(page)
    expect(pages.map((page) => page.length)).toEqual([500, 500, 203])
    const names = pages.flat().map(({ kind, name }) => `${kind} ${name}`)
    expect(new Set(names).size).toBe(1203)
    expect(names).toEqual([...names].sort())
  })

  test('the report has them all, behind one head', async () => {
    const found = await findRun(database.query, run)
    if (!found) throw new Error('no run')
    let text = ''
    for await (const part of reportCsv(found, differencesOf(database.query, run, 100))) text += part
    const lines = text.split('\r\n')
    expect(text.startsWith('\ufeff')).toBe(true)
    expect(
      lines.filter((line) => /^(平台缺失 missing|平台多出 extra|内容不一致 different),r:/.test(line)),
    ).toHaveLength(1203)
    expect(lines.filter((line) => line.startsWith('差异 difference'))).toHaveLength(1)
  })
})
