// Every kind of expression: value, absence, and what is wrong with it.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { evaluate, issuesOf } from './small.ts'

const doc = {
  a: { b: ' Ｘｙ１ ', n: '19.99', empty: '', when: '2024-02-29T08:00:00', code: 'A', day: '2019-06-01' },
  list: [
    { name: 'x', price: 1, ok: true },
    { name: 'y', price: 2, ok: false },
  ],
  text: 'a; b;;c',
  z: { k: [1], a: 'v' },
}
const files = {
  'codes/kind.yaml': `
title: 类别
codes: { "1": { zh: 甲 }, "2": { zh: 乙, until: 2020-01-01 } }
maps: { out: { A: "1", B: "2" }, twice: { A: "1", AA: "1" } }`,
}
const run = (expression: string, type = 'any'): unknown =>
  evaluate(expression, doc, { files, type, functions })
const functions = {
  double: ({ x }: Record<string, unknown>): unknown => `${x}${x}`,
  broken: (): unknown => {
    throw new Error('secret value')
  },
}

describe('expressions', () => {
  it.each<[string, unknown]>([
    ['doc.a.code', 'A'],
    ['{ path: doc.a.none, default: "0" }', '0'],
    ['{ path: doc.a.empty, default: 7 }', 7],
    ['{ const: p51 }', 'p51'],
    ['{ const: { a: [1] } }', { a: [1] }],
    ['{ template: "关于{doc.a.code}的{{x}}" }', '关于A的{x}'],
    ['{ template: "{doc.a.code}{doc.a.none}" }', undefined],
    ['{ text: doc.a.b, trim: true, fold: true, upper: true }', 'XY1'],
    ['{ text: doc.a.b, trim: true, fold: true, lower: true, cut: 2 }', 'xy'],
    ['{ text: "doc.list[0].price", pad: 4 }', '0001'],
    ['{ number: doc.a.n, multiply: 100 }', 1999],
    ['{ number: doc.a.n, fixed: 1 }', '20.0'],
    ['{ date: doc.a.when, from: "yyyy-MM-dd\'T\'HH:mm:ss" }', '2024-02-29 08:00:00'],
    ['{ date: doc.a.when, from: [yyyyMMdd, "yyyy-MM-dd\'T\'HH:mm:ss"], to: yyyyMM }', '202402'],
    ['{ when: { doc.a.code: A }, then: { const: 1 }, else: { const: 2 } }', 1],
    ['{ when: { doc.a.code: B }, then: { const: 1 } }', undefined],
    ['{ first: [doc.a.none, doc.a.empty, doc.a.code] }', 'A'],
    ['{ join: "doc.list[*].name", with: "," }', 'x,y'],
    ['{ join: [doc.a.code, doc.a.none, { const: 9 }], with: "-" }', 'A-9'],
    ['{ split: doc.text, on: ";" }', ['a', 'b', 'c']],
    ['{ each: doc.list, value: name }', ['x', 'y']],
    ['{ each: doc.list, where: { ok: true }, fields: { n: name, c: $.doc.a.code } }', [{ n: 'x', c: 'A' }]],
    ['{ each: doc.text, where: { ok: true }, value: . }', 'issue'],
    ['{ each: doc.none, value: . }', undefined],
    ['{ fields: { a: doc.a.code, b.c: doc.a.day, d: doc.none } }', { a: 'A', b: { c: '2019-06-01' } }],
    ['{ fields: { a: doc.none } }', undefined],
    ['{ code: kind, map: out, path: doc.a.code }', '1'],
    ['{ code: kind, map: out, reverse: true, of: { const: "2" } }', 'B'],
    ['{ code: kind, of: { const: "2" }, on: doc.a.day }', '2'],
    ['{ code: kind, map: out, path: doc.a.none, default: "9" }', '9'],
    ['{ code: kind, map: out, of: { split: doc.a.code, on: "," } }', ['1']],
    ['{ meta: messageId }', 'm-1'],
    ['{ meta: key }', undefined],
    ['{ json: doc.z }', '{"a":"v","k":[1]}'],
    ['{ digest: sha256, of: doc.a.code }', createHash('sha256').update('A').digest('hex')],
    [
      '{ digest: sm3, of: { const: abc }, encode: base64 }',
      Buffer.from('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0', 'hex').toString(
        'base64',
      ),
    ],
    ['{ fn: double, args: { x: doc.a.code, y: doc.none } }', 'AA'],
  ])('%s', async (expression, result) => {
    if (result === 'issue') expect(await issuesOf(() => run(expression))).toEqual(['doc.text type'])
    else expect(run(expression)).toEqual(result)
  })

  it('gives the same guid for the same values only', () => {
    const guid = run('{ guid: [{ const: UP_PRO_ACCEPT }, doc.a.code] }')
    expect(guid).toBe(createHash('sm3').update('UP_PRO_ACCEPT|A').digest('hex').slice(0, 32))
    expect(run('{ guid: [{ const: UP_PRO_ACCEPT }, doc.a.day] }')).not.toBe(guid)
    expect(run('{ guid: [doc.none] }')).toBeUndefined()
  })

  it('looks up results of earlier steps', () => {
    const steps = { seal: { signedValue: 'S', list: [{ a: 1 }] } }
    expect(evaluate('{ step: seal, path: signedValue }', doc, { steps })).toBe('S')
    expect(evaluate('{ step: seal, path: "list[0].a" }', doc, { steps })).toBe(1)
    expect(evaluate('{ step: other, path: signedValue }', doc, { steps })).toBeUndefined()
  })

  it.each<[string, string]>([
    ['{ code: kind, map: out, path: doc.text }', 'doc.text code'],
    ['{ code: kind, of: { const: "2" } }', 'result retired'],
    ['{ date: doc.a.day }', 'doc.a.day date'],
    ['{ number: doc.a.code }', 'doc.a.code type'],
    ['{ text: doc.a }', 'doc.a type'],
    ['{ template: "{doc.a}" }', 'doc.a type'],
    ['{ join: [doc.z] }', 'doc.z type'],
    ['{ fn: broken, args: { x: doc.a.code } }', 'doc.a.code function'],
    ['{ each: doc.list, value: { number: name } }', 'doc.list[0].name type'],
    ['{ first: [{ number: doc.a.code }, doc.a.n] }', 'doc.a.code type'],
    ['{ when: { doc.a.code: A }, then: { number: doc.text } }', 'doc.text type'],
  ])('%s: %s', async (expression, issue) => {
    expect(await issuesOf(() => run(expression))).toContain(issue)
  })

  it('accepts structures where they arise', async () => {
    const type = 'list, fields: [{ name: n, type: s1, req: Y }, { name: p, type: int }]'
    expect(run('{ each: doc.list, fields: { p: price, n: name } }', type)).toEqual([
      { n: 'x', p: 1 },
      { n: 'y', p: 2 },
    ])
    expect(
      await issuesOf(() => run('{ each: doc.list, fields: { n: { path: none }, p: name } }', type)),
    ).toEqual([
      'doc.list[0].name type',
      'doc.list[0].none required',
      'doc.list[1].name type',
      'doc.list[1].none required',
    ])
    expect(
      await issuesOf(() => run('{ split: doc.text, on: ";" }', 'list, of: s1, pattern: "[ab]"')),
    ).toEqual(['doc.text pattern'])
    const named = 'list, fields: [{ name: name, type: s1, req: Y }]'
    expect(run('{ when: { doc.a.code: A }, then: doc.list, else: { const: [] } }', named)).toEqual([
      { name: 'x' },
      { name: 'y' },
    ])
  })
})
