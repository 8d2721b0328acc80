// Loading: every fault of every file, at its place, with the name that was probably meant.
import { describe, expect, it } from 'vitest'
import { type Files, load, problemsOf } from './small.ts'

const good: Files = {
  'codes/kind.yaml': 'title: k\ncodes:\n  "1": { zh: 甲 }\nmaps:\n  out: { A: "1" }\n',
  'schemas/d/s.yaml': `title: s
fields:
  - { name: caseNumber, type: s9 }
  - { name: list, type: list, fields: [{ name: x, type: s1 }] }
  - { name: o, type: object, fields: [{ name: y, type: s1 }] }
`,
  'canonical/c.yaml': `title: c
key: no
deduplication: [no]
fields:
  - { name: no, type: s9, req: Y }
  - { name: kind, type: s1, codes: kind }
  - { name: rows, type: list, fields: [{ name: x, type: s1, req: Y }] }
  - { name: o, type: object, fields: [{ name: y, type: s1, req: Y }, { name: z, type: s1 }] }
`,
  'd/m.yaml': 'from: d/s\nto: c\nfields:\n  no: caseNumber\n',
}
const wrong = (file: string, from: string, to: string): string[] => {
  const text = good[file] ?? ''
  expect(text).toContain(from)
  return problemsOf({ ...good, [file]: text.replace(from, to) })
}
const field = (text: string): string[] =>
  problemsOf({ ...good, 'd/m.yaml': `${good['d/m.yaml']}  ${text}\n` })

describe('a good library', () => {
  it('lists what it holds', () => {
    const library = load(good)
    expect(library.mappings).toEqual(['d/m'])
    expect([...library.types.keys()]).toEqual(['c'])
    expect([...library.schemas.keys()]).toEqual(['d/s'])
    expect([...library.codes.keys()]).toEqual(['kind'])
  })
  it('leaves the files of others alone', () => {
    expect(
      problemsOf({ ...good, 'systems/x.yaml': 'a: 1', 'flows/x.yaml': 'b: 2', 'signing/x.cases.yaml': '[]' }),
    ).toEqual([])
  })
})

describe('faults', () => {
  it.each<[string, string, string, RegExp]>([
    ['codes/kind.yaml', 'A: "1"', 'A: "2"', /^codes\/kind\.yaml:5:13: "2" is no code of this table/],
    ['codes/kind.yaml', 'zh: 甲', 'cn: 甲', /^codes\/kind\.yaml:3:\d+: /],
    ['codes/kind.yaml', 'zh: 甲', 'zh: 甲, until: 2020', /^codes\/kind\.yaml:3:\d+: codes\.1\.until/],
    ['schemas/d/s.yaml', 's9', 'x9', /^schemas\/d\/s\.yaml:3:31: unknown type "x9"/],
    [
      'schemas/d/s.yaml',
      'type: s9',
      'type: s9, lenght: 3',
      /^schemas\/d\/s\.yaml:3:35: unknown key "lenght"/,
    ],
    ['schemas/d/s.yaml', 'name: o', 'name: list', /"list" stands twice/],
    ['schemas/d/s.yaml', 'name: o', 'name: __proto__', /cannot be a field name/],
    ['schemas/d/s.yaml', ', fields: [{ name: x, type: s1 }]', '', /a list has either fields or of/],
    ['schemas/d/s.yaml', 's9', 'date, format: YYYY', /"Y" is not a date letter/],
    [
      'schemas/d/s.yaml',
      's9',
      's9, check: citzen-id',
      /unknown check "citzen-id"; did you mean "citizen-id"\?/,
    ],
    ['schemas/d/s.yaml', 's9', 's9, check: { certificate-number: nowhere }', /"nowhere" is not a field here/],
    ['schemas/d/s.yaml', 's9', 's9, pattern: "("', /not a regular expression/],
    [
      'canonical/c.yaml',
      'codes: kind',
      'codes: kinds',
      /^canonical\/c\.yaml:6:36: unknown code table "kinds"; did you mean "kind"\?/,
    ],
    [
      'canonical/c.yaml',
      'key: no',
      'key: nr',
      /^canonical\/c\.yaml:2:6: there is no field "nr"; did you mean "no"\?/,
    ],
    ['canonical/c.yaml', '[no]', '[no, none]', /^canonical\/c\.yaml:3:\d+: there is no field "none"/],
    ['d/m.yaml', 'from: d/s', 'from: d/t', /^d\/m\.yaml:1:7: unknown schema "d\/t"; did you mean "d\/s"\?/],
    [
      'd/m.yaml',
      'to: c',
      'to: cc',
      /^d\/m\.yaml:2:5: "cc" is neither a canonical type nor a schema; did you mean "c"\?/,
    ],
    ['d/m.yaml', 'to: c', 'to: c\nsplit: o', /"o" is not a list/],
    ['d/m.yaml', 'to: c', 'to: c\nsplit: lists', /there is no field "lists"; did you mean "list"\?/],
    ['d/m.yaml', 'to: c', 'to: c\nformats: xml', /^d\/m\.yaml:3:\d+: unknown key "formats"/],
    [
      'd/m.yaml',
      'no: caseNumber',
      'no: caseNumbr',
      /^d\/m\.yaml:4:7: there is no field "caseNumbr"; did you mean "caseNumber"\?/,
    ],
    [
      'd/m.yaml',
      'no: caseNumber',
      'nr: caseNumber',
      /^d\/m\.yaml:4:7: the target has no field "nr"; did you mean "no"\?/,
    ],
    [
      'd/m.yaml',
      'no: caseNumber',
      'kind: { const: "1" }',
      /^d\/m\.yaml:3:1: required target "no" is not mapped/,
    ],
  ])('%s: %s → %s', (file, from, to, message) => {
    expect(wrong(file, from, to).some((problem) => message.test(problem))).toBe(true)
  })

  it.each<[string, RegExp]>([
    ['kind: 5', /a path or an expression is needed/],
    ['kind: { paht: caseNumber }', /unknown expression "paht"; did you mean "path"\?/],
    ['kind: { path: caseNumber, defualt: 1 }', /"path" has no option "defualt"; did you mean "default"\?/],
    ['kind: { code: kin, path: caseNumber }', /unknown code table "kin"; did you mean "kind"\?/],
    ['kind: { code: kind, map: ouput, path: caseNumber }', /kind has no map "ouput"/],
    ['kind: { code: kind, reverse: true, path: caseNumber }', /reverse needs a map/],
    ['kind: { fn: nothing }', /unknown function "nothing"/],
    ['kind: { meta: messageID }', /unknown meta "messageID"; did you mean "messageId"\?/],
    ['kind: { template: "{casNumber}" }', /there is no field "casNumber"; did you mean "caseNumber"\?/],
    ['kind: { template: "{caseNumber" }', /a brace is not closed/],
    ['kind: { date: caseNumber, from: hh }', /is not a date letter/],
    ['kind: { text: caseNumber, cut: "3" }', /cut must be a number/],
    ['kind: { number: caseNumber, fixed: -1 }', /fixed is 0 to 10/],
    ['kind: { when: { caseNumbr: 1 }, then: caseNumber }', /there is no field "caseNumbr"/],
    ['kind: { when: { caseNumber: { mathces: x } }, then: caseNumber }', /unknown test "mathces"/],
    ['kind: { expr: "a +", type: s1 }', /JSONata: /],
    ['kind: { expr: "a" }', /type is missing/],
    ['kind: { digest: md5, of: caseNumber }', /digest is sm3 or sha256/],
    ['kind: { first: [] }', /a list of expressions is needed/],
    ['kind: list.x', /"list" is a list; write list\[\*\] or \[0\]/],
    ['kind: o.z', /there is no field "z" in "o"/],
    ['kind: caseNumber[0]', /"caseNumber" is not a list/],
    ['kind: a..b', /"a\.\.b" is not a path/],
    ['rows: { each: o, fields: { x: y } }', /"o" is not a list/],
    ['rows: { each: list, fields: { x: z } }', /there is no field "z" in "list"/],
    ['rows: { each: list, fields: { y: x } }', /the target has no field "y"/],
    ['rows: { each: list, fields: {} }', /required target "x" is not mapped/],
    ['rows: { each: list }', /each has one of fields, value and flatten/],
    ['o.z: o.y', /required target "o\.y" is not mapped/],
    ['o.y.w: o.y', /"o\.y" is not an object/],
    ['o: { fields: { y: o.y, q: o.y } }', /the target has no field "o\.q"/],
    ['o.__proto__: o.y', /cannot be a target/],
    ['kind: { fields: { a: o.y } }', /"kind" is not an object|the target is not an object/],
  ])('%s', (text, message) => {
    const found = field(text)
    expect(found.filter((problem) => message.test(problem))).toHaveLength(1)
    expect(found[0]).toMatch(/^d\/m\.yaml:5:/)
  })

  it('refuses a target mapped twice, in either form', () => {
    const mapped = (lines: string): string[] =>
      problemsOf({ ...good, 'd/m.yaml': `${good['d/m.yaml']}${lines}` })
    expect(mapped('  o: o\n  o.y: o.y\n')[0]).toMatch(/"o\.y" is mapped twice/)
    expect(mapped('  o.y: o.y\n  o: { fields: { y: o.y } }\n')[0]).toMatch(/"y" is mapped twice/)
    expect(mapped('  no: o.y\n')).not.toEqual([])
  })

  it('collects the faults of all files, sorted by place', () => {
    const problems = problemsOf({
      ...good,
      'd/m.yaml': 'from: d/s\nto: c\nfields:\n  no: nowhere\n  kind: { code: nothing, path: caseNumber }\n',
      'codes/kind.yaml': 'title: k\ncodes:\n  "1": { zh: 甲 }\nmaps:\n  out: { A: "7" }\n',
      'd/lost.cases.yaml': '- { case: x, given: {}, expects: {} }\n',
      'odd.yaml': 'a: 1\n',
    })
    expect(problems.map((problem) => problem.split(':').slice(0, 2).join(':'))).toEqual([
      'codes/kind.yaml:5',
      'd/lost.cases.yaml:1',
      'd/lost.cases.yaml:1',
      'd/m.yaml:4',
      'd/m.yaml:5',
      'odd.yaml:1',
    ])
  })

  it('refuses to reverse a map with several codes for one, and XML without a root', () => {
    const outbound = {
      ...good,
      'codes/kind.yaml': 'title: k\ncodes: { "1": { zh: 甲 } }\nmaps: { out: { A: "1", B: "1" } }\n',
      'schemas/p/o.yaml': 'title: o\nfields: [{ name: K, type: s1 }]\n',
      'p/o.yaml': 'from: c\nto: p/o\nfields:\n  K: { code: kind, map: out, reverse: true, path: kind }\n',
      'p/x.yaml': 'from: c\nto: p/o\nformat: xml\nfields: { K: kind }\n',
    }
    expect(problemsOf(outbound)).toEqual([
      expect.stringContaining('p/o.yaml:4:25: the map cannot be reversed: "1" has several codes'),
      expect.stringContaining('p/x.yaml:3:9: schema p/o needs root: for XML'),
    ])
  })
})
