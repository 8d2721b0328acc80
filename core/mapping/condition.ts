// Conditions, shared by mappings, schema rules, flows and reply rules: an object of path → test, all of which must hold.
// Scalars compare by their text (`0` equals `"0"`); a path with `[*]` holds when every element does; null means absent.
import type { Path } from '../yaml.ts'
import { compilePath, isReservedName, PathError } from './path.ts'
import { INVALID, isAbsent, scalarText } from './run.ts'

/** Refuses a condition; `at` is the place inside it. Callers that only know English may ignore the rest. */
export type Fail = (en: string, zh?: string, at?: Path) => never

export type Condition = (value: unknown) => boolean
type Test = (found: unknown, value: unknown) => boolean
type Operand = (value: unknown) => unknown

/**
 * Compiles a condition.
 * @example compileCondition({ status: 200, 'body.code': ['0', '200'] }, fail)
 * @example compileCondition({ any: [{ end: { exists: false } }, { end: { gte: { path: start } } }] }, fail)
 */
export function compileCondition(data: unknown, fail: Fail, at: Path = []): Condition {
  if (!isObject(data)) return fail('a condition is an object of path: test', '条件应为“路径: 判断”的对象', at)
  const parts = Object.entries(data).map(([key, test]): Condition => {
    const here = [...at, key]
    if (key === 'not') {
      const inner = compileCondition(test, fail, here)
      return (value) => !inner(value)
    }
    if (key === 'any' || key === 'all') {
      if (!Array.isArray(test)) return fail(`${key} takes a list of conditions`, `${key} 应为条件列表`, here)
      const list = test.map((each, i) => compileCondition(each, fail, [...here, i]))
      return key === 'any' ? (value) => list.some((c) => c(value)) : (value) => list.every((c) => c(value))
    }
    return compileTestAt(key, compileTest(test, fail, here), fail, here)
  })
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  return (value) => {
    for (let i = 0; i < parts.length; i++) if (!parts[i]?.(value)) return false
    return true
  }
}

function compileTestAt(path: string, test: Test, fail: Fail, at: Path): Condition {
  const read = readPath(path, fail, at)
  if (!path.includes('[*]')) return (value) => test(read(value), value)
  return (value) => {
    const found = read(value)
    if (!Array.isArray(found) || found.length === 0) return test(undefined, value)
    return found.every((element) => test(element, value))
  }
}

function readPath(path: string, fail: Fail, at: Path): Operand {
  try {
    return compilePath(path)
  } catch (error) {
    if (error instanceof PathError) return fail(error.message, error.zh, at)
    throw error
  }
}

function compileTest(data: unknown, fail: Fail, at: Path): Test {
  if (Array.isArray(data)) return oneOf(data, fail, at)
  if (!isObject(data)) return equal(constant(data, fail, at))
  const tests = Object.entries(data).map(([name, operand]): Test => {
    const here = [...at, name]
    const build = isReservedName(name) ? undefined : conditionTests[name]
    if (build === undefined) return fail(`unknown test "${name}"`, `未知的判断“${name}”`, here)
    return build(operand, fail, here)
  })
  if (tests.length === 0) return fail('an empty test', '判断为空', at)
  return (found, value) => tests.every((test) => test(found, value))
}

/** Tests by name. */
export const conditionTests: Readonly<Record<string, (data: unknown, fail: Fail, at: Path) => Test>> = {
  exists: (data, fail, at) => {
    if (typeof data !== 'boolean') return fail('exists is true or false', 'exists 应为 true 或 false', at)
    return (found) => (isAbsent(found) || (Array.isArray(found) && found.length === 0)) !== data
  },
  equals: (data, fail, at) => equal(operand(data, fail, at)),
  not: (data, fail, at) => {
    const test = Array.isArray(data) ? oneOf(data, fail, at) : equal(operand(data, fail, at))
    return (found, value) => !test(found, value)
  },
  in: (data, fail, at) => {
    if (!Array.isArray(data)) return fail('in takes a list', 'in 应为列表', at)
    return oneOf(data, fail, at)
  },
  contains: (data, fail, at) => {
    const read = operand(data, fail, at)
    return (found, value) => {
      const part = scalarText(read(value))
      if (part === undefined) return false
      if (Array.isArray(found)) return found.some((element) => scalarText(element) === part)
      return scalarText(found)?.includes(part) ?? false
    }
  },
  startsWith: (data, fail, at) => {
    const read = operand(data, fail, at)
    return (found, value) => {
      const start = scalarText(read(value))
      return start !== undefined && (scalarText(found)?.startsWith(start) ?? false)
    }
  },
  matches: (data, fail, at) => {
    const expression = readExpression(data, fail, at)
    return (found) => {
      const text = scalarText(found)
      return text !== undefined && expression.test(text)
    }
  },
  gt: ordered((order) => order > 0),
  gte: ordered((order) => order >= 0),
  lt: ordered((order) => order < 0),
  lte: ordered((order) => order <= 0),
}

function readExpression(data: unknown, fail: Fail, at: Path): RegExp {
  try {
    if (typeof data === 'string') return new RegExp(data, 'u')
  } catch {
    // falls through to the refusal
  }
  return fail('matches takes a regular expression', 'matches 应为正则表达式', at)
}

function ordered(holds: (order: number) => boolean): (data: unknown, fail: Fail, at: Path) => Test {
  return (data, fail, at) => {
    const read = operand(data, fail, at)
    return (found, value) => {
      const order = compare(found, read(value))
      return order !== undefined && holds(order)
    }
  }
}

const numeric = /^-?\d{1,15}(\.\d+)?$/

/** Numbers (or numeric texts) compare as numbers, other texts by character; undefined when a side is absent. */
function compare(left: unknown, right: unknown): number | undefined {
  const a = scalarText(left)
  const b = scalarText(right)
  if (a === undefined || b === undefined || a === '' || b === '') return undefined
  if (numeric.test(a) && numeric.test(b)) return Number(a) - Number(b)
  return a === b ? 0 : a < b ? -1 : 1
}

function equal(read: Operand): Test {
  return (found, value) => {
    const wanted = read(value)
    if (isAbsent(wanted)) return isAbsent(found)
    return found === wanted || (scalarText(found) !== undefined && scalarText(found) === scalarText(wanted))
  }
}

function oneOf(list: readonly unknown[], fail: Fail, at: Path): Test {
  const tests = list.map((each, i) => equal(operand(each, fail, [...at, i])))
  return (found, value) => tests.some((test) => test(found, value))
}

/** An operand is a scalar or `{ path: other }`. */
function operand(data: unknown, fail: Fail, at: Path): Operand {
  if (isObject(data) && Object.keys(data).length === 1 && typeof data.path === 'string') {
    return readPath(data.path, fail, [...at, 'path'])
  }
  return constant(data, fail, at)
}

function constant(data: unknown, fail: Fail, at: Path): Operand {
  if (typeof data === 'object' && data !== null) return fail('a scalar is needed here', '此处应为单个值', at)
  return () => data
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

/** A path a condition reads, where it stands, and whether an order (gt, gte, lt, lte) depends on it. */
export type ConditionPath = { path: string; at: Path; ordered: boolean }

/** Every path a condition reads, so that a checker can look them up in a schema. */
export function conditionPaths(data: unknown, at: Path = []): ConditionPath[] {
  if (!isObject(data)) return []
  return Object.entries(data).flatMap(([key, test]): ConditionPath[] => {
    const here = [...at, key]
    if (key === 'not') return conditionPaths(test, here)
    if (key === 'any' || key === 'all') {
      return Array.isArray(test) ? test.flatMap((each, i) => conditionPaths(each, [...here, i])) : []
    }
    const isOrdered = isObject(test) && ['gt', 'gte', 'lt', 'lte'].some((name) => name in test)
    const operands = operandPaths(test, here).map((operand) => ({ ...operand, ordered: isOrdered }))
    return [{ path: key, at: here, ordered: isOrdered }, ...operands]
  })
}

/** The other paths that a test compares with, in lists too. */
function operandPaths(data: unknown, at: Path): Omit<ConditionPath, 'ordered'>[] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, value]) => {
    const here = [...at, Array.isArray(data) ? Number(key) : key]
    return key === 'path' && typeof value === 'string' ? { path: value, at: here } : operandPaths(value, here)
  })
}

/** True when a value the condition depends on is wrong (already reported), or an order lacks one of its sides. */
export function isUndecided(paths: readonly { read: Operand; ordered: boolean }[], value: unknown): boolean {
  return paths.some(({ read, ordered: isOrdered }) => {
    const found = read(value)
    const wrong = found === INVALID || (Array.isArray(found) && found.includes(INVALID))
    return wrong || (isOrdered && isAbsent(found))
  })
}
