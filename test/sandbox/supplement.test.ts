// The province hands out supplement tasks until it was told what became of them, and believes nothing that is not so.
import { expect, test } from 'vitest'
import { post, useSandbox } from './client.ts'
import { acceptance } from './records.ts'

const context = useSandbox()
const FinishTime = '2026-03-01 12:00:00'
const Table = 'UP_PRO_ACCEPT'
const control = (path: string, body: object) =>
  post(`${context.sandbox.url}/control/${path}`, JSON.stringify({ system: 'province', ...body }))
const open = async (PageNo = 1) =>
  (await context.send.province('supplement', { PageNo, PageSize: 1 })).body as unknown as {
    code: string
    data: { total: number; rows: { TaskNo: string }[] }
  }
const tell = async (TaskNo: string, Records: unknown): Promise<string> =>
  (await context.send.province('supplement/outcome', { TaskNo, FinishTime, Records })).body.code ?? ''

test('tasks are handed out page by page until their outcome is told, and that must be so', async () => {
  const row = acceptance(1)
  const { RowGuid } = row
  await context.send.province(Table, row)
  await control('spoil', { records: [[Table, RowGuid]] })
  await control('supplements', { tasks: [{ TaskNo: 'A', Records: [{ Table, RowGuid }] }, { TaskNo: 'B' }] })
  expect((await open()).data).toMatchObject({ total: 2, rows: [{ TaskNo: 'A' }] })
  expect((await open(2)).data.rows).toMatchObject([{ TaskNo: 'B' }])

  const told = (Result: string) => [{ Table, RowGuid, Result }]
  expect(await tell('C', [])).toBe('1001')
  expect(await tell('A', 'none')).toBe('1001')
  expect(await tell('A', [])).toBe('1001')
  expect(await tell('A', told('9'))).toBe('1001')
  expect(await tell('A', told('1'))).toBe('1001')
  const { violations = [] } = context.sandbox.received().systems.province ?? {}
  expect(violations).toEqual([expect.stringContaining('未收到却回报已送达')])

  // what was lost has its place in the order still
  expect((await context.send.province(Table, row)).body).toMatchObject({ code: '0' })
  expect(await tell('A', told('1'))).toBe('0')
  expect(await tell('A', told('1'))).toBe('2001')
  expect(await tell('A', told('3'))).toBe('1001')
  expect((await open()).data).toMatchObject({ total: 1, rows: [{ TaskNo: 'B' }] })
  expect(context.sandbox.received().systems.province).toMatchObject({ received: 1 })
})

test('nothing is handed out, and nothing taken, without a signature', async () => {
  const unsigned = { headers: { 'x-sign-value': 'AAAA' } }
  const page = { PageNo: 1, PageSize: 1 }
  expect((await context.send.province('supplement', page, unsigned)).body).toMatchObject({ code: '4001' })
  const outcome = { TaskNo: 'B', FinishTime, Records: [] }
  expect((await context.send.province('supplement/outcome', outcome, unsigned)).body).toMatchObject({
    code: '4001',
  })
  expect((await control('supplements', { system: 'review', tasks: [] })).status).toBe(400)
  expect((await control('supplements', { tasks: [{}] })).status).toBe(400)
})
