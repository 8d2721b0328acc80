// Reading YAML: values as they look, and a place for everything that a file must not hold.
import { describe, expect, it } from 'vitest'
import { FileError, formatProblem, readYaml } from '../../core/yaml.ts'

/** The first problem of a text, as `line:column: English`. */
function faultOf(text: string): string {
  try {
    readYaml('f.yaml', text)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    const [first] = error.problems.map(formatProblem)
    expect(first).toMatch(/ \/ .*\p{Script=Han}/u)
    return first?.replace('f.yaml:', '').split(' / ')[0] ?? ''
  }
  return 'none'
}

describe('values', () => {
  it.each<[string, unknown]>([
    ['', null],
    [
      'a: 2026-03-02\nb: yes\nc: 0777\nd: 1_000\ne: ~',
      { a: '2026-03-02', b: 'yes', c: 777, d: '1_000', e: null },
    ],
    ['%YAML 1.1\n---\na: 2026-03-02\nb: yes', { a: '2026-03-02', b: 'yes' }],
    ['a: &x [1, { b: 2 }]\nc: *x', { a: [1, { b: 2 }], c: [1, { b: 2 }] }],
    [
      'a: &x { b: 1, c: 2 }\nd: { <<: *x, c: 3 }\ne: { c: 4, <<: *x }',
      {
        a: { b: 1, c: 2 },
        d: { b: 1, c: 3 },
        e: { b: 1, c: 4 },
      },
    ],
    [
      'a: &x { b: 1 }\nc: &y { b: 2, d: 3 }\ne: { <<: [*x, *y] }',
      { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } },
    ],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['"<<": 1', { '<<': 1 }],
    ['\ufeffa: 1', { a: 1 }],
  ])('%j', (text, value) => {
    expect(readYaml('f.yaml', text).data).toEqual(value)
  })

  it('what an alias stands for is a copy', () => {
    const { a, b } = readYaml('f.yaml', 'a: &x { c: [1] }\nb: *x').data as Record<string, { c: number[] }>
    expect(b).toEqual(a)
    expect(b).not.toBe(a)
    expect(b?.c).not.toBe(a?.c)
  })

  it('a member called __proto__ is a member', () => {
    const value = readYaml(
      'f.yaml',
      '__proto__: { polluted: 1 }\na: { <<: { __proto__: { polluted: 1 } } }',
    ).data
    expect(Object.keys(value as object)).toEqual(['__proto__', 'a'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect((value as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('refusals', () => {
  it.each([
    ['a: 1\na: 2', '2:1: Map keys must be unique'],
    ['a: *b', '1:4: no anchor "b" stands before'],
    ['a: *b\nc: &b 1', '1:4: no anchor "b" stands before'],
    ['a: &b [1, *b]', '1:11: "b" would hold itself'],
    ['a: &b { <<: *b }', '1:13: "b" would hold itself'],
    ['a:\n  <<: 1', '2:7: << takes a map, or a list of maps'],
    ['a: &b 1\nc: { <<: [*b] }', '2:10: << takes a map, or a list of maps'],
    ['a: 1\n---\nb: 2', '2:1: a file holds one document'],
    ['a: !!binary gg==', '1:4: Unresolved tag: tag:yaml.org,2002:binary'],
    ['a: !x 1', '1:4: Unresolved tag: !x'],
    ['? [1]\n: 2', '1:3: With stringKeys, all keys must be strings'],
  ])('%j', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  it.each([
    ['lists', '['.repeat(50_000)],
    ['maps', '{ a: '.repeat(20_000)],
    ['keys', '? '.repeat(20_000)],
    ['blocks', '- '.repeat(20_000)],
    ['lines', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    [
      'aliases',
      Array.from({ length: 200 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 1 : `*a${i - 1}`}]`).join('\n'),
    ],
  ])('%s nested without end', (_, text) => {
    expect(faultOf(text)).toMatch(/^\d+:\d+: nested more than 100 levels deep$/)
  })

  it('aliases that multiply', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`)
    expect(faultOf(['a0: &a0 [1]', ...lines].join('\n'))).toMatch(/^\d+:\d+: the file holds too much$/)
  })
})
