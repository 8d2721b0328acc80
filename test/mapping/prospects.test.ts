// Conditions that can never hold: a source row, a condition, and what the checker says of it.
import { describe, expect, test } from 'vitest'
import { compileLibrary } from '../../core/mapping/library.ts'
import { readYaml } from '../../core/yaml.ts'

const rows = `
  - { name: code, type: s1, req: Y, codes: colour }
  - { name: free, type: s5, req: N }
  - { name: must, type: s5, req: Y }
  - { name: flag, type: bool, req: N }
  - { name: count, type: int, req: N }
  - { name: start, type: date, req: Y }
  - { name: end, type: date, req: N }
  - { name: few, type: s4, req: N, values: [RED, BLUE] }
  - { name: tags, type: list, of: s9, req: N }
  - { name: rows, type: list, req: N, fields: [{ name: no, type: s3, req: Y }] }
`

/** What is said of `t: { when: <condition>, then: … }`, and the text it points at. */
function check(condition: string): string[] {
  const files = {
    'codes/colour.yaml':
      'title: 颜色\ncodes: { "1": { zh: 红 }, "2": { zh: 蓝 }, "3": { zh: 旧, until: 2020-01-01 } }\n',
    'schemas/d/in.yaml': `title: 来\nfields:${rows}`,
    'canonical/d.out.yaml': 'title: 去\nkey: t\ndeduplication: [t]\nfields:\n  - { name: t, type: s9 }\n',
    'd/m.yaml': `from: d/in\nto: d.out\nformat: json\nfields:\n  t:\n    when: ${condition}\n    then: { const: x }\n`,
  }
  const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
  const line = files['d/m.yaml'].split('\n')[5] ?? ''
  return compileLibrary(sources, {}).problems.map(
    (problem) =>
      `${problem.severity} ${problem.rule}${problem.line === 6 ? '' : ' elsewhere'}: ${line.slice(problem.column - 1)}`,
  )
}

describe('a condition that can hold', () => {
  test.each([
    '{ code: "1" }',
    '{ code: 1 }',
    '{ code: ["1", "2"] }',
    '{ code: { not: "1" } }',
    '{ code: { in: ["1"], not: "2" } }',
    '{ free: { exists: false } }',
    '{ free: { gte: b, lt: d } }',
    '{ free: { matches: "^a", not: abc } }',
    '{ count: { gte: 1, lte: 1 } }',
    '{ count: { gt: 1, lt: 3 } }',
    '{ end: { gte: { path: start } } }',
    '{ any: [{ end: { exists: false } }, { end: { gt: { path: start } } }] }',
    '{ end: { gte: { path: start }, not: { path: start } } }',
    '{ flag: true }',
    '{ few: RED }',
    '{ tags: { contains: a } }',
    '{ "rows[*].no": "12" }',
    '{ "rows[*].no": { exists: false } }',
    '{ rows: { exists: false } }',
  ])('%s', (condition) => {
    expect(check(condition)).toEqual([])
  })
})

describe('a condition that can never hold', () => {
  test.each([
    ['{ code: "9" }', '"9" }'],
    ['{ code: ["1", "9"] }', '"9"] }'],
    ['{ code: { not: "9" } }', '"9" } }'],
    ['{ few: GREEN }', 'GREEN'],
    ['{ free: toolong }', 'toolong'],
    ['{ count: many }', 'many'],
    ['{ flag: 7 }', '7 }'],
    ['{ start: "2024/01/01" }', '"2024/01/01"'],
    ['{ "rows[*].no": "1234" }', '"1234"'],
    ['{ must: { exists: false } }', '{ exists: false } }'],
    ['{ must: null }', 'null'],
    ['{ code: { in: [] } }', '{ in: [] } }'],
    ['{ code: { in: ["1"], not: "1" } }', '{ in: ["1"], not: "1" } }'],
    ['{ code: { equals: "1", exists: false } }', '{ equals: "1", exists: false } }'],
    ['{ free: { equals: a, not: a } }', '{ equals: a, not: a } }'],
    ['{ free: { gte: d, lt: b } }', '{ gte: d, lt: b } }'],
    ['{ count: { gte: 3, lt: 3 } }', '{ gte: 3, lt: 3 } }'],
    [
      '{ end: { gte: { path: start }, lt: { path: start } } }',
      '{ gte: { path: start }, lt: { path: start } } }',
    ],
    ['{ flag: { not: [true, false], exists: true } }', '{ not: [true, false], exists: true } }'],
    ['{ any: [] }', '[] }'],
    ['{ any: [{ code: "1" }, { code: "9" }] }', '"9" }] }'],
    ['{ all: [{ free: a }, { free: b }] }', 'b }] }'],
    ['{ not: { code: "9" } }', '"9" } }'],
  ])('%s', (condition, place) => {
    const [told, ...more] = check(condition)
    expect(more).toEqual([])
    expect(told).toContain(`error condition.never: ${place}`)
  })

  test('a retired code still comes on history: a warning', () => {
    expect(check('{ code: "3" }')).toEqual(['warning condition.retired: "3" }'])
  })
})

test('a rule judges documents that may lack what is required; its own condition does not', () => {
  const rule = (text: string): string[] => {
    const table = `title: 来\nfields:\n  - { name: a, type: s5, req: Y }\n  - { name: b, type: s5 }\nrules:\n  - { ${text}, zh: 错, en: wrong }\n`
    return compileLibrary([readYaml('schemas/d/in.yaml', table)], {}).problems.map(({ rule: name }) => name)
  }
  expect(rule('check: { any: [{ a: { exists: false } }, { b: { contains: { path: a } } }] }')).toEqual([])
  expect(rule('when: { a: { exists: false } }, require: [b]')).toEqual(['condition.never'])
})
