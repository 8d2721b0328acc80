// Source paths.
import { describe, expect, it } from 'vitest'
import { compilePath, compileSteps, parsePath } from '../../core/mapping/path.ts'

const value = {
  a: { b: 1, length: 7 },
  list: [{ c: 'x' }, { c: 'y', d: [{ e: 1 }, { e: 2 }] }, {}],
  '@id': 9,
  中文: '值',
  keys: 'k',
}

describe('paths', () => {
  it.each<[string, unknown]>([
    ['a.b', 1],
    ['a.length', 7],
    ['keys', 'k'],
    ['list[1].c', 'y'],
    ['list[9].c', undefined],
    ['list[*].c', ['x', 'y']],
    ['list[*].d[*].e', [1, 2]],
    ['list.length', undefined],
    ['list.keys', undefined],
    ['a.b.c', undefined],
    ['missing[*].c', undefined],
    ['@id', 9],
    ['中文', '值'],
    ['$.a.b', 1],
    ['$', value],
    ['.', value],
  ])('%s', (path, result) => {
    expect(compilePath(path)(value)).toEqual(result)
  })
  it.each(['', 'a..b', '.a', 'a.', 'a b', 'a[x]', 'a[', 'a]b', '$a', 'a[-1]', '[*]x'])(
    'refuses %o',
    (path) => {
      expect(() => compilePath(path)).toThrow('is not a path')
    },
  )
  it.each(['__proto__', 'a.constructor', 'prototype', 'a.toString', 'hasOwnProperty'])(
    'refuses the reserved %s',
    (path) => {
      expect(() => compilePath(path)).toThrow('reserved')
    },
  )
  it('reads a single XML element as a list of one, when told', () => {
    const steps = parsePath('a[*].b').steps
    expect(compileSteps(steps, true)({ a: { b: 1 } })).toEqual([1])
    expect(compileSteps(steps, false)({ a: { b: 1 } })).toBeUndefined()
    expect(compileSteps(parsePath('a[0].b').steps, true)({ a: { b: 1 } })).toBe(1)
  })
})

it('flattens lists of any length', () => {
  const long = { a: [{ b: Array.from({ length: 300_000 }, (_, i) => i) }] }
  expect(compilePath('a[*].b[*]')(long)).toHaveLength(300_000)
})
