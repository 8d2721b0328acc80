// What an expression knows while it is compiled: where it stands, what the source looks like, where to complain.
import type { Path } from '../../yaml.ts'
import { compileSteps, PathError, parsePath } from '../path.ts'
import { Refusal, type Report } from '../problems.ts'
import { joinPath, type Run } from '../run.ts'
import type { CodeTable } from '../schema/codes.ts'
import type { Field } from '../schema/field.ts'
import { resolveSteps, type Shape } from '../schema/shape.ts'

/** A function an adapter registers for `fn`; pure, synchronous. A thrown error becomes an issue of the message. */
export type MappingFunction = (args: Record<string, unknown>) => unknown

/** Evaluates to a value of the target, undefined when absent, INVALID when an issue was noted. */
export type Read = (item: unknown, run: Run) => unknown

/** Tells the sender's path of a value, with list indexes of the present run. */
export type Label = (run: Run) => string

export type Compiled = {
  read: Read
  /** sender's path of the (first) source value; undefined for constants and the like */
  label?: Label | undefined
  /** source field, when the schema knows it */
  field?: Field | undefined
  /** standard codes of this table, already judged by the expression */
  codes?: CodeTable | undefined
  /** a list cut from one text: its elements have no paths of their own */
  isCut?: boolean | undefined
}

/** One compiled group of targets; `labels` knows each target path's place in the sender's format. */
export type Group = {
  fill: (item: unknown, run: Run) => Record<string, unknown> | undefined
  /** notes every required target of a group nothing filled; false when it has none */
  failMissing: (run: Run) => boolean
  labels: ReadonlyMap<string, Label>
}

export type Scope = {
  report: Report
  codes: ReadonlyMap<string, CodeTable>
  functions: Readonly<Record<string, MappingFunction>>
  root: Shape
  item: Shape
  /** label of the item: names and, as numbers, depths of lists */
  prefix: readonly (string | number)[]
  /** set when issues name the target instead (outbound): the label of the target being compiled */
  target: readonly (string | number)[] | undefined
  /** lists around the item */
  depth: number
  /** XML: an element that came once is a list of one */
  loose: boolean
  compile: (data: unknown, scope: Scope, at: Path, target: Field | undefined) => Compiled
  group: (data: unknown, scope: Scope, at: Path, fields: readonly Field[] | undefined) => Group
}

/** One kind of expression: the keys it may have besides `default`, and its compiler. */
export type Kind = {
  keys: readonly string[]
  compile: (data: Record<string, unknown>, scope: Scope, at: Path, target: Field | undefined) => Compiled
}

/** A source path made ready: its reader, its label, the field it meets, and the shape and prefix behind it. */
export type Source = {
  read: Read
  label: Label
  field: Field | undefined
  shape: Shape
  prefix: readonly (string | number)[]
}

/** Reads a source path; a path the schema lacks is reported, a text that is no path refused. */
export function compileSource(text: unknown, scope: Scope, at: Path): Source {
  if (typeof text !== 'string') throw new Refusal(at, 'a source path is needed here', '此处应为来源路径')
  const { fromRoot, steps } = parseAt(text, at)
  const shape = fromRoot ? scope.root : scope.item
  const found = resolveSteps(shape, steps)
  if (!found.found) scope.report(at, found.en, found.zh)
  const walk = compileSteps(steps, scope.loose)
  const bare = text === '.' || text === '$' ? '' : text.replace(/^\$\.?/, '')
  const prefix = [...(fromRoot ? [] : scope.prefix), ...(bare === '' ? [] : [bare])]
  return {
    read: fromRoot ? (_, run) => walk(run.root) : walk,
    label: compileLabel(scope.target ?? prefix),
    field: found.found ? found.fields?.[0] : undefined,
    shape: found.found ? found.fields : undefined,
    prefix,
  }
}

function parseAt(text: string, at: Path) {
  try {
    return parsePath(text)
  } catch (error) {
    if (error instanceof PathError) throw new Refusal(at, error.message, error.zh)
    throw error
  }
}

/** `['records', 0, 'idNo']` → `records[3].idNo` while the list at depth 0 stands at 3. */
export function compileLabel(pieces: readonly (string | number)[]): Label {
  if (pieces.every((piece) => typeof piece === 'string')) {
    const text = pieces.reduce<string>((left, right) => joinPath(left, right), '')
    return () => text
  }
  return (run) => {
    let text = ''
    for (const piece of pieces) {
      text = joinPath(text, typeof piece === 'number' ? `[${run.indexes[piece] ?? 0}]` : piece)
    }
    return text
  }
}

/** The label of a value for issues; target expressions without a source have none. */
export function labelOf(compiled: Compiled, run: Run): string {
  return compiled.label?.(run) ?? ''
}

type OptionTypes = { string: string; number: number; boolean: boolean }

/** A literal option of an expression. */
export function option<T extends keyof OptionTypes>(
  data: Record<string, unknown>,
  key: string,
  type: T,
  at: Path,
): OptionTypes[T] | undefined {
  const value = data[key]
  if (value === undefined) return undefined
  if (typeof value === type) return value as OptionTypes[T]
  throw new Refusal([...at, key], `${key} must be a ${type}`, `${key} 的类型应为 ${type}`)
}

/** A literal option that must stand. */
export function need<T extends keyof OptionTypes>(
  data: Record<string, unknown>,
  key: string,
  type: T,
  at: Path,
): OptionTypes[T] {
  const value = option(data, key, type, at)
  if (value === undefined) throw new Refusal(at, `${key} is missing`, `缺少 ${key}`)
  return value
}
