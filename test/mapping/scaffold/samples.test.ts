// Samples: what they tell of types and formats, and that nobody's data gets out of them.
import { describe, expect, test } from 'vitest'
import { encodeText } from '../../../core/mapping/format/charset.ts'
import { typeText } from '../../../core/mapping/scaffold/draft.ts'
import { draftSample, parseSample } from '../../../core/mapping/scaffold/sample.ts'
import { draft } from './shipped.ts'

const secrets = {
  name: '欧阳德胜',
  idNo: '510722190108080038',
  mobile: '13808117788',
  address: '绵阳市涪城区临园路东段七十二号',
  company: '绵阳德胜餐饮管理有限公司',
  code: '91510703MA000004XR',
}

const sample = {
  caseNo: '510700-20260601-000007',
  channel: 'WEB',
  applied: '2026-06-01T09:28:35',
  millis: 1780275515000,
  fee: 12.5,
  copies: 2,
  urgent: true,
  applicant: { name: secrets.name, idNo: secrets.idNo, mobile: secrets.mobile, address: secrets.address },
  agents: [{ fullName: secrets.name, phone: secrets.mobile }],
  company: { title: secrets.company, creditCode: secrets.code },
  note: `${secrets.name}申请`,
  byId: { [secrets.idNo]: { state: '1' } },
}
const body = Buffer.from(JSON.stringify(sample))

describe('what a sample tells', () => {
  test('types and formats', () => {
    const { fields } = draftSample('x', parseSample('s.json', body))
    const told = Object.fromEntries(
      fields.map(({ name, type }) => [
        name,
        'format' in type ? `${type.kind} ${type.format}` : typeText(type),
      ]),
    )
    expect(told).toMatchObject({
      caseNo: 's50',
      applied: "datetime yyyy-MM-dd'T'HH:mm:ss",
      millis: 'int',
      fee: 'n16,2',
      copies: 'int',
      urgent: 'bool',
      applicant: 'object',
      agents: 'list',
      byId: 'any',
    })
  })

  test('charset, format, root and separator', () => {
    const xml = '<?xml version="1.0" encoding="GBK"?><RECORD><XM>张某</XM></RECORD>'
    const { root, format, charset, document } = parseSample('s.xml', encodeText(xml, 'gbk'))
    expect([root, format, charset, document]).toEqual(['RECORD', 'xml', 'gb18030', { XM: '张某' }])
    const undeclared = parseSample('s.csv', encodeText('编号;姓名\n1;张某\n', 'gb18030'))
    expect(undeclared).toMatchObject({
      format: 'csv',
      charset: 'gb18030',
      delimiter: ';',
      document: [{ 编号: '1', 姓名: '张某' }],
    })
    expect(parseSample('s.form', Buffer.from('a=1&b=%E5%BC%A0'))).toMatchObject({
      format: 'form',
      document: { a: '1', b: '张' },
    })
  })

  test('a list of records, bare or in an envelope, is split', () => {
    const rows = [1, 2].map((n) => ({
      caseNo: `510700-20260601-00000${n}`,
      stepName: '审核',
      handler: '王某',
    }))
    const textOf = (document: unknown): string =>
      draft(
        'dept/process',
        [{ file: 's.json', bytes: Buffer.from(JSON.stringify(document)) }],
        'case.process',
      ).files['dept/process.yaml'] ?? ''
    expect(textOf(rows)).toContain('\nsplit: $\n')
    const inEnvelope = textOf({ batch: 'B1', rows })
    expect(inEnvelope).toContain('\nsplit: rows\n')
    expect(inEnvelope).toContain('caseNo: caseNo')
  })
})

describe('nobody', () => {
  const { files } = draft('dept/acceptance', [{ file: 's.json', bytes: body }], 'case.accepted')
  const written = Object.values(files).join('\n')

  test('is in a draft', () => {
    expect(Object.keys(files)).toEqual([
      'schemas/dept/acceptance.yaml',
      'dept/acceptance.yaml',
      'dept/acceptance.cases.yaml',
    ])
    for (const secret of Object.values(secrets)) expect(written).not.toContain(secret)
    for (const part of ['欧阳', '德胜', '临园路', '8117788']) expect(written).not.toContain(part)
    // what says nothing of anybody stays, so that the case still shows the format
    expect(files['dept/acceptance.cases.yaml']).toContain('2026-06-01T09:28:35')
  })

  test('is left unmarked in the schema', () => {
    const schema = files['schemas/dept/acceptance.yaml'] ?? ''
    expect(schema).toMatch(/name: idNo, .*personal: id/)
    expect(schema).toMatch(/name: mobile, .*personal: mobile/)
    expect(schema).toMatch(/name: phone, .*personal: mobile/)
    expect(schema).toMatch(/name: address, .*personal: address/)
    expect(schema).toMatch(/- name: byId|\{ name: byId, type: any/)
  })

  test('is told by a broken sample', () => {
    const torn = Buffer.from(`{ "name": "${secrets.name}", `)
    expect(() => draft('dept/acceptance', [{ file: 's.json', bytes: torn }], 'case.accepted')).toThrow(
      expect.objectContaining({ code: 'body.json', message: expect.not.stringContaining('欧阳') }),
    )
  })
})
