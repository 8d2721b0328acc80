// The supervision gateway: session secret, rows, refusals.

import { expect, test } from 'vitest'
import { encryptSecret } from '../../sandbox/supervision.ts'
import { useSandbox } from './client.ts'
import { inspection } from './records.ts'

const lifetime = 60_000
const context = useSandbox({ lifetime })
const proxy = (key: string, rows: unknown, change = {}) =>
  context.send
    .gateway('httpproxy', key, { table: 'check_action', data: rows }, change)
    .then(({ body }) => body)
const refresh = (key: string, change = {}) =>
  context.send.gateway('sysapi/auth/refreshappsecret', key, {}, change).then(({ body }) => body)
const book = () => context.sandbox.received().systems.supervision ?? expect.fail('no supervision')

test('encrypts the session secret as Java does (vector of reference 09 §1)', () => {
  expect(encryptSecret('session-secret-demo', '0123456789abcdef0123456789abcdef')).toBe(
    '/kMnzdV4pUKAFOTpg8Oayc3DviWY+6eRXw8cbe57J/s=',
  )
})

test('gives a secret, takes rows signed with it, answers a repetition as existing', async () => {
  const reply = await refresh(context.send.secrets.supervision)
  expect(reply).toMatchObject({ code: '0', data: { secretEndTime: expect.any(Number) } })
  const secret = await context.send.secret()
  const rows = [inspection(1), inspection(2)]
  expect(await proxy(secret, rows)).toMatchObject({ code: '0', data: { accepted: 2 } })
  expect(await proxy(secret, rows)).toMatchObject({ code: '2001', message: '记录已存在' })
  expect(await proxy(secret, [inspection(1), inspection(3)])).toMatchObject({
    code: '0',
    data: { accepted: 1 },
  })
  expect(book()).toMatchObject({ received: 3, duplicates: 3, violations: [] })
})

test('takes control columns beside the rows and the four values repeated in the body', async () => {
  const { cd_source, cd_batch, ...row } = inspection(4)
  const body = { table: 'check_action', cd_source, cd_batch, gjgxjhpt_rid: 'demo-rid-0001', data: [row] }
  const reply = await context.send.gateway('httpproxy', await context.send.secret(), body)
  expect(reply.body).toMatchObject({ code: '0' })
})

test('refuses a secret that a refresh has replaced, and one whose time is over', async () => {
  const old = await context.send.secret()
  const secret = await context.send.secret()
  expect(await proxy(old, [inspection(5)])).toEqual({ code: 'E-107', message: '密钥已过期', data: {} })
  expect(await proxy(secret, [inspection(5)])).toMatchObject({ code: '0' })
  context.sandbox.fault({ system: 'supervision', fault: 'expired' })
  expect(await proxy(secret, [inspection(6)])).toMatchObject({ code: 'E-107' })
  expect(await proxy(secret, [inspection(6)])).toMatchObject({ code: 'E-107' })
  expect(await proxy(await context.send.secret(), [inspection(6)])).toMatchObject({ code: '0' })
})

test('refuses wrong signatures, services and clocks', async () => {
  const { supervision } = context.send.secrets
  expect(await refresh('wrong key')).toMatchObject({ code: '-1' })
  expect(await refresh(supervision, { sid: 'nobody' })).toMatchObject({ code: 'E-106' })
  expect(await refresh(supervision, { time: Date.now() - 301_000 })).toMatchObject({ code: '4002' })
  expect(await refresh(supervision, { headers: { gjgxjhpt_sign: '' } })).toMatchObject({ code: '-1' })
  await context.send.secret()
  expect(await proxy('wrong key', [inspection(7)])).toMatchObject({ code: '-1' })
  expect(await proxy(supervision, [inspection(7)])).toMatchObject({ code: '-1' })
  expect(await proxy('x', [inspection(7)], { sid: 's_1_2' })).toMatchObject({ code: 'E-107' })
})

test.each([
  ['one inspector', { check_personnel: '任测试', check_personnel_code: '1' }, 'check_personnel'],
  ['counts differ', { check_personnel_code: '23070100101' }, 'check_personnel_code'],
  ['13 digits', { supervise_item_implement_code: '0131001000000' }, 'supervise_item_implement_code'],
  ['level 6', { supervise_item_check_icode: '11510700000000027D6013' }, 'supervise_item_check_icode'],
  ['party code', { administrative_cp_ui_code: '91510700MAO0000151' }, 'administrative_cp_ui_code'],
  ['area of 9 digits', { area_number: '510703001' }, 'area_number'],
  ['form', { check_form: '5' }, 'check_form'],
  ['result', { check_result: '5' }, 'check_result'],
  ['date with time', { check_date: '2025-03-10 00:00:00' }, 'check_date'],
  ['submitted before checked', { submitted_date: '2025-03-09' }, 'submitted_date'],
  ['unknown column', { remark: 'x' }, 'remark'],
])('refuses bad rows, all or none: %s', async (_, change, field) => {
  const { received } = book()
  const secret = await context.send.secret()
  const reply = await proxy(secret, [inspection(8), inspection(9, change)])
  expect(reply).toMatchObject({ code: '1001', message: expect.stringContaining(field) })
  expect(book().received).toBe(received)
})

test('refuses other tables, empty lists and a key given twice', async () => {
  const secret = await context.send.secret()
  const other = await context.send.gateway('httpproxy', secret, { table: 'punish_action', data: [] })
  expect(other.body).toMatchObject({ code: '1001' })
  expect(await proxy(secret, [])).toMatchObject({ code: '1001' })
  expect(await proxy(secret, [inspection(8), inspection(8)])).toMatchObject({ code: '1001' })
})

test('notes second effects: other content under a key, an action number under two keys', async () => {
  const secret = await context.send.secret()
  await proxy(secret, [inspection(10)])
  const { received } = book()
  expect(await proxy(secret, [inspection(10, { check_result: '2' })])).toMatchObject({ code: '2001' })
  expect(await proxy(secret, [inspection(10, { cd_id: 'other' })])).toMatchObject({ code: '2001' })
  expect(book()).toMatchObject({
    received,
    violations: [expect.any(String), expect.stringContaining('JC-10')],
  })
})
