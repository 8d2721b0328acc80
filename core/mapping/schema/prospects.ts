// Whether a condition can hold at all: values no valid document has, and tests that contradict each other.
import type { Path, Problem } from '../../yaml.ts'
import { PathError, parsePath } from '../path.ts'
import type { Report } from '../problems.ts'
import { createRun, isAbsent } from '../run.ts'
import { compileAccept } from './accept.ts'
import { canNeverHold, type Target } from './candidates.ts'
import type { Field } from './field.ts'
import { resolveSteps, type Shape } from './shape.ts'

/**
 * Reports what in a condition can never hold; `shapeFor` tells the field tables a path is looked up in. Where documents
 * are judged that may lack what is required (`unsure`), the absence of a required field is nothing strange.
 */
export function checkProspects(
  data: unknown,
  shapeFor: (path: string) => Shape,
  report: Report,
  at: Path,
  unsure = false,
): void {
  if (!isObject(data)) return
  const tests = conjunction(data, at)
  for (const path of new Set(tests.map((each) => each.path))) {
    const target = targetOf(path, shapeFor(path), unsure)
    const own = tests.filter((each) => each.path === path)
    const wrong = own.map(({ test, at: place }) => checkValues(test, target, report, place))
    const last = own.at(-1)
    if (last === undefined || wrong.includes(true)) continue
    if (
      !canNeverHold(
        own.map(({ test }) => test),
        target,
      )
    )
      continue
    report(
      last.at,
      `"${path}": no valid document passes this test; the condition can never hold`,
      `“${path}”：没有有效报文能满足此判断，条件永远不会成立`,
      { rule: 'condition.never', related: relatedTo(target.fields) },
    )
  }
  for (const [key, list] of inner(data)) {
    if (list.length === 0) {
      report([...at, key], `${key} is empty: it never holds`, `${key} 为空，永远不会成立`, {
        rule: 'condition.never',
      })
    }
    for (const { data: each, at: place } of list)
      checkProspects(each, shapeFor, report, [...at, key, ...place], unsure)
  }
}

type Tested = { path: string; test: unknown; at: Path }

/** The tests that must hold together: of the condition itself and of its `all`. */
function conjunction(data: Record<string, unknown>, at: Path): Tested[] {
  return Object.entries(data).flatMap(([key, test]): Tested[] => {
    if (key === 'any' || key === 'not') return []
    if (key !== 'all') return [{ path: key, test, at: [...at, key] }]
    const list = Array.isArray(test) ? test : []
    return list.flatMap((each, i) => (isObject(each) ? conjunction(each, [...at, key, i]) : []))
  })
}

/** The conditions that are judged by themselves: those of `any`, and what `not` turns round. */
function inner(data: Record<string, unknown>): [string, { data: unknown; at: Path }[]][] {
  const found: [string, { data: unknown; at: Path }[]][] = []
  if (Array.isArray(data.any)) found.push(['any', data.any.map((each, i) => ({ data: each, at: [i] }))])
  if (isObject(data.not)) found.push(['not', [{ data: data.not, at: [] }]])
  for (const each of Array.isArray(data.all) ? data.all.filter(isObject) : []) found.push(...inner(each))
  return found
}

function targetOf(path: string, shape: Shape, unsure: boolean): Target {
  try {
    const found = resolveSteps(shape, parsePath(path).steps)
    if (!found.found || found.fields === undefined) return { fields: [], isOptional: true }
    // an empty list passes as an absent value
    return { fields: found.fields, isOptional: unsure || found.isOptional || found.isMany }
  } catch (error) {
    if (error instanceof PathError) return { fields: [], isOptional: true }
    throw error
  }
}

/** Tests that compare for equality name values; each must be one the field may have. Answers whether one is not. */
function checkValues(test: unknown, target: Target, report: Report, at: Path): boolean {
  const named = isObject(test)
    ? ['equals', 'in', 'not'].flatMap((name) => namedValues(test[name], [...at, name]))
    : namedValues(test, at)
  let isWrong = false
  for (const { value, at: place } of named) {
    const issue = refusalOf(value, target)
    if (issue === undefined) continue
    isWrong = true
    report(place, `"${String(value)}" cannot come: ${issue.en}`, `不会出现“${String(value)}”：${issue.zh}`, {
      rule: issue.rule === 'retired' ? 'condition.retired' : 'condition.never',
      severity: issue.rule === 'retired' ? 'warning' : 'error',
      related: relatedTo(target.fields),
    })
  }
  return isWrong
}

/** The rows a complaint speaks of. */
function relatedTo(fields: readonly Field[]): NonNullable<Problem['related']> {
  return fields.flatMap(({ name, zh, place }) =>
    place === undefined ? [] : [{ ...place, en: `field "${name}"`, zh: `字段“${zh}”` }],
  )
}

function namedValues(data: unknown, at: Path): { value: unknown; at: Path }[] {
  if (Array.isArray(data)) return data.flatMap((each, i) => namedValues(each, [...at, i]))
  return isAbsent(data) || data === '' || typeof data === 'object' ? [] : [{ value: data, at }]
}

/** Why none of the fields takes the value; undefined when one does, or nothing is known. */
function refusalOf(value: unknown, { fields }: Target): { en: string; zh: string; rule: string } | undefined {
  let refusal: { en: string; zh: string; rule: string } | undefined
  for (const field of fields) {
    if (['object', 'list', 'any'].includes(field.type.kind)) return undefined
    const run = createRun(undefined, { meta: {}, steps: {} })
    compileAccept({ ...field, check: undefined })(value, run)
    const [issue] = run.issues
    if (issue === undefined) return undefined
    if (refusal === undefined || issue.rule === 'retired') refusal = issue
  }
  return refusal
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
