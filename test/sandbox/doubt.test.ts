// What a sender in doubt meets: platforms that tell whether they have a record, and platforms that do not recognise one
// that comes twice.

import { expect, test } from 'vitest'
import { post, useSandbox } from './client.ts'
import {
  acceptance,
  caseNo,
  inspection,
  licenceIds,
  process,
  result,
  review,
  serviceRecord,
} from './records.ts'

const context = useSandbox()
const push = (row: object, table = 'ACCEPT') => context.send.province(`UP_PRO_${table}`, row)
const forget = (change: object) => post(`${context.sandbox.url}/control/forgetful`, JSON.stringify(change))
const book = (system: string) => context.sandbox.received().systems[system] ?? expect.fail(system)

test('the province tells whether it has a record', async () => {
  const row = acceptance(1)
  const ask = (change: object = {}) =>
    context.send.province('query', { Table: 'UP_PRO_ACCEPT', RowGuid: row.RowGuid, ...change })
  expect((await ask()).body).toMatchObject({ code: '0', data: { total: 0, rows: [] } })
  await push(row)
  expect((await ask()).body).toMatchObject({
    code: '0',
    data: { total: 1, rows: [{ RowGuid: row.RowGuid }] },
  })
  expect((await ask({ Table: 'UP_PRO_RESULT' })).body).toMatchObject({ data: { total: 0 } })
  expect((await ask({ Table: 'UP_PRO_OTHER' })).body).toMatchObject({ code: '1001' })
  expect((await ask({ RowGuid: '' })).body).toMatchObject({ code: '1001' })
})

test('the gateway tells which rows it has, to whoever signed in', async () => {
  const row = inspection(1)
  const ask = async (key: string, data: object[]) =>
    (await context.send.gateway('httpproxy/query', key, { table: 'check_action', data })).body
  expect(await ask('wrong', [{ cd_id: row.cd_id }])).toMatchObject({ code: 'E-107' })
  const key = await context.send.secret()
  expect(await ask(key, [{ cd_id: row.cd_id }])).toMatchObject({ code: '0', data: { total: 0 } })
  await context.send.gateway('httpproxy', key, { table: 'check_action', data: [row] })
  const both = [{ cd_id: row.cd_id }, { cd_id: 'other' }]
  expect(await ask(key, both)).toMatchObject({ data: { total: 1, cd_id: [row.cd_id] } })
  expect(await ask(key, [{}])).toMatchObject({ code: '1001' })
})

test('the licence store tells of a licence by its identifier, and asks why', async () => {
  const { body } = await context.send.elicence('getAccessToken', {
    accessId: 'qiao',
    accessKey: context.send.secrets.elicence,
  })
  const { accessToken } = (body as unknown as { data: { accessToken: string } }).data
  const ask = async (data: object) =>
    (await context.send.elicence('queryCertInfo', { accessId: 'qiao', accessToken, data })).body
  const question = { certIdentifier: licenceIds[0], useCause: '核对' }
  expect(await ask(question)).toMatchObject({ head: { status: 10 } })
  expect(await ask({ ...question, useCause: '' })).toMatchObject({ head: { status: expect.any(Number) } })
  expect((await context.send.elicence('queryCertInfo', { data: question })).body).toMatchObject({
    head: { status: 401 },
  })
})

test('a platform that forgets does everything twice, and it is noted; one that recognises again does not', async () => {
  const row = acceptance(2)
  expect((await push(row)).body).toMatchObject({ code: '0' })
  expect((await forget({ system: 'province', is: true })).body).toEqual({
    system: 'province',
    forgetful: true,
  })
  expect((await push(row)).body).toMatchObject({ code: '0' })
  const { received, updated, duplicates, violations } = book('province')
  expect({ received, updated, duplicates }).toEqual({ received: 2, updated: 1, duplicates: 0 })
  expect(violations).toEqual([`${caseNo(2)} UP_PRO_ACCEPT ${row.RowGuid}: 同一记录两次生效`])
  const page = await fetch(`${context.sandbox.url}/control/arrivals?system=province`)
  const { arrivals } = (await page.json()) as { arrivals: { what: string; id: string }[] }
  expect(arrivals.filter(({ id }) => id === row.RowGuid).map(({ what }) => what)).toEqual(['kept', 'kept'])
  // what is refused of a first one is refused still
  await push(result(2), 'RESULT')
  expect((await push(process(2, '2025-03-11 09:00:00'), 'PROCESS')).body).toMatchObject({ code: '1002' })
  expect((await push({ ...row, TaskName: '另一事项' })).body).toMatchObject({ code: '2001' })

  await forget({ system: 'province', is: false })
  expect((await push(row)).body).toMatchObject({ code: '2001' })
  expect(book('province').duplicates).toBe(1)
})

test('every platform can forget', async () => {
  const key = await context.send.secret()
  const rows = [() => context.send.service(serviceRecord(3)), () => context.send.evaluate([review(3)])]
  const check = () => context.send.gateway('httpproxy', key, { table: 'check_action', data: [inspection(3)] })
  for (const system of ['review', 'supervision']) context.sandbox.forgetful(system, true)
  for (const send of [...rows, check]) {
    const first = (await send()).body
    expect((await send()).body).toEqual(first)
  }
  expect(book('review').violations).toHaveLength(2)
  expect(book('supervision').violations).toHaveLength(1)
})

test.each([
  [{ system: 'nowhere', is: true }, 'one of province'],
  [{ system: 'province' }, 'true or false'],
])('refuses the switch %o', async (change, text) => {
  expect(await forget(change)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(text) },
  })
})
