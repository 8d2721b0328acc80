// Conditions.
import { describe, expect, it } from 'vitest'
import { compileCondition, conditionPaths } from '../../core/mapping/condition.ts'

const refuse = (en: string): never => {
  throw new Error(en)
}
const value = {
  status: 200,
  body: { code: '0', tags: ['a', 'b'], empty: '', none: [] },
  from: '2020-01-02',
  to: '2020-01-10',
  n: '9',
  m: 10,
}

describe('conditions', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ status: 200, 'body.code': 0 }, true],
    [{ status: '200', 'body.code': '1' }, false],
    [{ 'body.code': ['1', '0'] }, true],
    [{ 'body.code': { in: [1, 2] } }, false],
    [{ 'body.missing': { exists: false } }, true],
    [{ 'body.empty': { exists: true } }, false],
    [{ 'body.none': { exists: true } }, false],
    [{ 'body.missing': null }, true],
    [{ 'body.code': { not: '0' } }, false],
    [{ 'body.missing': { not: '0' } }, true],
    [{ 'body.code': { not: ['1', '2'] } }, true],
    [{ 'body.tags': { contains: 'b' } }, true],
    [{ from: { contains: '01-0' } }, true],
    [{ from: { startsWith: '2020' } }, true],
    [{ from: { matches: '^\\d{4}-01-02$' } }, true],
    [{ status: { gte: 200, lt: 300 } }, true],
    [{ n: { lt: 10 } }, true],
    [{ n: { lt: { path: 'm' } } }, true],
    [{ to: { gte: { path: 'from' } } }, true],
    [{ to: { lt: { path: 'from' } } }, false],
    [{ to: { gte: { path: 'missing' } } }, false],
    [{ 'body.tags[*]': { matches: '^[ab]$' } }, true],
    [{ 'body.tags[*]': 'a' }, false],
    [{ 'body.none[*]': 'a' }, false],
    [{ any: [{ status: 500 }, { n: '9' }] }, true],
    [{ all: [{ status: 200 }, { n: '8' }] }, false],
    [{ not: { status: 500 } }, true],
  ])('%j is %s', (data, holds) => {
    expect(compileCondition(data, refuse)(value)).toBe(holds)
  })
  it.each<[unknown, string]>([
    ['x', 'a condition is an object'],
    [{ a: { gte: [1] } }, 'a scalar is needed'],
    [{ a: { equal: 1 } }, 'unknown test "equal"'],
    [{ a: { constructor: 1 } }, 'unknown test'],
    [{ a: { exists: 'yes' } }, 'exists is true or false'],
    [{ a: { matches: '(' } }, 'regular expression'],
    [{ any: { a: 1 } }, 'any takes a list'],
    [{ a: {} }, 'an empty test'],
    [{ 'a..b': 1 }, 'is not a path'],
  ])('refuses %j', (data, message) => {
    expect(() => compileCondition(data, refuse)).toThrow(message)
  })
  it('lists the paths it reads', () => {
    const data = { any: [{ a: 1 }, { not: { b: { gte: { path: 'c' } } } }, { d: ['x', { path: 'e' }] }] }
    expect(conditionPaths(data).map(({ path, ordered }) => `${path} ${ordered}`)).toEqual([
      'a false',
      'b true',
      'c true',
      'd false',
      'e false',
    ])
  })
})
