// Each fault by switch: what has effect and what the sender sees.

import { expect, test, vi } from 'vitest'
import { post, useSandbox } from './client.ts'
import { acceptance, inspection, material, serviceRecord } from './records.ts'

const context = useSandbox()
const push = (row: object, table = 'ACCEPT') => context.send.province(`UP_PRO_${table}`, row)
const book = () => context.sandbox.received().systems.province ?? expect.fail('no province')
const fault = (change: object) => post(`${context.sandbox.url}/control/faults`, JSON.stringify(change))
const received = () => book().received

test('slow: the effect at once, the answer later', async () => {
  await fault({ system: 'province', fault: 'slow', times: 1, ms: 300 })
  const before = received()
  const start = performance.now()
  const waiting = push(acceptance(1))
  while (received() === before) await new Promise((resolve) => setTimeout(resolve, 5))
  expect((await waiting).body).toMatchObject({ code: '0' })
  expect(performance.now() - start).toBeGreaterThan(290)
})

test('5xx: no effect, an HTML page', async () => {
  const before = received()
  await fault({ system: 'province', fault: '5xx' })
  expect(await push(acceptance(2))).toMatchObject({ status: 503, type: 'text/html; charset=UTF-8' })
  expect(received()).toBe(before)
  expect((await push(acceptance(2))).body).toMatchObject({ code: '0' })
})

test('failure200: no effect, every platform in its own words', async () => {
  const before = received()
  for (const system of ['province', 'elicence', 'eseal', 'supervision', 'review']) {
    await fault({ system, fault: 'failure200', times: system === 'review' ? 2 : 1 })
  }
  const busy = { code: '5001', message: expect.stringContaining('系统繁忙') }
  expect(await push(acceptance(3))).toMatchObject({ status: 200, body: busy })
  expect((await context.send.elicence('directory', {})).body).toMatchObject({ head: { status: 5001 } })
  expect((await context.send.eseal('sign/digest', {})).body).toMatchObject(busy)
  expect((await context.send.gateway('httpproxy', 'x', {})).body).toMatchObject(busy)
  expect((await context.send.service({})).body).toMatchObject({
    status: { code: '200' },
    custom: { code: '5001' },
  })
  expect((await context.send.evaluate([])).body).toMatchObject({ ...busy, success: 'false' })
  expect(received()).toBe(before)
})

test('duplicate: the effect, with the words of a repetition', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'duplicate' })
  const row = acceptance(4)
  expect((await push(row)).body).toMatchObject({ code: '2001', message: '记录已存在' })
  expect(received()).toBe(before + 1)
  expect(book().duplicates).toBe(0)
  expect((await push(row)).body).toMatchObject({ code: '2001' })
  expect(book().duplicates).toBe(1)
  await fault({ system: 'review', fault: 'duplicate' })
  expect((await context.send.service(serviceRecord(4))).body).toMatchObject({ custom: { code: '0' } })
})

test('duplicate does not hide a refusal', async () => {
  await fault({ system: 'province', fault: 'duplicate' })
  expect((await push(acceptance(5, { TaskName: '' }))).body).toMatchObject({ code: '1001' })
})

test('reset: the effect, then no answer; reset-before: no effect and no answer', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'reset' })
  const row = acceptance(6)
  await expect(push(row)).rejects.toThrow('fetch failed')
  expect(received()).toBe(before + 1)
  expect((await push(row)).body).toMatchObject({ code: '2001' })
  await fault({ system: 'province', fault: 'reset-before' })
  await expect(push(acceptance(7))).rejects.toThrow('fetch failed')
  expect(received()).toBe(before + 1)
  expect(book().violations).toEqual([])
})

test('late: no answer, and the effect afterwards', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'late', ms: 200 })
  await expect(push(acceptance(16))).rejects.toThrow('fetch failed')
  expect(received()).toBe(before)
  await vi.waitFor(() => expect(received()).toBe(before + 1))
})

test('late, until it was asked: no effect before a question is answered', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'late', asked: 1 })
  await expect(push(acceptance(17))).rejects.toThrow('fetch failed')
  expect((await push(acceptance(18))).status).toBe(200)
  expect(received()).toBe(before + 1)
  const { RowGuid } = acceptance(17)
  const asked = await context.send.province('query', { Table: 'UP_PRO_ACCEPT', RowGuid })
  expect(asked.body).toMatchObject({ data: { total: 0 } })
  await vi.waitFor(() => expect(received()).toBe(before + 2))
})

test('timeout: the effect at once, silence, then no answer', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'timeout', times: 1, ms: 200 })
  const start = performance.now()
  await expect(push(acceptance(11))).rejects.toThrow('fetch failed')
  expect(performance.now() - start).toBeGreaterThan(190)
  expect(received()).toBe(before + 1)
})

test('cut: the effect, and half of the answer', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'cut' })
  await expect(push(acceptance(12))).rejects.toThrow('terminated')
  expect(received()).toBe(before + 1)
})

test('garbage: no effect, and an answer that is none of the platform', async () => {
  const before = received()
  await fault({ system: 'province', fault: 'garbage' })
  expect(await push(acceptance(13))).toMatchObject({ status: 200, type: 'text/html; charset=UTF-8' })
  expect(received()).toBe(before)
})

test('gb18030: the reply in that encoding, as its header says', async () => {
  await fault({ system: 'province', fault: 'gb18030' })
  const reply = await push(acceptance(8, { TaskName: '' }))
  expect(reply.type).toBe('application/json; charset=GB18030')
  expect(reply.bytes.includes(Buffer.from('字段'))).toBe(false)
  expect(reply.body).toMatchObject({ code: '1001', message: '字段 TaskName(事项名称) 不能为空' })
})

test('skew: the clock of one system is wrong for so many requests', async () => {
  await fault({ system: 'province', fault: 'skew', times: 2, ms: -400_000 })
  const row = acceptance(9)
  expect((await push(row)).body).toMatchObject({ code: '4002' })
  expect((await push(row)).body).toMatchObject({ code: '4002' })
  expect((await push(row)).body).toMatchObject({ code: '0' })
  await fault({ system: 'review', fault: 'skew' })
  expect((await context.send.service(serviceRecord(9))).body).toMatchObject({ status: { code: '4002' } })
})

test('expired waits for a record, so that a login does not use it up', async () => {
  await fault({ system: 'supervision', fault: 'expired' })
  const secret = await context.send.secret()
  const body = { table: 'check_action', data: [inspection(1)] }
  expect((await context.send.gateway('httpproxy', secret, body)).body).toMatchObject({ code: 'E-107' })
  const renewed = await context.send.secret()
  expect((await context.send.gateway('httpproxy', renewed, body)).body).toMatchObject({ code: '0' })
})

test('every n-th, until it is switched off', async () => {
  await fault({ system: 'province', fault: '5xx', every: 3 })
  await push(acceptance(10))
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await push(material(10))).status)
  expect(statuses).toEqual([200, 503, 200, 200, 503, 200])
  expect((await fault({ system: 'province', fault: '5xx', off: true })).body).toMatchObject({ faults: [] })
  expect((await push(material(10))).status).toBe(200)
})

test.each([
  [{ system: 'nobody', fault: 'slow' }, 'system'],
  [{ system: 'province', fault: 'fire' }, 'fault'],
  [{ system: 'province' }, 'fault'],
  [{ system: 'province', fault: 'slow', times: 0 }, 'times'],
  [{ system: 'province', fault: 'slow', every: 1.5 }, 'every'],
  [{ system: 'province', fault: 'late', asked: 0 }, 'asked'],
  [{ system: 'province', fault: 'slow', delay: 5 }, 'delay'],
  [{ system: 'province', fault: 'expired' }, 'no sessions'],
])('refuses the switch %o', async (change, text) => {
  expect(await fault(change)).toMatchObject({ status: 400, body: { message: expect.stringContaining(text) } })
})

test('tells what was received and each record of a system', async () => {
  const response = await fetch(`${context.sandbox.url}/control/received`)
  expect(await response.json()).toEqual(context.sandbox.received())
  const records = await fetch(`${context.sandbox.url}/control/records?system=supervision`)
  expect(await records.json()).toEqual({
    records: [
      { table: 'check_action', id: '11510700000000027D-1', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ],
  })
})

test('tells in what order records came, and whether it holds one', async () => {
  type Page = { arrivals: { what: string; table: string; key: string }[]; next: number }
  const control = `${context.sandbox.url}/control`
  const page = async (after: number): Promise<Page> =>
    (await (await fetch(`${control}/arrivals?system=province&after=${after}&limit=9999`)).json()) as Page
  const { next } = await page(0)
  const [accepted, stray] = [acceptance(14), material(15)]
  for (const row of [accepted, accepted]) await push(row)
  await push(stray, 'MATERIAL')
  const { arrivals } = await page(next)
  expect(arrivals.map(({ what, table, key }) => [what, table, key])).toEqual([
    ['kept', 'UP_PRO_ACCEPT', accepted.ProjectNo],
    ['repeat', 'UP_PRO_ACCEPT', accepted.ProjectNo],
    ['order', '', ''],
  ])
  const records = [
    ['UP_PRO_ACCEPT', accepted.RowGuid],
    ['UP_PRO_ACCEPT', accepted.ProjectNo],
    ['UP_PRO_MATERIAL', stray.RowGuid],
  ]
  const held = await post(`${control}/held`, JSON.stringify({ system: 'province', records }))
  expect(held.body).toEqual({ held: [true, true, false] })
  expect(await post(`${control}/held`, '{"system":"province","records":[[1]]}')).toMatchObject({
    status: 400,
  })
})
