// The provincial platform: life of a case, repetitions, second effects, broken order, bad data, signatures.

import { expect, test } from 'vitest'
import { useSandbox } from './client.ts'
import { acceptance, caseNo, material, process, result, special } from './records.ts'

const context = useSandbox()
const push = (table: string, row: object, change = {}) =>
  context.send.province(`UP_PRO_${table}`, row, change).then(({ status, body }) => ({ status, ...body }))
const book = () => context.sandbox.received().systems.province ?? expect.fail('no province')
const success = { status: 200, code: '0', message: 'success' }

test('takes the life of a case in order', async () => {
  const before = book().received
  expect(await push('ACCEPT', acceptance(1))).toEqual(success)
  expect(await push('MATERIAL', material(1))).toEqual(success)
  expect(await push('PROCESS', process(1, '2025-03-10 10:00:00'))).toEqual(success)
  expect(await push('SPECIALPROCEDURE', special(1))).toEqual(success)
  expect(await push('PROCESS', process(1, '2025-03-13 10:00:00'))).toEqual(success)
  const licence = { ResultCetrName: '许可证', ResultCetrNo: '510720250001' }
  expect(await push('RESULT', result(1, licence))).toEqual(success)
  expect(book().received).toBe(before + 6)
  expect(book().violations).toEqual([])
})

test('answers a repeated record as existing, also after the case is finished, whatever its batch', async () => {
  const row = acceptance(2)
  await push('ACCEPT', row)
  await push('RESULT', result(2))
  const before = book()
  const again = { ...row, Cd_time: '2025-03-11 00:00:00', Cd_batch: '2025031100001' }
  expect(await push('ACCEPT', again)).toMatchObject({ code: '2001', message: '记录已存在' })
  expect(book()).toEqual({ ...before, duplicates: before.duplicates + 1 })
})

test('a RowGuid inserted again with other content is a second effect', async () => {
  const row = acceptance(3)
  await push('ACCEPT', row)
  const before = book()
  expect(await push('ACCEPT', { ...row, ApplyerName: '王测试' })).toMatchObject({ code: '2001' })
  expect(book().received).toBe(before.received)
  expect(book().violations.at(-1)).toContain(`${caseNo(3)} UP_PRO_ACCEPT ${row.RowGuid}`)
})

test('an update changes a known record and repeats as a duplicate', async () => {
  const row = acceptance(4)
  await push('ACCEPT', row)
  const change = { ...row, Cd_operation: 'U', ApplyerName: '王测试' }
  const before = book()
  expect(await push('ACCEPT', change)).toEqual(success)
  expect(await push('ACCEPT', change)).toMatchObject({ code: '2001' })
  expect(await push('ACCEPT', row)).toMatchObject({ code: '2001' })
  expect(book()).toEqual({ ...before, updated: before.updated + 1, duplicates: before.duplicates + 2 })
  expect(await push('ACCEPT', acceptance(5, { Cd_operation: 'U' }))).toMatchObject({ code: '1001' })
})

test.each([
  ['a process before the acceptance', 'PROCESS', () => process(10, '2025-03-10 10:00:00'), []],
  ['a material before the acceptance', 'MATERIAL', () => material(10), []],
  ['a second acceptance', 'ACCEPT', () => acceptance(11), [['ACCEPT', acceptance(11)]]],
  [
    'a second result',
    'RESULT',
    () => result(12),
    [
      ['ACCEPT', acceptance(12)],
      ['RESULT', result(12)],
    ],
  ],
  [
    'a material after the result',
    'MATERIAL',
    () => material(13),
    [
      ['ACCEPT', acceptance(13)],
      ['RESULT', result(13)],
    ],
  ],
  [
    'a process before an earlier one',
    'PROCESS',
    () => process(14, '2025-03-10 10:59:59'),
    [
      ['ACCEPT', acceptance(14)],
      ['PROCESS', process(14, '2025-03-10 11:00:00')],
    ],
  ],
] as const)('refuses and notes broken order: %s', async (_, table, row, before) => {
  for (const [earlier, record] of before) expect(await push(earlier, record)).toEqual(success)
  const { received, refused, violations } = book()
  expect(await push(table, row())).toMatchObject({ status: 200, code: '1002' })
  expect(book()).toMatchObject({ received, refused: refused + 1 })
  expect(book().violations).toHaveLength(violations.length + 1)
})

test.each([
  ['process before acceptance time', 'PROCESS', process(20, '2025-03-10 08:59:59')],
  ['special before acceptance time', 'SPECIALPROCEDURE', special(20, { SpecialTime: '2025-03-10 08:00:00' })],
  ['result before the last process ends', 'RESULT', result(20, { ResultDate: '2025-03-10 09:59:59' })],
] as const)('refuses times that cannot be, without blaming order: %s', async (_, table, row) => {
  await push('ACCEPT', acceptance(20, { RowGuid: 'twenty' }))
  await push('PROCESS', process(20, '2025-03-10 10:00:00', { RowGuid: 'twenty' }))
  const { violations } = book()
  expect(await push(table, row)).toMatchObject({ code: '1002' })
  expect(book().violations).toEqual(violations)
})

const { OrgCode: _, ...withoutOrgCode } = acceptance(30)
test.each([
  ['unknown column', acceptance(30, { CertKey: 'x' }), 'CertKey'],
  ['missing column', withoutOrgCode, 'OrgCode'],
  ['empty column', acceptance(30, { TaskName: '' }), 'TaskName'],
  ['null', acceptance(30, { TaskName: null }), 'TaskName'],
  ['too long', acceptance(30, { ApplyerName: '名'.repeat(101) }), 'ApplyerName'],
  ['number for text', acceptance(30, { ProjectType: 2 }), 'ProjectType'],
  ['text for number', acceptance(30, { TaskVersion: 'one' }), 'TaskVersion'],
  ['code not in the table', acceptance(30, { ApplyerType: '7' }), 'ApplyerType'],
  ['day that does not exist', acceptance(30, { ApplyDate: '2025-02-30 08:00:00' }), 'ApplyDate'],
  ['other date form', acceptance(30, { ApplyDate: '2025-03-10T08:50:00' }), 'ApplyDate'],
  ['case number', acceptance(30, { ProjectNo: '510700-20251301-000001' }), 'ProjectNo'],
  ['citizen id check digit', acceptance(30, { ApplyerPageCode: '510700190101010013' }), 'ApplyerPageCode'],
  ['masked id', acceptance(30, { ApplyerPageCode: '5107**********0012' }), 'ApplyerPageCode'],
  ['certificate of a company for a person', acceptance(30, { ApplyerPageType: '001' }), 'ApplyerPageType'],
  [
    'company without legal representative',
    acceptance(30, { ApplyerType: '2', ApplyerPageType: '001', ApplyerPageCode: '91510700MA00000151' }),
    'Legal',
  ],
  ['credit code', acceptance(30, { OrgCode: '11511800015427357H' }), 'OrgCode'],
  ['implementation code and basic code differ', acceptance(30, { CatalogCode: '510100001001' }), 'TaskCode'],
  ['Sichuan item code', acceptance(30, { LocalTaskCode: '511A0080600053' }), 'LocalTaskCode'],
  ['mobile', acceptance(30, { ContactMobile: '12345678901' }), 'ContactMobile'],
  ['contact number without its type', acceptance(30, { ContactCode: '510700190101010012' }), 'ContactType'],
  ['accepted before applied', acceptance(30, { AcceptDate: '2025-03-10 08:00:00' }), 'AcceptDate'],
  ['batch', acceptance(30, { Cd_batch: '20250310' }), 'Cd_batch'],
  ['operation', acceptance(30, { Cd_operation: 'i' }), 'Cd_operation'],
])('refuses bad acceptance data: %s', async (_, row, field) => {
  const { received, violations } = book()
  const reply = await push('ACCEPT', row)
  expect(reply).toMatchObject({
    status: 200,
    code: '1001',
    message: expect.stringContaining(`字段 ${field}`),
  })
  expect(book()).toMatchObject({ received, violations })
})

test.each([
  ['PROCESS', process(40, '2025-03-10 10:00:00', { EventName: '3' }), 'EventName'],
  ['PROCESS', process(40, '2025-03-10 10:00:00', { EventEndTime: '2025-03-10 09:00:00' }), 'EventEndTime'],
  ['RESULT', result(40, { ResultType: '6' }), 'ResultType'],
  ['RESULT', result(40, { ResultCetrName: '许可证' }), 'ResultCetrName'],
  ['SPECIALPROCEDURE', special(40, { SpecialType: 'A' }), 'SpecialType'],
  ['SPECIALPROCEDURE', special(40, { EndTime: '2025-03-10 10:00:00' }), 'EndTime'],
  ['MATERIAL', material(40, { GetType: '4' }), 'GetType'],
  ['MATERIAL', material(40, { MaterialAttachName: '申请表' }), 'MaterialAttachName'],
] as const)('refuses bad data of %s', async (table, row, field) => {
  expect(await push(table, row)).toMatchObject({ code: '1001', message: expect.stringContaining(field) })
})

test('refuses bytes that were not signed, a missing header, another key, a stale clock and a replay', async () => {
  const { received } = book()
  expect(await push('ACCEPT', acceptance(50), { tamper: true })).toMatchObject({ code: '4001' })
  expect(await push('ACCEPT', acceptance(50), { headers: { 'x-sign-appid': 'other' } })).toMatchObject({
    code: '4001',
  })
  expect(await push('ACCEPT', acceptance(50), { headers: { 'x-sign-value': '' } })).toMatchObject({
    code: '4001',
  })
  expect(await push('ACCEPT', acceptance(50), { headers: { 'x-sign-value': 'MAYCAQECAQE=' } })).toMatchObject(
    { code: '4001' },
  )
  expect(await push('ACCEPT', acceptance(50), { time: Date.now() - 301_000 })).toMatchObject({ code: '4002' })
  expect(await push('ACCEPT', acceptance(50), { time: Date.now() + 301_000 })).toMatchObject({ code: '4002' })
  expect(book().received).toBe(received)
  expect(await push('ACCEPT', acceptance(50), { nonce: 'once-and-never-again' })).toEqual(success)
  expect(await push('MATERIAL', material(50), { nonce: 'once-and-never-again' })).toMatchObject({
    code: '4003',
  })
})

test('refuses what is not a JSON object and knows no other table', async () => {
  expect(await push('ACCEPT', [])).toMatchObject({ code: '1001' })
  expect(await push('OTHER', {})).toMatchObject({ status: 404 })
})
