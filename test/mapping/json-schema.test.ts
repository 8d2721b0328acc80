// Field tables as JSON Schema: what a developer of a department sees of them.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { exampleDate } from '../../core/mapping/dates.ts'
import { reportInto } from '../../core/mapping/problems.ts'
import { readCodes } from '../../core/mapping/schema/codes.ts'
import { exampleOf } from '../../core/mapping/schema/example.ts'
import { jsonSchemaOf } from '../../core/mapping/schema/json-schema.ts'
import { readSchema, type Schema } from '../../core/mapping/schema/schema.ts'
import { type Problem, readYaml } from '../../core/yaml.ts'

const table = `
title: 性别
codes: { "1": { zh: 男, en: male }, "2": { zh: 女 }, "9": { zh: 旧, until: 2020-01-01 } }
`

function schemaOf(text: string): Schema {
  const problems: Problem[] = []
  const codesSource = readYaml('codes/sex.yaml', table)
  const codes = readCodes('sex', codesSource, reportInto(problems, codesSource))
  const source = readYaml('schemas/a/b.yaml', `title: 表\n${text}`)
  const schema = readSchema(
    'a/b',
    source,
    new Map(codes ? [['sex', codes]] : []),
    reportInto(problems, source),
  )
  expect(problems).toEqual([])
  if (schema === undefined) throw new Error('no schema')
  return schema
}

/** The JSON Schema of one row. */
function row(text: string): unknown {
  const { properties } = jsonSchemaOf(schemaOf(`fields:\n  - { name: x, ${text} }`)) as {
    properties: { x: unknown }
  }
  return properties.x
}

test.each([
  ['type: s50, zh: 名称', { title: '名称', type: 'string', maxLength: 50 }],
  [
    'type: s8, min: 2, pattern: "^[A-Z]+$"',
    { type: 'string', minLength: 2, maxLength: 8, pattern: '^[A-Z]+$' },
  ],
  ['type: s1, values: [Y, N]', { type: 'string', maxLength: 1, enum: ['Y', 'N'] }],
  ['type: int, min: 1', { type: 'integer', minimum: 1 }],
  ['type: bool', { type: 'boolean' }],
  ['type: any', {}],
  ['type: date', { type: 'string', format: 'date' }],
  ['type: s100, personal: address', { type: 'string', maxLength: 100, 'x-personal': 'address' }],
  ['type: s10, req: C', { type: 'string', maxLength: 10, 'x-required': 'conditional' }],
  ['type: list, of: s5, min: 2', { type: 'array', items: { type: 'string', maxLength: 5 }, minItems: 2 }],
  ['type: list, of: int, req: Y', { type: 'array', items: { type: 'integer' }, minItems: 1 }],
  ['type: object', { type: 'object' }],
])('a row with %s', (text, expected) => {
  expect(row(text)).toEqual(expected)
})

test('a decimal has its bounds and its digits', () => {
  expect(row('type: "n5,2"')).toEqual({
    type: 'number',
    exclusiveMinimum: -1000,
    exclusiveMaximum: 1000,
    'x-digits': 5,
    'x-scale': 2,
  })
})

test('codes have their labels, and their dates', () => {
  expect(row('type: s1, codes: sex')).toEqual({
    title: '性别',
    type: 'string',
    oneOf: [
      { const: '1', title: '男 / male' },
      { const: '2', title: '女' },
      { const: '9', title: '旧', description: '有效期至 2020-01-01 止（不含） / in force before 2020-01-01' },
    ],
  })
})

test('code tables may stand elsewhere', () => {
  const schema = jsonSchemaOf(schemaOf('fields: [{ name: x, type: s1, codes: sex }]'), ({ name }) => ({
    $ref: `#/${name}`,
  }))
  expect(schema.properties).toEqual({ x: { $ref: '#/sex' } })
})

test('a validator is named and explained', () => {
  expect(row('type: s11, check: mobile')).toEqual({
    type: 'string',
    maxLength: 11,
    'x-check': 'mobile',
    description: '不是有效的手机号码时拒收 / refused when it is not a valid mobile number',
  })
})

test('members nest, required ones are named, attributes and the root are XML', () => {
  const schema = schemaOf(`root: Case
fields:
  - { name: "@id", type: s5, req: Y }
  - { name: who, type: object, fields: [{ name: n, type: s5, req: Y }] }
  - { name: rows, type: list, req: Y, fields: [{ name: n, type: int }] }`)
  expect(jsonSchemaOf(schema)).toEqual({
    title: '表',
    type: 'object',
    required: ['@id', 'rows'],
    xml: { name: 'Case' },
    properties: {
      '@id': { type: 'string', maxLength: 5, xml: { name: 'id', attribute: true } },
      who: { type: 'object', properties: { n: { type: 'string', maxLength: 5 } }, required: ['n'] },
      rows: { type: 'array', minItems: 1, items: { type: 'object', properties: { n: { type: 'integer' } } } },
    },
  })
})

test('a document inside a text is a text with its own schema', () => {
  const text =
    'type: document, holds: { format: xml, encoding: base64, charset: gbk, root: R }, fields: [{ name: n, type: int }]'
  expect(row(text)).toEqual({
    type: 'string',
    contentEncoding: 'base64',
    contentMediaType: 'application/xml; charset=gbk',
    contentSchema: { type: 'object', properties: { n: { type: 'integer' } }, xml: { name: 'R' } },
  })
})

test.each([
  ['yyyyMMddHHmmss', '20260302093000', '20261302093000'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", '2026-03-02T09:30:00.000Z', '2026-03-02 09:30:00.000Z'],
  ['yyyy/MM/dd', '2026/03/02', '2026/03/32'],
  ['yyyy.MM', '2026.03', '2026x03'],
  ['yyyy年MM月dd日', '2026年03月02日', '2026年3月2日'],
])('the pattern of %s takes %s and not %s', (format, good, bad) => {
  const { pattern } = row(`type: datetime, format: "${format}"`) as { pattern: string }
  expect([new RegExp(pattern, 'u').test(good), new RegExp(pattern, 'u').test(bad)]).toEqual([true, false])
  expect(exampleDate(format)).toBe(good)
})

test('an example is valid, has the required members, and holds only words of the table', () => {
  const schema = schemaOf(`
fields:
  - { name: no, zh: 办件编号, type: s4, req: Y }
  - { name: left, zh: 可选, type: s10 }
  - { name: sex, type: s1, req: Y, codes: sex }
  - { name: six, type: s6, req: Y, pattern: "^\\\\d{6}$" }
  - { name: at, type: datetime, format: yyyyMMddHHmmss, req: Y }
  - { name: rows, type: list, req: Y, min: 2, fields: [{ name: n, type: int, min: 3, req: Y }] }
  - { name: none, type: object, fields: [{ name: n, type: int }] }`)
  const example = exampleOf(schema, '2026-03-02')
  expect(example).toEqual({
    no: '办件编号',
    sex: '1',
    six: '000000',
    at: '20260302093000',
    rows: [{ n: 3 }, { n: 3 }],
  })
  expect(z.fromJSONSchema(jsonSchemaOf(schema) as never).safeParse(example).error?.message).toBeUndefined()
})
