// Values that tell whether tests on one path can hold together: all it may have where they are few, else values around
// those the tests name. Other paths in the tests stand for a value below, at or above.
import { compileCondition } from '../condition.ts'
import { isAbsent } from '../run.ts'
import type { Field } from './field.ts'

/** What a field table says of a path; no fields where it says nothing. */
export type Target = { fields: readonly Field[]; isOptional: boolean }

/** True when no value the path may have passes all these tests; tests that only a message can judge pass. */
export function canNeverHold(tests: readonly unknown[], target: Target): boolean {
  const few = fewValues(target.fields)
  if (few === undefined && tests.some((test) => !isEnumerable(test))) return false
  if (target.fields.some(({ type }) => ['object', 'list', 'any'].includes(type.kind))) {
    return !target.isOptional && tests.some((test) => isObject(test) && test.exists === false)
  }
  const others = new Map<string, string>()
  const conditions = tests.map((test) => ({ own: renamed(test, others) }))
  const holds = compileCondition({ all: conditions }, (en): never => {
    throw new Error(en)
  })
  const candidates = [...(few ?? around(tests)), ...(target.isOptional ? [undefined] : [])]
  return !assignments([...others.values()]).some((rest) => candidates.some((own) => holds({ ...rest, own })))
}

/** Every value the path can have, where codes, values or its type name them. */
function fewValues(fields: readonly Field[]): Set<string> | undefined {
  const all = new Set<string>()
  for (const { codes, values, type } of fields) {
    const few = codes?.codes.keys() ?? values ?? (type.kind === 'bool' ? ['true', 'false'] : undefined)
    if (few === undefined) return undefined
    for (const value of few) all.add(value)
  }
  return fields.length === 0 ? undefined : all
}

const open = ['contains', 'startsWith', 'matches']

const isEnumerable = (test: unknown): boolean =>
  !isObject(test) || !Object.keys(test).some((name) => open.includes(name))

/** The same test with other paths by names that cannot be mistaken for `own`. */
function renamed(test: unknown, others: Map<string, string>): unknown {
  if (Array.isArray(test)) return test.map((each) => renamed(each, others))
  if (!isObject(test)) return test
  if (typeof test.path === 'string' && Object.keys(test).length === 1) {
    const name = others.get(test.path) ?? `other${others.size}`
    others.set(test.path, name)
    return { path: name }
  }
  return Object.fromEntries(Object.entries(test).map(([name, value]) => [name, renamed(value, others)]))
}

/** Literals of the tests with a value below and above each, and the middle other paths stand at. */
function around(tests: readonly unknown[]): unknown[] {
  const literals = tests.flatMap(literalsOf).filter((value) => !isAbsent(value))
  return ['4', '5', '6', ...literals.flatMap((value) => [value, ...neighbours(String(value))])]
}

function literalsOf(test: unknown): unknown[] {
  if (Array.isArray(test)) return test.flatMap(literalsOf)
  if (!isObject(test)) return [test]
  return Object.entries(test).flatMap(([name, value]) => (name === 'path' ? [] : literalsOf(value)))
}

function neighbours(text: string): string[] {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return [String(number - 1), String(number + 1)]
  return [`${text.slice(0, -1)} `, `${text}~`]
}

/** Each name at each of three places. */
function assignments(names: readonly string[]): Record<string, string>[] {
  return names.reduce<Record<string, string>[]>(
    (all, name) => all.flatMap((rest) => ['4', '5', '6'].map((value) => ({ ...rest, [name]: value }))),
    [{}],
  )
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
