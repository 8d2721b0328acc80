// What an expression knows while it is compiled: where it stands, what the source looks like, where to complain.
import type { Path } from '../../yaml.ts'
import { compileSteps } from '../path.ts'
import { pathAt, Refusal, type Report } from '../problems.ts'
import { joinPath, type Run } from '../run.ts'
import type { CodeTable } from '../schema/codes.ts'
import type { Field } from '../schema/field.ts'
import { resolveSteps, type Shape } from '../schema/shape.ts'
import { eitherFacts, type Facts, factsOf, listOf, unknown } from './facts.ts'

/** A function an adapter registers for `fn`; pure, synchronous. A thrown error becomes an issue of the message. */
export type MappingFunction = (args: Record<string, unknown>) => unknown

/** Evaluates to a value of the target, undefined when absent, INVALID when an issue was noted. */
export type Read = (item: unknown, run: Run) => unknown

/** Tells the sender's path of a value, with list indexes of the present run. */
export type Label = (run: Run) => string

export type Compiled = {
  read: Read
  /** what is known of the value before any message comes */
  facts: Facts
  /** the word of the expression: `path`, `code`, … */
  kind?: string | undefined
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

/** Where a target's value comes from, for previews. */
export type Origin = {
  /** paths in the source document, `step seal.signedValue`, `meta acceptedAt` */
  sources: readonly string[]
  /** kind of expression: `path`, `code`, `const`, … */
  kind: string
  /** line of the mapping file */
  line: number
  /** set for every valid source */
  isCertain: boolean
}

/** A result of an earlier step that a mapping reads. */
export type Lookup = { step: string; path: string | undefined; at: Path }

/** What compiling a mapping finds out about it. */
export type Findings = {
  /** by target path: `applicant.name`, `rows[*].no` */
  origins: Map<string, Origin>
  lookups: Lookup[]
  /** names of the code tables it uses */
  tables: Set<string>
}

export type Scope = {
  report: Report
  findings: Findings
  codes: ReadonlyMap<string, CodeTable>
  functions: Readonly<Record<string, MappingFunction>>
  root: Shape
  item: Shape
  /** label of the item: names and, as numbers, depths of lists */
  prefix: readonly (string | number)[]
  /** set when issues name the target instead (outbound): the label of the target being compiled */
  target: readonly (string | number)[] | undefined
  /** path of the target being compiled, `[*]` for elements */
  into: string
  /** lists around the item; `run.items[depth]` is the item */
  depth: number
  /** the scope of the item around this one, for `^` */
  outer: Scope | undefined
  /** the item is a group of rows: `first` is its first row, `rows` the list they stand in */
  isGroup: boolean
  /** XML: an element that came once is a list of one */
  loose: boolean
  compile: (data: unknown, scope: Scope, at: Path, target: Field | undefined) => Compiled
  group: (
    data: unknown,
    scope: Scope,
    at: Path,
    fields: readonly Field[] | undefined,
    isRoot?: boolean,
  ) => Group
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
  facts: Facts
  field: Field | undefined
  shape: Shape
  prefix: readonly (string | number)[]
}

/** Reads a source path; a path the schema lacks is reported, a text that is no path refused. */
export function compileSource(text: unknown, scope: Scope, at: Path): Source {
  if (typeof text !== 'string') throw new Refusal(at, 'a source path is needed here', '此处应为来源路径')
  const carets = /^\^*/.exec(text)?.[0].length ?? 0
  const home = enclosing(scope, carets, at)
  const own = text.slice(carets) || '.'
  const { fromRoot, steps } = pathAt(own, at)
  const shape = fromRoot ? scope.root : home.item
  const found = resolveSteps(shape, steps)
  if (!found.found) scope.report(at, found.en, found.zh, { rule: 'path.unknown' })
  const walk = compileSteps(steps, scope.loose)
  const bare = own === '.' || own === '$' ? '' : own.replace(/^\$\.?/, '')
  const prefix = fromRoot
    ? named([], bare)
    : home.isGroup
      ? inGroup(home.prefix, bare)
      : named(home.prefix, bare)
  const { depth } = home
  return {
    read: fromRoot ? (_, run) => walk(run.root) : carets > 0 ? (_, run) => walk(run.items[depth]) : walk,
    label: compileLabel(scope.target ?? prefix),
    facts: found.found ? pathFacts(found, prefix) : unknown,
    field: found.found ? found.fields?.[0] : undefined,
    shape: found.found ? found.fields : undefined,
    prefix,
  }
}

type Prefix = readonly (string | number)[]

const named = (prefix: Prefix, name: string): Prefix => (name === '' ? prefix : [...prefix, name])

/** `first.x` of a group is `list[i].x` to the sender, `rows` the list itself. */
function inGroup(prefix: Prefix, path: string): Prefix {
  const word = /^(first|rows)(?![^.[])\.?/.exec(path)
  if (word === null) return named(prefix, path)
  return named(word[1] === 'first' ? prefix : prefix.slice(0, -1), path.slice(word[0].length))
}

/** The scope so many items further out. */
function enclosing(scope: Scope, levels: number, at: Path): Scope {
  let home = scope
  for (let i = 0; i < levels; i++) {
    if (home.outer === undefined) {
      throw new Refusal(at, 'there is no item around this one', '外层没有条目', { rule: 'path.unknown' })
    }
    home = home.outer
  }
  return home
}

function pathFacts(
  { fields, isOptional, isMany }: { fields: Shape; isOptional: boolean; isMany: boolean },
  prefix: readonly (string | number)[],
): Facts {
  const path = sourcePath(prefix)
  if (fields === undefined) return { ...unknown, sources: [path], isOptional }
  const facts = fields.map((field) => factsOf(field, [path], isOptional))
  return isMany ? listOf(eitherFacts(facts, false), { isOptional }) : eitherFacts(facts, isOptional)
}

/** `['records', 0, 'idNo']` → `records[*].idNo` */
export function sourcePath(prefix: readonly (string | number)[]): string {
  return prefix.reduce<string>((left, each) => joinPath(left, typeof each === 'number' ? '[*]' : each), '')
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
