// The right side of a mapping: a path, or an object whose key says what to do. One table of all kinds.

import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import { attempt, Refusal } from '../problems.ts'
import { INVALID, isAbsent, prefixIssues, type Run } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import type { Field } from '../schema/field.ts'
import { first, join, split, when } from './choices.ts'
import { call, digest, guid, json } from './derived.ts'
import { constantFacts, eitherFacts, unknown } from './facts.ts'
import { checkFit } from './fit.ts'
import { formula } from './formula.ts'
import { concat, each, group, object } from './lists.ts'
import { batch, date } from './moments.ts'
import { type Compiled, compileSource, type Kind, type Scope } from './scope.ts'
import { code } from './translation.ts'
import { constant, meta, number, path, step, template, text } from './values.ts'

/** Kinds by the key that names them, in the order they are recognised (`{ code, path }` is a code, not a path). */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['const', constant],
  ['code', code],
  ['date', date],
  ['batch', batch],
  ['template', template],
  ['text', text],
  ['number', number],
  ['when', when],
  ['first', first],
  ['join', join],
  ['split', split],
  ['each', each],
  ['group', group],
  ['concat', concat],
  ['fields', object],
  ['step', step],
  ['meta', meta],
  ['guid', guid],
  ['digest', digest],
  ['fn', call],
  ['expr', formula],
  ['json', json],
  ['path', path],
])

/** Kinds that pass their target on, so that what they give is already accepted. */
const structural = new Set(['each', 'group', 'concat', 'fields', 'when', 'first'])

const nothing: Compiled = { read: () => undefined, facts: unknown }

/** Compiles an expression; faults are reported. With an object or list as `target` the result is already accepted. */
export function compileExpression(
  data: unknown,
  scope: Scope,
  at: Path,
  target: Field | undefined,
): Compiled {
  return attempt(scope.report, nothing, () => {
    if (typeof data === 'string') {
      return fitted({ ...compileSource(data, scope, at), kind: 'path' }, 'path', scope, at, target)
    }
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new Refusal(
        at,
        'a path or an expression is needed; a fixed value is { const: … }',
        '此处应为路径或表达式；固定值写作 { const: … }',
      )
    }
    const row = data as Record<string, unknown>
    const name = [...kinds.keys()].find((key) => row[key] !== undefined)
    const kind = name === undefined ? undefined : kinds.get(name)
    if (name === undefined || kind === undefined) return refuseKind(row, at)
    for (const key of Object.keys(row)) {
      if (key === 'default' || kind.keys.includes(key)) continue
      const hint = suggest(key, [...kind.keys, 'default'])
      scope.report(
        [...at, key],
        `"${name}" has no option "${key}"${hint.en}`,
        `“${name}”没有选项“${key}”${hint.zh}`,
      )
    }
    const compiled = kind.compile(row, scope, at, target)
    const whole = row.default === undefined ? compiled : withDefault(compiled, row.default, scope, at, target)
    return fitted({ ...whole, kind: name }, name, scope, at, target)
  })
}

function refuseKind(row: Record<string, unknown>, at: Path): never {
  const key = Object.keys(row)[0] ?? ''
  const hint = suggest(key, kinds.keys())
  throw new Refusal([...at, key], `unknown expression "${key}"${hint.en}`, `未知的表达式“${key}”${hint.zh}`)
}

function withDefault(
  compiled: Compiled,
  fallback: unknown,
  scope: Scope,
  at: Path,
  target: Field | undefined,
): Compiled {
  if (typeof fallback === 'object') {
    throw new Refusal([...at, 'default'], 'default is a single value', 'default 应为单个值')
  }
  const { read } = compiled
  const otherwise = constantFacts(fallback)
  if (target !== undefined) checkFit(otherwise, target, scope.report, [...at, 'default'])
  return {
    ...compiled,
    // before a target the default is judged by itself
    facts:
      target === undefined
        ? eitherFacts([compiled.facts, otherwise], false)
        : { ...compiled.facts, isOptional: false },
    read: (item, run) => {
      const value = read(item, run)
      return isAbsent(value) ? fallback : value
    },
  }
}

/** Judges whether the value fits its target; branches of a structure judge themselves. */
function fitted(
  compiled: Compiled,
  name: string,
  scope: Scope,
  at: Path,
  target: Field | undefined,
): Compiled {
  if (target === undefined || structural.has(name)) return compiled
  checkFit(compiled.facts, target, scope.report, at)
  return accepted(compiled, target)
}

/** Structures are accepted where they arise; single values by the group that holds them. */
function accepted(compiled: Compiled, target: Field): Compiled {
  if (target.type.kind !== 'object' && target.type.kind !== 'list') return compiled
  const judged = target.item?.codes !== undefined && target.item.codes === compiled.codes
  const accept = compileAccept(
    judged && target.item ? { ...target, item: { ...target.item, codes: undefined } } : target,
  )
  const { read, label, isCut } = compiled
  return {
    ...compiled,
    read: (item: unknown, run: Run) => {
      const value = read(item, run)
      if (value === INVALID || isAbsent(value)) return value
      const mark = run.issues.length
      const result = accept(value, run)
      if (run.issues.length > mark) placeIssues(run, mark, label?.(run) ?? target.name, isCut === true)
      return result
    },
  }
}

function placeIssues(run: Run, mark: number, label: string, isCut: boolean): void {
  if (!isCut) prefixIssues(run, mark, label)
  else for (const [i, issue] of run.issues.entries()) if (i >= mark) run.issues[i] = { ...issue, path: label }
}
