// How a platform tells what it received is judged when its file is read: a list, a log or numbers, and nothing between them.
import { describe, expect, test } from 'vitest'
import { compileSystem } from '../../core/flow/system.ts'
import { FileError, readYaml } from '../../core/yaml.ts'

const head = `kind: province
title: t
url: http://127.0.0.1:9
operations:
  push: { path: /push, record: { kind: { const: case }, no: NO } }
reconcile:
  operation: push
  by: { day: day, page: page, size: size }
`
const compile = (tail: string) =>
  compileSystem(readYaml('systems/x.yaml', head + tail.replace(/^/gm, '  ')), { systems: {} })
const planOf = (tail: string) => {
  const { reconcile, operations } = compile(tail)
  if (!reconcile) throw new Error('no plan')
  return { ...reconcile, named: operations.get('push')?.named }
}

describe('reconcile of a system file', () => {
  test.each([
    ['neither rows nor a number', 'size: 5', 6],
    ['rows that nothing names', 'rows: body.rows', 6],
    ['names of rows that are not there', 'count: body.n\nrecord: { kind: kind }', 10],
    ['a condition over rows that are not there', 'count: body.n\nonly: { ok: true }', 10],
    ['a comparison of what numbers do not tell', 'count: n\nrows: body.rows\nsame: { no: NO }', 11],
    ['a condition that is none', 'rows: body.rows\nrecord: { no: no }\nonly: { ok: { equalz: 1 } }', 11],
  ])('%s is refused at its place', (_, tail, line) => {
    expect(() => compile(tail)).toThrow(FileError)
    expect(() => compile(tail)).toThrow(new RegExp(`^systems/x.yaml:${line}:`))
  })

  test('a record is called the same by its operation and by a row; lines that do not count are left out', () => {
    const plan = planOf('rows: body.rows\nrecord: { kind: type, no: id }\nonly: { result: ["1", 1] }')
    expect(plan.nameIn(plan.named?.({ NO: 7 }) ?? {})).toBe('case 7')
    expect(plan.nameOf({ type: 'case', id: 7 })).toBe('case 7')
    expect(plan.nameOf({ type: 'case' })).toBeUndefined()
    expect(plan.named?.({})).toBeUndefined()
    expect([{ result: '1' }, { result: 1 }, { result: '0' }, {}].map(plan.counts)).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(plan.count).toBeUndefined()
  })

  test('a number is a number of records, or no answer', () => {
    const { count, list } = planOf('count: body.n')
    expect(list).toBeUndefined()
    expect([12, '12', 0].map((n) => count?.({ body: { n } }))).toEqual([12, 12, 0])
    for (const n of [-1, 1.5, '', 'x', null, undefined, '12x']) {
      expect(() => count?.({ body: { n } })).toThrow('body.n is no number of records')
    }
  })
})
