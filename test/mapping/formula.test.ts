// JSONata: declared type, budget, and that nothing else becomes asynchronous.
import { describe, expect, it } from 'vitest'
import { context, evaluate, issuesOf, load, refusal } from './small.ts'

const doc = {
  items: [
    { price: 1.5, n: 'a' },
    { price: 2, n: 'b' },
  ],
  id: '510700190101010012',
}

describe('expr', () => {
  it('gives a value of its declared type', async () => {
    expect(await evaluate('{ expr: "$sum(doc.items.price)", type: "n10,2" }', doc)).toBe(3.5)
    expect(await evaluate('{ expr: "doc.items.n", type: list }', doc)).toEqual(['a', 'b'])
    expect(await evaluate('{ expr: "doc.none", type: s5, default: "-" }', doc)).toBe('-')
    expect(
      await evaluate('{ expr: "$meta.messageId & $steps.seal.v & $root.doc.items[0].n", type: s9 }', doc, {
        steps: { seal: { v: '!' } },
      }),
    ).toBe('m-1!a')
  })
  it('works inside each, where and when, once for each item', async () => {
    const expression = `{ each: doc.items, fields: { twice: { expr: "price * 2", type: int }, n: n, far: { when: { price: 2 }, then: { expr: "n & $string($count($root.doc.items))", type: s5 } } } }`
    expect(await evaluate(expression, doc)).toEqual([
      { twice: 3, n: 'a' },
      { twice: 4, n: 'b', far: 'b2' },
    ])
  })
  it('refuses a result of another type, an error and an endless loop, without showing values', async () => {
    expect(await issuesOf(() => evaluate('{ expr: "doc.id", type: s5 }', doc))).toEqual(['result length'])
    const error = await refusal(() => evaluate('{ expr: "$number(doc.id & \'x\')", type: int }', doc))
    expect(error.issues.map(({ rule }) => rule)).toEqual(['expression'])
    expect(JSON.stringify(error.issues)).not.toContain('5107')
    const loop = '{ expr: "($f := function($x) { $f($x + 1) }; $f(0))", type: int, budget: 30 }'
    const start = Date.now()
    const late = await refusal(() => evaluate(loop, doc))
    expect(late.issues[0]?.en).toContain('over 30 ms')
    expect(Date.now() - start).toBeLessThan(3000)
  })
  it('leaves mappings without it synchronous', () => {
    expect(evaluate('doc.id', doc)).toBe(doc.id)
    expect(evaluate('{ expr: "1", type: int }', doc)).toBeInstanceOf(Promise)
  })
  it('also serves outbound mappings', async () => {
    const library = load({
      'canonical/t.yaml': 'title: t\nkey: a\ndeduplication: [a]\nfields: [{ name: a, type: s5, req: Y }]',
      'schemas/p/o.yaml': 'title: o\nfields: [{ name: A, type: s9, req: Y }]',
      'p/o.yaml': 'from: t\nto: p/o\nfields:\n  A: { expr: "a & a", type: s9 }',
    })
    expect(await library.outbound('p/o')?.apply({ a: 'xy' }, context)).toEqual({ A: 'xyxy' })
  })
})

it('finds its results again inside groups, whose items are made anew in each pass', async () => {
  const rows = {
    rows: [
      { k: 'a', n: 1 },
      { k: 'b', n: 2 },
      { k: 'a', n: 3 },
    ],
  }
  const expression =
    '{ group: doc.rows, by: [k], fields: { k: first.k, sum: { expr: "$sum(rows.n)", type: int } } }'
  expect(await evaluate(expression, rows)).toEqual([
    { k: 'a', sum: 4 },
    { k: 'b', sum: 2 },
  ])
})

it('refuses a result with a reserved name', async () => {
  const expression = `{ expr: '{"__proto__": 1}', type: object }`
  expect(await issuesOf(() => evaluate(expression, {}))).toEqual(['result expression'])
})
