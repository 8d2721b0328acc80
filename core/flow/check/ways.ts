// The ways in which a condition over a reply can hold. Each is a set of statuses and tests of other paths, all of which
// must hold; so two conditions can be compared without any reply at hand.
import { isDeepStrictEqual } from 'node:util'
import { compileCondition, conditionPaths } from '../../mapping/condition.ts'
import type { Written } from './written.ts'

/** One way in which a condition holds. */
export type Way = { statuses: ReadonlySet<number>; tests: readonly Test[] }

type Test = {
  path: string
  test: unknown
  /** the only values of the path for which it holds, where these can be counted */
  values: readonly unknown[] | undefined
  /** whether it holds for a value of the path; undefined when that depends on other paths */
  holds: ((value: unknown) => boolean) | undefined
}
type Ways = readonly Way[] | undefined

/** Statuses a reply can have. */
const everyStatus: ReadonlySet<number> = new Set(Array.from({ length: 500 }, (_, i) => 100 + i))
const always: Ways = [{ statuses: everyStatus, tests: [] }]
const mostWays = 100

/**
 * The ways of a condition that compiles. None when no status meets it; undefined when there are too many to judge.
 * @example waysOf({ status: [200, 2000], 'body.code': '0' }) // [{ statuses: {200}, tests: [body.code is 0] }]
 */
export function waysOf(condition: Written): Ways {
  return Object.entries(condition).reduce<Ways>(
    (ways, [key, test]) => crossed(ways, partsOf(key, test)),
    always,
  )
}

/** The statuses for which `wider` takes every reply that `later` could take. Leaves out those it is not sure of. */
export function takenBy(wider: Way, later: Way): number[] {
  if (!wider.tests.every((test) => isImplied(test, later.tests))) return []
  return [...later.statuses].filter((status) => wider.statuses.has(status))
}

function partsOf(key: string, test: unknown): Ways {
  const part = { [key]: test }
  const paths = new Set(conditionPaths(part).map(({ path }) => plain(path)))
  if (paths.size === 1 && paths.has('status')) {
    const holds = compile(part)
    return [{ statuses: new Set([...everyStatus].filter((status) => holds({ status }))), tests: [] }]
  }
  if (key === 'any') return (test as Written[]).map(waysOf).reduce(joined, [])
  if (key === 'all') return (test as Written[]).map(waysOf).reduce(crossed, always)
  const tests =
    key === 'not' ? [{ path: key, test, values: undefined, holds: undefined }] : singles(plain(key), test)
  return [{ statuses: everyStatus, tests }]
}

function joined(left: Ways, right: Ways): Ways {
  return left && right && [...left, ...right]
}

/** Ways in which both hold. */
function crossed(left: Ways, right: Ways): Ways {
  if (left === undefined || right === undefined || left.length * right.length > mostWays) return undefined
  return left
    .flatMap((one) => right.map((other) => both(one, other)))
    .filter(({ statuses }) => statuses.size > 0)
}

function both(left: Way, right: Way): Way {
  const shared = [...left.statuses].filter((status) => right.statuses.has(status))
  return { statuses: new Set(shared), tests: [...left.tests, ...right.tests] }
}

/** `{ gte: 1, lt: 5 }` are two tests. */
function singles(path: string, test: unknown): Test[] {
  const parts = isObject(test) ? Object.entries(test).map(([name, operand]) => ({ [name]: operand })) : [test]
  return parts.map((part) => {
    const holds = conditionPaths({ it: part }).length === 1 ? compile({ it: part }) : undefined
    return { path, test: part, values: valuesOf(part), holds: holds && ((it) => holds({ it })) }
  })
}

/** The only values for which a test holds; undefined when there are too many to count. */
function valuesOf(test: unknown): unknown[] | undefined {
  if (isObject(test)) {
    if (test.exists === false) return [undefined, '', []]
    return 'equals' in test ? valuesOf(test.equals) : 'in' in test ? valuesOf(test.in) : undefined
  }
  const list = Array.isArray(test) ? test : [test]
  if (list.some((each) => typeof each === 'object' && each !== null)) return undefined
  return list.flatMap((each) => (each === null || each === '' ? [undefined, ''] : [each]))
}

/** Whether one of the tests makes sure that `wider` holds. */
function isImplied(wider: Test, tests: readonly Test[]): boolean {
  return tests.some(({ path, test, values }) => {
    if (path !== wider.path) return false
    if (isDeepStrictEqual(test, wider.test)) return true
    const { holds } = wider
    if (values !== undefined) return holds !== undefined && values.every((value) => holds(value))
    return isObject(wider.test) && wider.test.exists === true && needsValue(test)
  })
}

/** Tests that hold for nothing absent. */
function needsValue(test: unknown): boolean {
  return isObject(test) && ['contains', 'startsWith', 'gt', 'gte', 'lt', 'lte'].some((name) => name in test)
}

function compile(condition: unknown): (value: unknown) => boolean {
  return compileCondition(condition, (en): never => {
    throw new TypeError(en)
  })
}

const plain = (path: string): string => path.replace(/^\$\./, '')

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
