// Documents inside text fields: opened at intake, folded into text when sent, in any depth.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { encodeDocument, parseDocument } from '../../core/mapping/format/format.ts'
import { context, issuesOf, load, problemsOf } from './small.ts'

const task = `
      - { name: no, zh: 任务编号, type: s9, req: Y }
      - { name: note, type: s99 }
      - name: objects
        type: object
        fields:
          - { name: object, type: list, fields: [{ name: name, type: s9, personal: name }, { name: code, type: s18 }] }`

const schema = (type: string, holds: string, more = '') => `
title: e
root: Envelope
fields:
  - { name: id, type: s9 }
  - name: data
    type: ${type}
    holds: ${holds}
    ${more}
    fields:${task}`

const files = {
  'canonical/c.yaml': `
title: c
key: no
deduplication: [no]
fields:
  - { name: no, type: s9, req: Y }
  - { name: note, type: s99 }
  - { name: first, type: s9, personal: name }
  - { name: people, type: list, fields: [{ name: name, type: s9, req: Y, personal: name }, { name: code, type: s18 }] }`,
  'schemas/d/xml.yaml': schema('document', '{ format: xml, encoding: base64, charset: gbk, root: taskInfo }'),
  'schemas/d/json.yaml': schema('document', '{ format: json }'),
  'd/xml.yaml': `
from: d/xml
to: c
fields:
  no: data.no
  note: data.note
  first: data.objects.object[0].name
  people: { each: data.objects.object, fields: { name: name, code: code } }`,
  'd/json.yaml': `
from: d/json
to: c
format: xml
fields: { no: data.no, note: data.note, people: { each: data.objects.object, fields: { name: name } } }`,
}
const fields =
  'fields: { id: no, data.no: no, data.note: note, data.objects.object: { each: people, fields: { name: name, code: code } } }'
const value = { no: 'N1', note: '绵阳 & <x>', people: [{ name: '张三', code: '1' }, { name: '李四' }] }
const xml =
  '<?xml version="1.0" encoding="GBK"?><taskInfo><no>N1</no><note>绵阳</note><objects><object><name>张三</name></object></objects></taskInfo>'
const base64 = (text: string, charset = 'gbk') => iconv.encode(text, charset).toString('base64')
const library = load(files)
const post = (data: unknown) =>
  library.intake('d/xml')?.accept(Buffer.from(JSON.stringify({ data })), undefined, context)

describe('intake', () => {
  it('reads Base64 XML in GBK; what came once is a list of one where the fields say so', async () => {
    const wrapped = base64(xml).replace(/.{20}/g, '$&\r\n')
    const [record] = (await post(wrapped)) ?? []
    expect(record?.value).toEqual({ no: 'N1', note: '绵阳', first: '张三', people: [{ name: '张三' }] })
  })
  it('lets the declaration inside say another charset', async () => {
    const [record] = (await post(base64(xml.replace('GBK', 'UTF-8'), 'utf-8'))) ?? []
    expect(record?.value.note).toBe('绵阳')
  })
  it('reads JSON text in an XML element, also one with attributes', async () => {
    const text = JSON.stringify({ no: 'N1', objects: { object: [{ name: '张三' }] } })
    for (const tag of ['data', 'data type="json"']) {
      const body = Buffer.from(`<Envelope><${tag}><![CDATA[ ${text} ]]></data></Envelope>`)
      const [record] = (await library.intake('d/json')?.accept(body, undefined, context)) ?? []
      expect(record?.value).toEqual({ no: 'N1', people: [{ name: '张三' }] })
    }
  })
  it('names the field and nothing of the content when the inside is wrong', async () => {
    const messages: string[] = []
    const faults = [
      ['secret!', 'data document'],
      [base64('<taskInfo><secret></taskInfo>'), 'data document'],
      [base64('<!DOCTYPE x [<!ENTITY a "secret">]><taskInfo>&a;</taskInfo>'), 'data document'],
      [base64('<secret/>'), 'data document'],
      [Buffer.from([0x3c, 0x61, 0x3e, 0xff]).toString('base64'), 'data document'],
      [{ no: 'secret' }, 'data type'],
      [7, 'data type'],
      [base64(xml.replace('<no>N1</no>', '')), 'data.no required'],
      [base64(xml.replace('N1', 'secret-secret')), 'data.no length'],
      ['  ', 'data.no required'],
    ] as const
    for (const [data, issue] of faults) {
      expect(await issuesOf(() => post(data))).toEqual([issue])
      await Promise.resolve()
        .then(() => post(data))
        .catch((error) => messages.push(JSON.stringify(error.issues)))
    }
    expect(messages).toHaveLength(faults.length)
    expect(messages.join()).not.toContain('secret')
    expect(messages[1]).toMatch(/line 1, column \d+/)
    const body = Buffer.from('<Envelope><data>{"no":</data></Envelope>')
    expect(await issuesOf(() => library.intake('d/json')?.accept(body, undefined, context))).toEqual([
      'data document',
    ])
    const list = Buffer.from('<Envelope><data>[1]</data></Envelope>')
    expect(await issuesOf(() => library.intake('d/json')?.accept(list, undefined, context))).toEqual([
      'data type',
    ])
    const proto = Buffer.from('<Envelope><data>{"__proto__":{"no":"1"}}</data></Envelope>')
    expect(await issuesOf(() => library.intake('d/json')?.accept(proto, undefined, context))).toEqual([
      'data document',
    ])
  })
  it('names the element of a split list', async () => {
    const split = load({
      ...files,
      'd/xml.yaml': 'from: d/xml\nto: c\nsplit: $\nfields: { no: data.no }',
    }).intake('d/xml')
    const accept = (list: unknown[]) => split?.accept(Buffer.from(JSON.stringify(list)), undefined, context)
    const good = { data: base64(xml) }
    expect((await accept([good, good]))?.map((record) => record.key)).toEqual(['N1', 'N1'])
    expect(await issuesOf(() => accept([good, { data: '!' }, { data: base64('<taskInfo/>') }]))).toEqual([
      '[1].data document',
    ])
  })
  it('reads a table inside a text, and a list of JSON', async () => {
    const row = 'fields: [{ name: name, type: s9 }, { name: code, type: s18 }]'
    const load1 = (line: string) =>
      load({
        'canonical/c.yaml': files['canonical/c.yaml'],
        'schemas/d/t.yaml': `title: t\nfields: [{ name: no, type: s9 }, { name: rows, ${line}, ${row} }]`,
        'd/t.yaml':
          'from: d/t\nto: c\nfields: { no: no, people: { each: rows, fields: { name: name, code: code } } }',
      }).intake('d/t')
    const accept = async (line: string, rows: string) =>
      (await load1(line)?.accept(Buffer.from(JSON.stringify({ no: '1', rows })), undefined, context))?.[0]
        ?.value.people
    const people = [{ name: '张三', code: '1' }, { name: '李四' }]
    expect(await accept('type: document, holds: { format: csv }', 'name,code\n张三,1\n李四,\n')).toEqual(
      people,
    )
    expect(await accept('type: list, holds: { format: json }', JSON.stringify(people))).toEqual(people)
    expect(await issuesOf(() => accept('type: list, holds: { format: json }', '{"name":"x"}'))).toEqual([
      'rows type',
    ])
    expect(await issuesOf(() => accept('type: document, holds: { format: csv }', 'name\n张三,1\n'))).toEqual([
      'rows document',
    ])
  })
})

/** Runs an outbound mapping to this schema. */
function send(type: string, holds: string, more = '', from: Record<string, unknown> = value) {
  const outbound = load({
    ...files,
    'schemas/p/o.yaml': schema(type, holds, more),
    'p/o.yaml': `from: c\nto: p/o\nformat: xml\n${fields}`,
  }).outbound('p/o')
  return { outbound, result: outbound?.apply(from, context) as Record<string, string> }
}

describe('outbound', () => {
  it('writes Base64 XML in its charset', () => {
    const { outbound, result } = send(
      'document',
      '{ format: xml, encoding: base64, charset: gbk, root: taskInfo }',
    )
    const text = iconv.decode(Buffer.from(result.data ?? '', 'base64'), 'gbk')
    expect(text).toBe(
      '<?xml version="1.0" encoding="GBK"?><taskInfo><no>N1</no><note>绵阳 &amp; &lt;x&gt;</note><objects><object><name>张三</name><code>1</code></object><object><name>李四</name></object></objects></taskInfo>',
    )
    expect(outbound?.personal).toEqual([{ path: 'data', class: 'document' }])
    expect(Object.keys(result)).toEqual(['id', 'data'])
  })
  it('writes text: JSON, a form, XML without a declaration and with namespaces', () => {
    expect(JSON.parse(send('document', '{ format: json }').result.data ?? '')).toEqual({
      no: 'N1',
      note: value.note,
      objects: { object: value.people },
    })
    expect(send('document', '{ format: form, charset: gbk }').result.data).toMatch(/^no=N1&note=%C3%E0%D1%F4/)
    const options = '{ format: xml, root: t, declaration: false, namespaces: { "": "urn:t" } }'
    expect(send('document', options, '', { no: 'N1' }).result.data).toBe('<t xmlns="urn:t"><no>N1</no></t>')
  })
  it('escapes the text in the outer document, as CDATA where asked', () => {
    const plain = send('document', '{ format: json }', '', { no: 'N1' })
    const cdata = send('document', '{ format: json }', 'cdata: true', { no: 'N1' })
    const write = ({ outbound, result }: typeof plain) =>
      outbound && encodeDocument('xml', result, outbound).content.toString()
    expect(write(plain)).toContain('<data>{&quot;no&quot;:&quot;N1&quot;}</data>')
    expect(write(cdata)).toContain('<data><![CDATA[{"no":"N1"}]]></data>')
    for (const each of [plain, cdata]) {
      const text = Buffer.from(write(each) ?? '')
      expect(parseDocument('xml', text, undefined).value).toEqual({ id: 'N1', data: '{"no":"N1"}' })
    }
  })
  it('judges the text: its length, and characters its format cannot carry', async () => {
    expect(await issuesOf(() => send('document', '{ format: json, max: 20 }').result)).toEqual([
      'data length',
    ])
    expect(send('document', '{ format: json, max: 11 }', '', { no: 'N1' }).result.data).toHaveLength(11)
    const control = { no: 'N1', note: 'a\u0001' }
    expect(await issuesOf(() => send('document', '{ format: xml, root: t }', '', control).result)).toEqual([
      'data.note characters',
    ])
    const rare = { no: 'N1', note: '𬭎' }
    const form = '{ format: form, charset: gbk }'
    expect(await issuesOf(() => send('document', form, '', rare).result)).toEqual(['data document'])
  })
  it('still validates the inside before it is text', async () => {
    const wrong = { no: 'N1', people: [{ name: '0123456789' }] }
    expect(await issuesOf(() => send('document', '{ format: json }', '', wrong).result)).toEqual([
      'data.objects.object[0].name length',
    ])
    expect(
      await issuesOf(() => send('document', '{ format: json }', 'req: Y', { note: 'x' }).result),
    ).toContain('data.no required')
  })
  it('leaves an absent document out and the source alone', () => {
    const source = structuredClone(value)
    expect(send('document', '{ format: json }', '', { other: 1 }).outbound).toBeDefined()
    const { result } = send('document', '{ format: json }', '', source)
    expect(typeof result.data).toBe('string')
    expect(source).toEqual(value)
  })
  it('folds documents inside documents, the innermost first, and opens them again', async () => {
    const nested = `
title: n
fields:
  - name: outer
    type: document
    holds: { format: xml, encoding: base64, root: soap }
    fields:
      - { name: user, type: s9 }
      - { name: arg, type: document, cdata: true, holds: { format: json }, fields: [{ name: no, type: s9, req: Y }, { name: mobile, type: s11, personal: mobile }] }`
    const both = load({
      'canonical/c.yaml': files['canonical/c.yaml'],
      'schemas/p/n.yaml': nested,
      'p/out.yaml': 'from: c\nto: p/n\nfields: { outer.user: { const: u }, outer.arg.no: no }',
      'p/in.yaml': 'from: p/n\nto: c\nfields: { no: outer.arg.no }',
    })
    const outbound = both.outbound('p/out')
    const result = outbound?.apply({ no: 'N1' }, context) as { outer: string }
    expect(Buffer.from(result.outer, 'base64').toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><soap><user>u</user><arg><![CDATA[{"no":"N1"}]]></arg></soap>',
    )
    expect(outbound?.personal).toEqual([{ path: 'outer', class: 'document' }])
    const accept = (outer: string) =>
      both.intake('p/in')?.accept(Buffer.from(JSON.stringify({ outer })), undefined, context)
    expect((await accept(result.outer))?.[0]?.value).toEqual({ no: 'N1' })
    const broken = Buffer.from('<soap><arg>{</arg></soap>').toString('base64')
    expect(await issuesOf(() => accept(broken))).toEqual(['outer.arg document'])
  })
})

describe('field tables', () => {
  const wrong = (row: string) =>
    problemsOf({ 'schemas/d/s.yaml': `title: s\nfields:\n  - ${row}` }).map((text) =>
      text.replace(/ \/ .*/s, ''),
    )
  it.each([
    ['{ name: a, type: document }', 'needs holds'],
    ['{ name: a, type: s9, holds: { format: json } }', 'only a document or a list has holds'],
    ['{ name: a, type: document, holds: { format: xml } }', 'needs root'],
    ['{ name: a, type: document, holds: { format: xml, root: "a b" } }', 'no XML name'],
    ['{ name: a, type: document, holds: { format: json, root: x } }', 'root belongs to XML'],
    ['{ name: a, type: document, holds: { format: json, csv: {} } }', 'csv belongs to'],
    ['{ name: a, type: document, holds: { format: csv } }', 'needs fields'],
    [
      '{ name: a, type: list, holds: { format: xml, root: r }, fields: [{ name: b, type: s1 }] }',
      'JSON or CSV',
    ],
    [
      '{ name: a, type: document, holds: { format: csv }, fields: [{ name: b, type: object }] }',
      'CSV cannot hold it',
    ],
    ['{ name: a, type: document, holds: { format: yaml } }', 'holds.format'],
    ['{ name: a, type: int, cdata: true }', 'only a text or document has cdata'],
    [
      '{ name: a, type: document, holds: { format: xml, root: r, prefix: n } }',
      'prefix "n" is not in namespaces',
    ],
  ])('refuses %s', (row, message) => {
    const problems = wrong(row)
    expect(problems.join('\n')).toContain(message)
    expect(problems[0]).toMatch(/^schemas\/d\/s\.yaml:3:/)
  })
  it('refuses a canonical type with one', () => {
    const text =
      'title: c\nkey: no\ndeduplication: [no]\nfields: [{ name: no, type: s9 }, { name: d, type: document, holds: { format: json } }]'
    expect(problemsOf({ 'canonical/c.yaml': text }).join()).toContain('holds no documents')
  })
  it('tells a source path that the inner document lacks', () => {
    const mapping = 'from: d/xml\nto: c\nfields: { no: data.nO, note: "data.objects.object[0].naem" }'
    const problems = problemsOf({ ...files, 'd/xml.yaml': mapping })
    expect(problems.join('\n')).toContain('no field "nO" in "data"; did you mean "no"?')
    expect(problems.join('\n')).toContain('"naem"')
  })
})
