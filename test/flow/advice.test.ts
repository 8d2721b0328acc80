// What an operator is told to do, and when a delivery may go by other files.
import { describe, expect, test } from 'vitest'
import { adviceFor, type Cause } from '../../core/flow/advice.ts'
import type { Bundle } from '../../core/flow/bundle.ts'
import { compileFlow } from '../../core/flow/flow.ts'
import { keepsPlace } from '../../core/flow/order.ts'
import { mergePatch } from '../../core/flow/patch.ts'
import { readYaml } from '../../core/yaml.ts'

describe('advice', () => {
  const rows: [string, string, number | null, boolean, Cause][] = [
    ['dead', 'rejected', null, true, 'mapping'],
    ['dead', 'rejected', 200, true, 'rejected'],
    ['dead', 'unknown', null, true, 'unknown'],
    ['dead', 'transport', 503, true, 'unreachable'],
    ['dead', 'busy', 429, true, 'unreachable'],
    ['dead', 'rejected', 200, false, 'files'],
    ['ready', 'transport', null, false, 'files'],
    ['ready', 'transport', null, true, 'waiting'],
    ['held', 'transport', null, true, 'held'],
  ]
  test.each(rows)('%s after %s (%s), files there: %s: %s', (state, outcome, status, hasFiles, cause) => {
    const advice = adviceFor(state, { outcome, status }, hasFiles)
    expect(advice?.cause).toBe(cause)
    expect(advice?.zh).toMatch(/[\u4e00-\u9fff]/)
    expect(advice?.en).toMatch(/^[\x20-\x7e]+$/)
  })

  test('what is done needs none', () => {
    for (const state of ['delivered', 'duplicate', 'skipped'])
      expect(adviceFor(state, undefined, true)).toBeUndefined()
  })
})

describe('a merge patch (RFC 7386)', () => {
  // the examples of its appendix whose target and patch are objects
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    const before = JSON.stringify([target, patch])
    expect(mergePatch(target, patch)).toEqual(result)
    expect(JSON.stringify([target, patch])).toBe(before)
  })
})

describe('a step keeps its place in other files', () => {
  const files = (...steps: string[]): Bundle => {
    const source = readYaml('flows/case.yaml', `steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`)
    return { flows: new Map([['case', compileFlow(source)]]) } as unknown as Bundle
  }
  const seal = '{ step: seal, system: eseal, operation: sign, mapping: a/b }'
  const store = '{ step: store, system: elicence, operation: put, mapping: a/c, needs: [seal] }'
  const place = { type: 'case', step: 'seal', system: 'eseal' }
  const before = files(seal, store)

  test.each([
    ['the same', files(seal, store), true],
    [
      'another mapping and operation',
      files(seal.replace('sign, mapping: a/b', 'two, mapping: x/y'), store),
      true,
    ],
    [
      'another step beside it',
      files(seal, store, '{ step: more, system: s, operation: o, mapping: m }'),
      true,
    ],
    ['another system', files(seal.replace('eseal', 'other'), store), false],
    ['nothing waits for it any more', files(seal, store.replace(', needs: [seal]', '')), false],
    ['something else waits for it', files(seal, store, store.replace('step: store', 'step: other')), false],
    ['no such step', files('{ step: other, system: eseal, operation: o, mapping: m }'), false],
  ])('%s', (_, after, keeps) => {
    expect(keepsPlace(after, before, place)).toBe(keeps)
  })

  test('of lost files only the system is known', () => {
    expect(keepsPlace(files(seal), undefined, place)).toBe(true)
    expect(keepsPlace(files(seal.replace('eseal', 'other')), undefined, place)).toBe(false)
  })
})
