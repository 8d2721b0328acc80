// Intake: formats, splitting, all-or-nothing, and issues in the sender's own words.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { context, issuesOf, load, refusal } from './small.ts'

const canonical = `
title: 办件受理
key: caseNo
deduplication: [caseNo, applicant.no]
fields:
  - { name: caseNo, zh: 办件编号, type: s32, req: Y }
  - { name: kind, type: s1, req: N, codes: kind }
  - name: applicant
    zh: 申请人
    type: object
    req: Y
    fields:
      - { name: name, zh: 姓名, type: s10, req: Y, personal: name }
      - { name: no, zh: 证件号, type: s18, req: Y, personal: id, check: citizen-id }
  - { name: materials, type: list, req: N, fields: [{ name: title, type: s5, req: Y }] }
rules:
  - { when: { kind: "2" }, require: [materials], zh: 需要材料, en: needs materials }
`
const files = {
  'codes/kind.yaml':
    'title: k\ncodes: { "1": { zh: 甲 }, "2": { zh: 乙 } }\nmaps: { out: { A: "1", B: "2" } }',
  'canonical/c.yaml': canonical,
  'schemas/d/one.yaml': `
title: one
root: CASE
fields:
  - { name: app, type: object, fields: [{ name: no, type: s22 }, { name: kind, type: s1, values: [A, B] }, { name: who, type: object, fields: [{ name: xm, type: s10, personal: name }, { name: zjh, type: s18, personal: id }] }] }
  - { name: cl, type: list, fields: [{ name: mc, type: s5 }] }`,
  'schemas/d/many.yaml': `
title: many
fields:
  - { name: batch, type: s9 }
  - { name: records, type: list, fields: [{ name: no, type: s22 }, { name: xm, type: s10, personal: name }, { name: zjh, type: s18, personal: id }] }`,
  'schemas/d/row.yaml':
    'title: row\nfields: [{ name: no, type: s22 }, { name: xm, type: s10, personal: name }, { name: zjh, type: s18, personal: id }]',
  'd/one.yaml': `
from: d/one
to: c
fields:
  caseNo: app.no
  kind: { code: kind, map: out, path: app.kind }
  applicant.name: app.who.xm
  applicant: { fields: { no: app.who.zjh } }
  materials: { each: cl, fields: { title: mc } }`,
  'd/xml.yaml': `
from: d/one
to: c
format: xml
fields: { caseNo: app.no, applicant.name: app.who.xm, applicant.no: app.who.zjh, materials: { each: cl, fields: { title: mc } } }`,
  'd/form.yaml': `
from: d/row
to: c
format: form
fields: { caseNo: no, applicant.name: xm, applicant.no: zjh }`,
  'd/many.yaml': `
from: d/many
to: c
split: records
fields: { caseNo: { template: "{$.batch}-{no}" }, applicant.name: xm, applicant.no: zjh }`,
  'd/array.yaml': `
from: d/row
to: c
split: $
fields: { caseNo: no, applicant.name: xm, applicant.no: zjh }`,
}
const library = load(files)
const id = '510700190101010012'
const good = { app: { no: 'N1', kind: 'A', who: { xm: '张三', zjh: id } }, cl: [{ mc: '表' }] }

function accept(name: string, body: unknown, type: string | undefined = 'application/json') {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return library.intake(name)?.accept(bytes, type, context)
}

describe('one message', () => {
  it('becomes one canonical record, members in schema order', () => {
    const records = accept('d/one', good)
    expect(records).toEqual([
      {
        type: 'c',
        key: 'N1',
        deduplication: `N1|${id}`,
        value: { caseNo: 'N1', kind: '1', applicant: { name: '张三', no: id }, materials: [{ title: '表' }] },
      },
    ])
    expect(JSON.stringify(records)).toContain('"caseNo":"N1","kind":"1","applicant":{"name"')
  })
  it('is refused with every issue at the sender’s path', async () => {
    const bad = {
      app: { no: '', kind: 'Z', who: { zjh: '5107**********0012' } },
      cl: [{ mc: '表' }, { mc: '太长太长太长' }, {}],
    }
    expect(await issuesOf(() => accept('d/one', bad))).toEqual([
      'app.kind code',
      'app.who.zjh masked',
      'app.who.xm required',
      'cl[1].mc length',
      'app.no required',
    ])
    expect(await issuesOf(() => accept('d/one', {}))).toEqual([
      'app.no required',
      'app.who.xm required',
      'app.who.zjh required',
    ])
    expect(
      await issuesOf(() => accept('d/one', { ...good, app: { ...good.app, kind: 'B' }, cl: [] })),
    ).toEqual(['cl required'])
  })
  it('tells both languages and never the value', async () => {
    const error = await refusal(() =>
      accept('d/one', { ...good, app: { ...good.app, who: { xm: '张三', zjh: '510700190101010013' } } }),
    )
    expect(error.issues).toEqual([
      {
        path: 'app.who.zjh',
        rule: 'citizen-id',
        zh: '证件号（no）不是有效的公民身份号码（GB 11643）',
        en: 'no is not a valid citizen identity number (GB 11643)',
      },
    ])
  })
  it.each<[string, unknown, string | undefined, string]>([
    ['d/one', good, 'text/xml', 'body.type'],
    ['d/one', '{', undefined, 'body.json'],
    ['d/one', '{"__proto__":{}}', undefined, 'body.unsafe'],
    ['d/one', Buffer.from([0xff]), undefined, 'body.encoding'],
    ['d/xml', '<OTHER/>', undefined, 'body.xml'],
    ['d/xml', '<!DOCTYPE x><CASE/>', undefined, 'body.unsafe'],
    ['d/many', { batch: 'b', records: [] }, undefined, 'body.empty'],
    ['d/many', { batch: 'b' }, undefined, 'body.empty'],
    ['d/array', '[]', undefined, 'body.empty'],
  ])('%s refuses %j: %s %s', async (name, body, type, code) => {
    expect(
      (await refusal(() => accept(name, body, type ?? (name === 'd/xml' ? 'text/xml' : undefined)))).code,
    ).toBe(code)
  })
  it.each(['null', '"x"', '[]', '1'])('refuses the JSON value %s as missing everything', async (text) => {
    expect(await issuesOf(() => accept('d/one', text))).toContain('app.no required')
  })
})

describe('XML and form', () => {
  const xml = (cl: string): string =>
    `<CASE><app><no>N1</no><who><xm>张三</xm><zjh>${id}</zjh></who></app>${cl}</CASE>`
  it('reads an element that came once as a list of one', () => {
    expect(accept('d/xml', xml('<cl><mc>表</mc></cl>'), 'text/xml')).toMatchObject([
      { value: { materials: [{ title: '表' }] } },
    ])
    expect(accept('d/xml', xml('<cl><mc>表</mc></cl><cl><mc>证</mc></cl>'), 'text/xml')).toMatchObject([
      { value: { materials: [{ title: '表' }, { title: '证' }] } },
    ])
  })
  it('reads GBK by declaration', () => {
    const bytes = iconv.encode(`<?xml version="1.0" encoding="GBK"?>${xml('')}`, 'gbk')
    expect(accept('d/xml', bytes, 'application/xml')).toMatchObject([
      { value: { applicant: { name: '张三' } } },
    ])
  })
  it('reads a form', () => {
    const body = new URLSearchParams({ no: 'N1', xm: '张三', zjh: id }).toString()
    expect(accept('d/form', body, 'application/x-www-form-urlencoded')).toMatchObject([{ key: 'N1' }])
  })
})

describe('splitting', () => {
  const row = (no: string, zjh = id) => ({ no, xm: '张三', zjh })
  it('makes a record of each element, reading above it with $', () => {
    expect(accept('d/many', { batch: 'b', records: [row('1'), row('2')] })).toMatchObject([
      { key: 'b-1' },
      { key: 'b-2' },
    ])
    expect(accept('d/array', [row('1'), row('2')])).toMatchObject([{ key: '1' }, { key: '2' }])
  })
  it('refuses all when one is wrong, and says which', async () => {
    const records = [row('1'), row('2', 'x'), row('3'), { no: '4' }]
    expect(await issuesOf(() => accept('d/many', { batch: 'b', records }))).toEqual([
      'records[1].zjh citizen-id',
      'records[3].xm required',
      'records[3].zjh required',
    ])
    expect(await issuesOf(() => accept('d/array', [row('1'), row('2', 'x')]))).toEqual(['[1].zjh citizen-id'])
    expect(await issuesOf(() => accept('d/many', { batch: 'b', records: 'x' }))).toEqual(['records type'])
  })
  it('keeps at most fifty issues', async () => {
    const records = Array.from({ length: 80 }, () => row('1', 'x'))
    expect(await issuesOf(() => accept('d/many', { batch: 'b', records }))).toHaveLength(50)
  })
  it('does not mix up concurrent or repeated runs', async () => {
    await refusal(() => accept('d/many', { batch: 'b', records: [row('1', 'x')] }))
    expect(accept('d/many', { batch: 'b', records: [row('1')] })).toMatchObject([{ key: 'b-1' }])
  })
})
