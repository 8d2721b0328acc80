// A group of targets: evaluates every field, converts and checks it against the target schema in the same pass, and
// knows where each target came from. This is the hot path; everything that can be decided before is.

import { suggest } from '../../nearest.ts'
import type { Path, Problem } from '../../yaml.ts'
import { isReservedName } from '../path.ts'
import { Refusal } from '../problems.ts'
import { INVALID, isAbsent, joinPath, prefixIssues, type Run } from '../run.ts'
import { compileAccept, isPlainText } from '../schema/accept.ts'
import { type Certificate, compileCertificates } from '../schema/certificate.ts'
import { failRequired, isEmpty } from '../schema/faults.ts'
import type { Field } from '../schema/field.ts'
import {
  type Compiled,
  compileLabel,
  type Group,
  type Label,
  type Origin,
  type Read,
  type Scope,
} from './scope.ts'

type Leaf = { kind: 'leaf'; data: unknown; at: Path }
type Branch = { kind: 'branch'; members: Map<string, Leaf | Branch>; at: Path }

/** One member of the result. */
type Slot = { name: string; field: Field | undefined; read: Read; failMissing: (run: Run) => void }

/** Compiles `fields:`; dotted targets and `{ fields: … }` meet in one tree. `fields` undefined: an open target. */
export function compileGroup(
  data: unknown,
  scope: Scope,
  at: Path,
  fields: readonly Field[] | undefined,
  isRoot = false,
): Group {
  const tree: Branch = { kind: 'branch', members: new Map(), at }
  plant(tree, data, scope, at)
  const labels = new Map<string, Label>()
  return { ...compileBranch(tree, scope, fields, '', labels, isRoot ? fields : undefined), labels }
}

function plant(branch: Branch, data: unknown, scope: Scope, at: Path): void {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new Refusal(at, 'fields is an object of target: expression', 'fields 应为“目标: 表达式”的对象')
  }
  for (const [target, expression] of Object.entries(data)) {
    const here = [...at, target]
    const names = target.split('.')
    if (names.some((name) => name === '' || isReservedName(name))) {
      scope.report(here, `"${target}" cannot be a target`, `“${target}”不能作目标`)
      continue
    }
    const holder = names
      .slice(0, -1)
      .reduce<Branch | undefined>((parent, name) => grow(parent, name, here), branch)
    const last = names.at(-1) ?? ''
    const existing = holder?.members.get(last)
    const nested = nestedFields(expression)
    if (
      holder === undefined ||
      (existing !== undefined && (nested === undefined || existing.kind === 'leaf'))
    ) {
      scope.report(here, `"${target}" is mapped twice`, `“${target}”重复映射`, { rule: 'target.twice' })
    } else if (nested !== undefined)
      plant(grow(holder, last, here) ?? holder, nested, scope, [...here, 'fields'])
    else holder.members.set(last, { kind: 'leaf', data: expression, at: here })
  }
}

/** The branch below `parent`; undefined when a leaf stands there. */
function grow(parent: Branch | undefined, name: string, at: Path): Branch | undefined {
  const existing = parent?.members.get(name)
  if (parent === undefined || existing?.kind === 'leaf') return undefined
  if (existing !== undefined) return existing
  const branch: Branch = { kind: 'branch', members: new Map(), at }
  parent.members.set(name, branch)
  return branch
}

/** The members of a plain `{ fields: … }`, which is the same as dotted targets. */
function nestedFields(expression: unknown): unknown {
  if (typeof expression !== 'object' || expression === null || Object.keys(expression).length !== 1)
    return undefined
  return (expression as { fields?: unknown }).fields
}

function compileBranch(
  branch: Branch,
  scope: Scope,
  fields: readonly Field[] | undefined,
  prefix: string,
  labels: Map<string, Label>,
  root: readonly Field[] | undefined,
): Pick<Group, 'fill' | 'failMissing'> {
  const slots: Slot[] = []
  for (const name of order(branch, fields)) {
    const node = branch.members.get(name)
    if (node === undefined) continue
    const field = fields?.find((each) => each.name === name)
    if (fields !== undefined && field === undefined) {
      const hint = suggest(
        name,
        fields.map((each) => each.name),
      )
      scope.report(
        node.at,
        `the target has no field "${prefix}${name}"${hint.en}`,
        `目标没有字段“${prefix}${name}”${hint.zh}`,
        { rule: 'target.unknown' },
      )
      continue
    }
    const path = prefix + name
    slots.push(
      node.kind === 'leaf'
        ? leafSlot(node, scope, field, path, labels)
        : branchSlot(node, scope, field, path, labels),
    )
  }
  for (const field of fields ?? []) {
    if (field.req !== 'Y' || branch.members.has(field.name)) continue
    scope.report(
      branch.at,
      `required target "${prefix}${field.name}" is not mapped`,
      `必填目标“${prefix}${field.name}”（${field.zh}）未映射`,
      { rule: 'target.required', related: placesOf(field) },
    )
  }
  const certificates = fields === undefined ? [] : compileCertificates(fields, root)
  const pathOf = (path: string, run: Run): string => labels.get(prefix + path)?.(run) ?? prefix + path
  return assemble(slots, certificates, pathOf)
}

function placesOf({ place, name, zh }: Field): NonNullable<Problem['related']> {
  return place === undefined ? [] : [{ ...place, en: `target "${name}"`, zh: `目标“${zh}”` }]
}

/** Targets in the order of the schema (XML is written in it), unknown ones last. */
function order(branch: Branch, fields: readonly Field[] | undefined): string[] {
  const known = (fields ?? []).map((field) => field.name).filter((name) => branch.members.has(name))
  return [...new Set([...known, ...branch.members.keys()])]
}

function assemble(
  slots: readonly Slot[],
  certificates: readonly Certificate[],
  pathOf: (path: string, run: Run) => string,
): Pick<Group, 'fill' | 'failMissing'> {
  const required = slots.filter(({ field }) => field?.req === 'Y')
  const fill = (item: unknown, run: Run): Record<string, unknown> | undefined => {
    const result: Record<string, unknown> = {}
    let count = 0
    let missing = 0
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot
      const value = slot.read(item, run)
      if (typeof value === 'string' ? value === '' : isEmpty(value)) {
        if (slot.field?.req === 'Y') missing++
        continue
      }
      result[slot.name] = value
      count++
    }
    if (count === 0) return undefined
    if (missing > 0) for (const slot of required) if (isEmpty(result[slot.name])) slot.failMissing(run)
    for (let i = 0; i < certificates.length; i++) certificates[i]?.(result, run, pathOf)
    return result
  }
  const failMissing = (run: Run): boolean => {
    for (const slot of required) slot.failMissing(run)
    return required.length > 0
  }
  return { fill, failMissing }
}

function branchSlot(
  node: Branch,
  scope: Scope,
  field: Field | undefined,
  path: string,
  labels: Map<string, Label>,
): Slot {
  const isOpen = field === undefined || field.type.kind === 'any'
  if (!isOpen && field.type.kind !== 'object') {
    scope.report(node.at, `"${path}" is not an object`, `“${path}”不是对象`)
  }
  const inner = compileBranch(node, scope, isOpen ? undefined : field.fields, `${path}.`, labels, undefined)
  return {
    name: path.slice(path.lastIndexOf('.') + 1),
    field,
    read: inner.fill,
    failMissing: (run) => {
      if (!inner.failMissing(run) && field !== undefined) failRequired(run, path, field)
    },
  }
}

function leafSlot(
  node: Leaf,
  scope: Scope,
  field: Field | undefined,
  path: string,
  labels: Map<string, Label>,
): Slot {
  const target = scope.target && [...scope.target, path]
  const into = joinPath(scope.into, path)
  const compiled = scope.compile(node.data, { ...scope, target, into }, node.at, field)
  const { line } = scope.report.placeOf(node.at)
  const { sources, isOptional, kind } = compiled.facts
  // of a value nothing is known of it is not known either whether it comes
  const isCertain = !isOptional && kind !== 'any'
  noteOrigin(scope, into, { sources, kind: compiled.kind ?? '', line, isCertain })
  const label = target === undefined ? compiled.label : compileLabel(target)
  if (label !== undefined) labels.set(path, label)
  return {
    name: path.slice(path.lastIndexOf('.') + 1),
    field,
    read: readLeaf({ ...compiled, label }, field, path),
    failMissing: (run) => {
      if (field !== undefined) failRequired(run, label?.(run) || path, field)
    },
  }
}

/** A target may be met by several lists of a `concat`: it comes from all of them. */
function noteOrigin({ findings: { origins } }: Scope, path: string, origin: Origin): void {
  const earlier = origins.get(path) ?? { sources: [], isCertain: true }
  const sources = [...new Set([...earlier.sources, ...origin.sources])]
  origins.set(path, { ...origin, sources, isCertain: earlier.isCertain && origin.isCertain })
}

function readLeaf(compiled: Compiled, field: Field | undefined, path: string): Read {
  const { read, label } = compiled
  if (field === undefined || isAccepted(compiled, field)) {
    return (item, run) => {
      const mark = run.issues.length
      const value = read(item, run)
      if (run.issues.length > mark) placeUnplaced(run, mark, path)
      return value
    }
  }
  const judged = field.codes !== undefined && field.codes === compiled.codes
  const accept = compileAccept(judged ? { ...field, codes: undefined } : field)
  const plain = field.type.kind === 'text' && isUnruled(field) ? field.type.max : -1
  return (item, run) => {
    const mark = run.issues.length
    const value = read(item, run)
    if (isPlainText(value, plain)) return value
    if (value === INVALID) placeUnplaced(run, mark, path)
    if (value === INVALID || isAbsent(value)) return value
    const before = run.issues.length
    const result = accept(value, run)
    if (run.issues.length > before) prefixIssues(run, before, label?.(run) || path)
    return result
  }
}

/** Structures were accepted where they arose, and a date was just written in the very format of its field. */
function isAccepted({ kind, facts }: Compiled, field: Field): boolean {
  const { type } = field
  if (type.kind === 'object' || type.kind === 'list') return true
  return kind === 'date' && 'format' in type && type.format === facts.format && isUnruled(field)
}

/** Issues of a value that came from no source path are told at the target. */
function placeUnplaced(run: Run, mark: number, path: string): void {
  for (let i = mark; i < run.issues.length; i++) {
    const issue = run.issues[i]
    if (issue?.path === '') run.issues[i] = { ...issue, path }
  }
}

function isUnruled({ min, pattern, values, codes, check }: Field): boolean {
  return [min, pattern, values, codes, check].every((rule) => rule === undefined)
}
