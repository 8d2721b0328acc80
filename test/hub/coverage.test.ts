// Coverage of real traffic: the item and the promise come from the document, the report is a sheet, the command prints it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { coverageCommand } from '../../cli/coverage.ts'
import type { Coverage } from '../../core/flow/coverage.ts'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { listen } from '../listen.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

let hub: Running
const folder = mkdtempSync(join(tmpdir(), 'qiao-coverage-'))
const today = localDay(new Date())

beforeAll(async () => {
  const [pair] = pairs
  if (!pair) throw new Error('no stores')
  hub = await startRunning(pair)
  for (const kind of ['acceptance', 'material'] as const) {
    const message = buildMessage('housing', kind, { caseNo: '510700-20260901-000001' })
    firstIn(await hub.post(signatories.housing, message))
  }
  await vi.waitFor(async () => expect((await asked('system=province')).lines[0]?.delivered).toBe(2), {
    timeout: 20_000,
    interval: 100,
  })
})
afterAll(async () => {
  await hub?.close()
  rmSync(folder, { recursive: true, force: true })
})

const asked = async (query: string): Promise<Coverage> => {
  const answer = await hub.ops('GET', `/coverage?${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.json as Coverage
}

test('by item: the implementation code of the document; a type without one is counted too', async () => {
  const { lines, from, to, countedAt } = await asked('by=item&system=province')
  expect([to, from < to, countedAt]).toEqual([today, true, null])
  expect(lines).toEqual([
    // 办件材料 holds no item
    expect.objectContaining({ group: '', accepted: 1, delivered: 1, promised: 0, share: 1 }),
    expect.objectContaining({ accepted: 1, delivered: 1, promised: 1, share: 1 }),
  ])
  expect(lines[1]?.group).toMatch(/^[0-9A-Z]{31}/)
})

test('by department, day and system; who asks for nothing known is told so', async () => {
  expect((await asked('system=province')).lines).toMatchObject([
    { group: 'housing', title: expect.stringMatching(/[\u4e00-\u9fff]/), system: 'province', accepted: 2 },
  ])
  expect((await asked('by=day&system=province')).lines).toMatchObject([{ group: today, title: null }])
  expect((await asked('by=system')).lines.map(({ group, system }) => [group, system])).toContainEqual([
    'province',
    'province',
  ])
  expect((await asked('to=2020-01-02')).lines).toEqual([])
  const wrong = await hub.ops('GET', '/coverage?from=2026-02-01&to=2026-01-01')
  expect(wrong).toMatchObject({ status: 400, json: { code: 'ops.request', issues: [{ path: 'from' }] } })
})

test('the command prints it, writes the sheet, and says when something is late', async () => {
  const run = async (...args: string[]): Promise<{ code: number; written: string }> => {
    const { output, written } = listen()
    const code = await coverageCommand([...args, '--hub', hub.url], { QIAO_KEYS: hub.keys }, output)
    return { code, written: written() }
  }
  const out = join(folder, 'coverage.csv')
  const { code, written } = await run('--by', 'department', '--system', 'province', '--out', out, '--json')
  const { lines } = JSON.parse(written) as Coverage
  expect(code).toBe(lines.some(({ late }) => late > 0) ? 1 : 0)
  const sheet = readFileSync(out, 'utf8')
  expect(sheet.charCodeAt(0)).toBe(0xfeff)
  const rows = parse(sheet, { bom: true, relax_column_count: true }) as string[][]
  const head = rows.findIndex(([first]) => first === '部门 department')
  expect(rows[head]).toContain('送达率 share %')
  expect(rows[head + 1]?.slice(2, 6)).toEqual(['province', '2', '2', '100.00'])

  expect((await run('--system', 'province')).written).toMatch(/province +2 +2 +100\.00 +0 +0/)
  expect((await run('--from', 'yesterday')).code).toBe(2)
  expect((await run('--nothing')).code).toBe(2)
})
