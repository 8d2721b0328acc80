// What the checker says of one value and its target: a source row, an expression, a target row, and the rule it breaks.
import { describe, expect, test } from 'vitest'
import { compileLibrary } from '../../core/mapping/library.ts'
import { readYaml } from '../../core/yaml.ts'

const codes = {
  'codes/colour.yaml': `
title: 颜色
codes:
  "1": { zh: 红 }
  "2": { zh: 蓝 }
  "3": { zh: 旧色, until: 2020-01-01 }
maps:
  shop: { RED: "1", BLUE: "2" }
`,
  'codes/size.yaml': 'title: 大小\ncodes: { "10": { zh: 大 }, "20": { zh: 小 } }\n',
}

/** Problems of a mapping `t: <expression>` between two rows, as `severity rule file:line`. */
function check(source: string, expression: string, target: string): string[] {
  const files = {
    ...codes,
    'schemas/d/in.yaml': `title: 来\nfields:\n  - { name: s, ${source} }\n`,
    'canonical/d.out.yaml': `title: 去\nkey: k\ndeduplication: [k]\nfields:\n  - { name: k, type: s9 }\n  - { name: t, ${target} }\n`,
    'd/m.yaml': `from: d/in\nto: d.out\nformat: json\nfields:\n  k: { const: k }\n  t: ${expression}\n`,
  }
  const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
  return compileLibrary(sources, {})
    .problems.filter(({ rule }) => rule !== 'codes.unused')
    .map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`)
}

const error = (rule: string): string[] => [`error ${rule} d/m.yaml:6`]

describe('a value that fits', () => {
  test.each([
    ['type: s10', 's', 'type: s10'],
    ['type: s20', '{ text: s, cut: 10 }', 'type: s10'],
    ['type: s20', '{ text: s, limit: 10 }', 'type: s10'],
    ['type: int', '{ text: s }', 'type: s20'],
    ['type: int', 's', 'type: "n9,2"'],
    ['type: s4', '{ number: s }', 'type: int'],
    ['type: "n8,2"', 's', 'type: "n9,2"'],
    ['type: date', 's', 'type: date'],
    ['type: date, format: yyyyMMdd', '{ date: s }', 'type: date'],
    ['type: datetime, format: epochMillis', '{ date: s, from: epochMillis }', 'type: datetime'],
    ['type: datetime', '{ date: s, to: epochSeconds }', 'type: int'],
    ['type: s4, values: [RED, BLUE]', '{ code: colour, map: shop, path: s }', 'type: s1, codes: colour'],
    [
      'type: s4, values: [RED, PINK]',
      '{ code: colour, map: shop, path: s, otherwise: "2" }',
      'type: s1, codes: colour',
    ],
    ['type: s1, codes: colour', 's', 'type: s1, codes: colour'],
    ['type: s1', '{ const: "2" }', 'type: s1, codes: colour'],
    ['type: s20, personal: name', 's', 'type: s20, personal: name'],
    ['type: date', '{ text: s }', 'type: s10'],
    ['type: s20', 's', 'type: s20, personal: id'],
    ['type: datetime', '{ date: s, to: yyyyMMdd }', 'type: s8, pattern: "^[0-9]+$"'],
    ['type: list, of: s10', 's', 'type: list, of: s20'],
  ])('%s, %s → %s', (source, expression, target) => {
    expect(check(source, expression, target)).toEqual([])
  })
})

describe('a value that does not fit is refused by its rule', () => {
  test.each([
    ['fit.length', 'type: s20', 's', 'type: s10'],
    ['fit.length', 'type: s8', '{ template: "AB{s}" }', 'type: s9'],
    ['fit.length', 'type: s20', '{ join: [s, s], with: "-" }', 'type: s40'],
    ['fit.length', 'type: s3', '{ text: s, pad: 6 }', 'type: s5'],
    ['fit.type', 'type: int', 's', 'type: s20'],
    ['fit.type', 'type: s4', 's', 'type: int'],
    ['fit.type', 'type: s1, codes: colour', 's', 'type: "n9,2"'],
    ['fit.type', 'type: bool', 's', 'type: s5'],
    ['fit.type', 'type: int', '{ text: s, upper: true }', 'type: s20'],
    ['fit.type', 'type: list, of: s10', 's', 'type: s10'],
    ['fit.type', 'type: s10', 's', 'type: list, of: s10'],
    ['fit.precision', 'type: "n9,4"', 's', 'type: "n9,2"'],
    ['fit.precision', 'type: "n9,0"', 's', 'type: "n9,2"'],
    ['fit.date', 'type: date, format: yyyyMMdd', 's', 'type: date'],
    ['fit.date', 'type: date', '{ date: s, from: yyyyMMdd }', 'type: datetime'],
    ['fit.date', 'type: datetime, format: epochMillis', '{ date: s, from: epochSeconds }', 'type: datetime'],
    ['fit.date', 'type: s6', '{ date: s, from: yyyyMMdd }', 'type: date'],
    ['fit.pattern', 'type: datetime', '{ date: s, to: yyyy-MM-dd }', 'type: s10, pattern: "^[0-9]+$"'],
    [
      'fit.pattern',
      'type: datetime',
      '{ join: [{ date: s, to: yyyy }, { const: "x" }], with: "" }',
      'type: s10, pattern: "^[0-9]+$"',
    ],
    ['fit.code', 'type: s1', 's', 'type: s1, codes: colour'],
    ['fit.code', 'type: s2, codes: size', '{ code: colour, path: s }', 'type: s2, codes: colour'],
    ['fit.code', 'type: s1', '{ const: "9" }', 'type: s1, codes: colour'],
    ['fit.code', 'type: s1, codes: colour', 's', 'type: s1, values: ["1"]'],
    [
      'code.missing',
      'type: s4, values: [RED, PINK]',
      '{ code: colour, map: shop, path: s }',
      'type: s1, codes: colour',
    ],
    ['fit.type', 'type: int', '{ code: colour, map: shop, path: s }', 'type: s1, codes: colour'],
    ['fit.type', 'type: date', 's', 'type: s10'],
    ['fit.type', 'type: date', '{ text: s, upper: true }', 'type: s10'],
    ['fit.personal', 'type: s20, personal: name', 's', 'type: s20'],
    ['fit.personal', 'type: s20, personal: name', 's', 'type: s20, personal: id'],
    ['fit.personal', 'type: s18, personal: id', '{ template: "({s})" }', 'type: s20, personal: name'],
  ])('%s: %s, %s → %s', (rule, source, expression, target) => {
    expect(new Set(check(source, expression, target))).toEqual(new Set(error(rule)))
  })

  test('a constant that is a retired code is a warning: it must not keep a hub from starting', () => {
    expect(check('type: s1', '{ const: "3" }', 'type: s1, codes: colour')).toEqual([
      'warning fit.retired d/m.yaml:6',
    ])
  })
})

test('a value without a code points at its field table and at the map', () => {
  const files = {
    ...codes,
    'schemas/d/in.yaml': 'title: 来\nfields:\n  - { name: s, type: s4, values: [RED, PINK] }\n',
    'canonical/d.out.yaml':
      'title: 去\nkey: t\ndeduplication: [t]\nfields:\n  - { name: t, type: s1, codes: colour }\n',
    'd/m.yaml': 'from: d/in\nto: d.out\nformat: json\nfields:\n  t: { code: colour, map: shop, path: s }\n',
  }
  const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
  const { problems } = compileLibrary(sources, {})
  const missing = problems.find(({ rule }) => rule === 'code.missing')
  expect(missing?.en).toContain('"PINK"')
  expect(missing?.related?.map(({ file, line }) => `${file}:${line}`)).toEqual([
    'schemas/d/in.yaml:3',
    'codes/colour.yaml:8',
  ])
})

test('a code table nobody names is a warning', () => {
  const { problems } = compileLibrary([readYaml('codes/size.yaml', codes['codes/size.yaml'])], {})
  expect(problems.map(({ severity, rule, file }) => `${severity} ${rule} ${file}`)).toEqual([
    'warning codes.unused codes/size.yaml',
  ])
})
