// Field rules: every type, length, code, pattern and check, and the rules over a whole document.
import { describe, expect, it } from 'vitest'
import { context, evaluate, issuesOf, load } from './small.ts'

const accept = (type: string, value: unknown): unknown => evaluate('doc', value, { type })

describe('types', () => {
  it.each<[string, unknown, unknown]>([
    ['s5', 'abcde', 'abcde'],
    ['s2', '𬭎𬭎', '𬭎𬭎'],
    ['s5', 12.5, '12.5'],
    ['s5', true, 'true'],
    ['int', '42', 42],
    ['int', -1, -1],
    ['"n6,2"', '1234.50', 1234.5],
    ['"n6,2"', 9999.99, 9999.99],
    ['bool', 'true', true],
    ['bool', false, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['date, format: yyyyMMdd', '20240229', '20240229'],
    ['datetime', '2024-02-29 10:00:00', '2024-02-29 10:00:00'],
    ['any', { a: [1] }, { a: [1] }],
    ['object', { a: 1 }, { a: 1 }],
    ['object, fields: [{ name: a, type: s5 }]', { a: 1, b: 2 }, { a: '1' }],
    ['list, of: s2', ['a', 1, ''], ['a', '1']],
    ['list, fields: [{ name: a, type: int }]', [{ a: '1', x: 1 }], [{ a: 1 }]],
    ['s5', '\u3000 ', undefined],
    ['s5', '', undefined],
    ['object, fields: [{ name: a, type: s5 }]', { b: 1 }, undefined],
  ])('%s takes %j as %j', (type, value, result) => {
    expect(accept(type, value)).toEqual(result)
  })
  it.each<[string, unknown, string]>([
    ['s5', 'abcdef', 'doc length'],
    ['s1', '𬭎𬭎', 'doc length'],
    ['s50', 2 ** 60, 'doc precision'],
    ['s5', { a: 1 }, 'doc type'],
    ['s5', ['a'], 'doc type'],
    ['int', 1.5, 'doc type'],
    ['int', '1e3', 'doc type'],
    ['int', '9007199254740993', 'doc type'],
    ['"n6,2"', '12345', 'doc precision'],
    ['"n6,2"', 0.125, 'doc precision'],
    ['"n6,2"', 'x', 'doc type'],
    ['bool', '1', 'doc type'],
    ['date', '2023-02-29', 'doc date'],
    ['date', 20240229, 'doc date'],
    ['object', 'x', 'doc type'],
    ['object, fields: [{ name: a, type: s1 }, { name: b, type: s1, req: Y }]', { a: '12' }, 'doc.a length'],
    ['object, fields: [{ name: a, type: s1 }, { name: b, type: s1, req: Y }]', { a: '1' }, 'doc.b required'],
    ['list, of: s1', ['a', 'bb'], 'doc[1] length'],
    ['list, of: s1', 'a', 'doc type'],
    ['list, of: s1, min: 2', ['a'], 'doc min'],
    ['list, fields: [{ name: a, type: s1 }]', [{ a: '1' }, { a: '22' }], 'doc[1].a length'],
    ['s5, min: 2', 'a', 'doc min'],
    ['int, min: 2', 1, 'doc min'],
    ['s5, pattern: "^[a-z]+$"', 'A', 'doc pattern'],
  ])('%s refuses %j: %s', async (type, value, issue) => {
    expect(await issuesOf(() => accept(type, value))).toContain(issue)
  })
})

const files = {
  'codes/kind.yaml': `
title: 类别
codes:
  "1": { zh: 甲 }
  "2": { zh: 乙, until: 2020-01-01 }
  "3": { zh: 丙, from: 2030-01-01 }
maps: { out: { A: "1", B: "2" } }`,
}

describe('codes', () => {
  const code = (value: unknown): unknown => evaluate('doc', value, { type: 's1, codes: kind', files })
  it('are judged on the day of acceptance', async () => {
    expect(code('1')).toBe('1')
    expect(code(1)).toBe('1')
    expect(await issuesOf(() => code('2'))).toEqual(['doc retired'])
    expect(await issuesOf(() => code('3'))).toEqual(['doc retired'])
    expect(await issuesOf(() => code('4'))).toEqual(['doc code'])
  })
  it('count for each element of a list', async () => {
    const run = (value: unknown): unknown =>
      evaluate('doc', value, { type: 'list, of: s1, codes: kind', files })
    expect(run(['1'])).toEqual(['1'])
    expect(await issuesOf(() => run(['1', '9']))).toEqual(['doc[1] code'])
  })
})

describe('certificate numbers', () => {
  const library = load({
    'schemas/p/x.yaml': `
title: x
fields:
  - { name: type, type: s3 }
  - { name: no, type: s50, check: { certificate-number: type } }
  - name: holder
    type: object
    fields:
      - { name: type, type: s3 }
      - { name: no, type: s50, check: { certificate-number: holder.type } }
  - name: people
    type: list
    fields:
      - { name: type, type: s3 }
      - { name: no, type: s50, check: { certificate-number: type } }`,
  })
  const validate = (value: unknown) => {
    const { value: result, issues } = library.schemas.get('p/x')?.validate(value, context) ?? {
      value: {},
      issues: [],
    }
    return issues.length > 0 ? issues.map(({ path, rule }) => `${path} ${rule}`) : result
  }
  it('follow the type beside them, at every depth', () => {
    expect(validate({ type: '111', no: '510700190101010013' })).toEqual(['no citizen-id'])
    expect(validate({ type: '001', no: '11511800015427357H' })).toEqual(['no credit-code'])
    expect(validate({ type: '002', no: '01542735-8' })).toEqual(['no organisation-code'])
    expect(validate({ type: '414', no: 'E12345678' })).toEqual({ type: '414', no: 'E12345678' })
    expect(validate({ type: '414', no: 'E12***78' })).toEqual(['no masked'])
    expect(validate({ holder: { type: '111', no: '510700190101010013' } })).toEqual(['holder.no citizen-id'])
    expect(
      validate({
        people: [
          { type: '414', no: 'x' },
          { type: '111', no: '5107' },
        ],
      }),
    ).toEqual(['people[1].no citizen-id'])
    expect(validate({ holder: { type: '111', no: '51070019010101008x' } })).toEqual({
      holder: { type: '111', no: '51070019010101008X' },
    })
  })
})

describe('rules', () => {
  const library = load({
    'schemas/p/x.yaml': `
title: x
fields:
  - { name: kind, type: s1 }
  - { name: a, type: s5 }
  - { name: b, type: s5 }
  - { name: from, type: date }
  - { name: to, type: date }
  - { name: tags, type: list, of: s3 }
rules:
  - { when: { kind: "1" }, require: [a, b], zh: 甲类必填, en: kind 1 needs both }
  - { when: { kind: "2" }, require: [a, b], any: true, zh: 乙类填一, en: kind 2 needs one }
  - { check: { to: { gte: { path: from } } }, path: to, zh: 先后, en: order }
  - { when: { tags: { exists: true } }, check: { "tags[*]": { startsWith: "5" } }, path: tags, zh: 标签, en: tags }`,
  })
  it.each<[unknown, string[]]>([
    [{ kind: '1' }, ['a required', 'b required']],
    [{ kind: '1', a: 'x' }, ['b required']],
    [{ kind: '2' }, ['a required']],
    [{ kind: '2', b: 'x' }, []],
    [{ from: '2024-01-02', to: '2024-01-01' }, ['to rule']],
    [{ from: '2024-01-02' }, []],
    [{ from: 'x', to: '2024-01-01' }, ['from date']],
    [{ tags: ['510', '410'] }, ['tags rule']],
    [{ tags: ['510'] }, []],
  ])('%j: %j', (value, issues) => {
    const result = library.schemas.get('p/x')?.validate(value, context)
    expect(result?.issues.map(({ path, rule }) => `${path} ${rule}`)).toEqual(issues)
  })
})

it('lists where personal data stands', () => {
  const library = load({
    'schemas/p/x.yaml':
      'title: x\nfields: [{ name: a, type: object, fields: [{ name: n, type: s5, personal: name }] }, { name: l, type: list, fields: [{ name: i, type: s18, personal: id }] }]',
  })
  expect(library.schemas.get('p/x')?.personal).toEqual([
    { path: 'a.n', class: 'name' },
    { path: 'l[*].i', class: 'id' },
  ])
})
