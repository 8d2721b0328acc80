// The review platform: service records, reviews in their envelope, direction trap, refusals.

import { sm2 } from 'sm-crypto-v2'
import { expect, test } from 'vitest'
import { useSandbox } from './client.ts'
import { review, serviceRecord } from './records.ts'

const context = useSandbox()
const service = (record: object, change = {}) => context.send.service(record, change).then(({ body }) => body)
const evaluate = (reviews: unknown, change = {}) =>
  context.send.evaluate(reviews, change).then(({ body }) => body)
const book = () => context.sandbox.received().systems.review ?? expect.fail('no review')
const serviceOk = { status: { code: '200' }, custom: { code: '1', text: 'success' } }
const completed = { proStatus: '3', resultDate: '2025-03-14 16:00:00', serviceNumber: 2, serviceName: '办结' }

test('takes service records, then the review of one, and answers repetitions as existing', async () => {
  expect(await service(serviceRecord(1))).toMatchObject(serviceOk)
  expect(await service(serviceRecord(1, completed))).toMatchObject(serviceOk)
  expect(await service(serviceRecord(1))).toMatchObject({
    status: { code: '200' },
    custom: { code: '0', text: '该办件服务数据已存在' },
  })
  expect(await evaluate([review(1)])).toEqual({ code: '0', success: 'true', message: 'success' })
  expect(await evaluate([review(1)])).toEqual({ code: '2001', success: 'false', message: '评价数据已存在' })
  expect(await evaluate([review(1, { assessNumber: 2, serviceNumber: '2' })])).toMatchObject({ code: '0' })
  expect(book()).toMatchObject({
    received: 4,
    duplicates: 2,
    violations: [],
    tables: { service: 2, evaluate: 2 },
  })
})

test('takes several reviews in one envelope', async () => {
  await service(serviceRecord(2))
  await service(serviceRecord(3))
  expect(await evaluate([review(2), review(3)])).toMatchObject({ code: '0' })
})

test.each([
  ['bad review without detail and text', { satisfaction: '2', evalDetail: '' }, '差评'],
  ['direction: 1 with the codes of 5', { satisfaction: '1' }, 'evalDetail 510'],
  ['direction: 5 with the codes of 1', { evalDetail: '108' }, 'evalDetail 108'],
  ['one code of another level', { evalDetail: '510,406' }, 'evalDetail 406'],
  ['retired code', { evalDetail: '501' }, '已停用'],
  ['unknown code', { evalDetail: '518' }, '不存在'],
  ['code twice', { evalDetail: '510,510' }, '重复'],
  ['channel', { pf: '8' }, 'pf'],
  ['online without certKey', { pf: '1' }, 'certKey'],
  ['in the hall without certKeyGOV', { certKeyGOV: '', certKey: 'x' }, 'certKeyGOV'],
  ['reviewed before accepted', { assessTime: '2025-03-09 10:00:00' }, 'assessTime'],
  ['area of 6 digits', { areaCode: '510700' }, 'areaCode'],
  ['third review', { assessNumber: 3 }, 'assessNumber'],
  ['agent without number', { handleUserName: '赵测试' }, '代理人'],
  ['data source', { dataSource: 'p51' }, 'dataSource'],
  ['unknown column', { score: 5 }, 'score'],
])('refuses a bad review: %s', async (_, change, text) => {
  await service(serviceRecord(4))
  const { received, violations } = book()
  const reply = await evaluate([review(4, change)])
  expect(reply).toMatchObject({ code: '1001', success: 'false', message: expect.stringContaining(text) })
  expect(book()).toMatchObject({ received, violations })
})

test('takes a bad review with a text only', async () => {
  await service(serviceRecord(5))
  const change = { satisfaction: '1', evalDetail: '', writingEvaluation: '等了很久' }
  expect(await evaluate([review(5, change)])).toMatchObject({ code: '0' })
})

test('notes broken order: no service record, second review first, service numbers going back', async () => {
  const { violations } = book()
  expect(await evaluate([review(6)])).toMatchObject({ code: '1002', success: 'false' })
  await service(serviceRecord(6, completed))
  expect(await evaluate([review(6, { serviceNumber: 1 })])).toMatchObject({ code: '1002' })
  expect(await evaluate([review(6, { serviceNumber: 2, assessNumber: 2 })])).toMatchObject({ code: '1002' })
  expect(await service(serviceRecord(6))).toMatchObject({ custom: { code: '1002' } })
  expect(book().violations).toHaveLength(violations.length + 4)
})

test('notes second effects', async () => {
  await service(serviceRecord(7))
  await evaluate([review(7)])
  const { violations, received } = book()
  expect(await service(serviceRecord(7, { userName: '王测试' }))).toMatchObject({ custom: { code: '2001' } })
  expect(await evaluate([review(7, { satisfaction: '4', evalDetail: '406' })])).toMatchObject({
    code: '2001',
  })
  expect(book().violations).toHaveLength(violations.length + 2)
  expect(book().received).toBe(received)
})

test.each([
  ['result time while open', { resultDate: '2025-03-14 16:00:00' }, 'resultDate'],
  ['finished without result time', { proStatus: '3' }, 'resultDate'],
  ['nobody', { certKeyGOV: '' }, 'certKey'],
  ['orgcode', { orgcode: '510700_11510700000000000M' }, 'orgcode'],
  ['status', { proStatus: '4' }, 'proStatus'],
  ['task code', { taskCode: '11510700000000000M9510100001000' }, 'taskCode'],
])('refuses a bad service record: %s', async (_, change, text) => {
  const reply = await service(serviceRecord(8, change))
  expect(reply).toMatchObject({ custom: { code: '1001', text: expect.stringContaining(text) } })
})

test('refuses wrong signatures, clocks and payloads for another key', async () => {
  const late = { time: Date.now() - 301_000 }
  expect(await service(serviceRecord(9), { appword: 'wrong' })).toMatchObject({ status: { code: '4001' } })
  expect(await service(serviceRecord(9), late)).toMatchObject({ status: { code: '4002' } })
  expect(await evaluate([review(9)], { appword: 'wrong' })).toMatchObject({ code: '4001', success: 'false' })
  expect(await evaluate([review(9)], late)).toMatchObject({ code: '4002' })
  const point = sm2.generateKeyPairHex().publicKey
  expect(await evaluate([review(9)], { point })).toMatchObject({ code: '4004' })
  expect(await evaluate(review(9))).toMatchObject({ code: '1001' })
})
