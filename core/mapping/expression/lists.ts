// Expressions that build structure: `each`, `group` and `concat` (lists) and `fields` (an object).
import type { Path } from '../../yaml.ts'
import { Refusal } from '../problems.ts'
import { fail, INVALID, isAbsent, prefixIssues, type Run } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import { elementOf, type Field } from '../schema/field.ts'
import type { Shape } from '../schema/shape.ts'
import { compileWhen } from './choices.ts'
import { mergeFacts, unknown } from './facts.ts'
import { compileGrouping, groupShape, type RowGroup } from './grouping.ts'
import { type Compiled, compileSource, type Kind, type Read, type Scope, type Source } from './scope.ts'

/**
 * `{ each: items, where: <condition>, fields: {…} }`, or `value: <expr>`, or `flatten: <expr of a list>` whose lists are
 * put into one; paths inside start at the element, `^x` is a member of the item around it.
 */
export const each: Kind = {
  keys: ['each', 'where', 'fields', 'value', 'flatten'],
  compile: (data, scope, at, target) => {
    const source = compileSource(data.each, scope, [...at, 'each'])
    checkList(source, data.each, scope, [...at, 'each'])
    const isRows = scope.isGroup && data.each === 'rows'
    const positionsOf = isRows ? (item: unknown) => (item as RowGroup).positions : () => undefined
    return loop(data, scope, at, target, {
      ...source,
      item: elements(source.shape),
      isGroup: false,
      positionsOf,
    })
  },
}

/** `{ group: rows, by: [caseNo], fields: {…} }`: rows of equal values become one item with `first` and `rows`. */
export const group: Kind = {
  keys: ['group', 'by', 'where', 'fields', 'value', 'flatten'],
  compile: (data, scope, at, target) => {
    const source = compileSource(data.group, scope, [...at, 'group'])
    checkList(source, data.group, scope, [...at, 'group'])
    const { by } = data
    if (!Array.isArray(by) || by.length === 0 || !by.every((path) => typeof path === 'string')) {
      throw new Refusal([...at, 'by'], 'by is a list of paths of the row', 'by 应为行内路径的列表')
    }
    const row = elements(source.shape)
    const grouping = compileGrouping(by, row, scope.report, [...at, 'by'])
    const read: Read = (item, run) => {
      const found = source.read(item, run)
      return Array.isArray(found) ? grouping(found) : found
    }
    return loop(data, scope, at, target, {
      ...source,
      read,
      item: groupShape(row),
      isGroup: true,
      positionsOf: () => undefined,
    })
  },
}

const elements = (shape: Shape): Shape =>
  shape?.map((field) => (field.type.kind === 'list' ? elementOf(field) : field))

function checkList({ field }: Source, path: unknown, scope: Scope, at: Path): void {
  if (field === undefined || field.type.kind === 'list' || field.type.kind === 'any') return
  if (/\[\*\]/.test(String(path))) return
  scope.report(at, `"${field.name}" is not a list`, `“${field.name}”不是列表`, { rule: 'fit.type' })
}

/** What a loop runs over: its list, the shape of an item, and where the items of a group's rows stood. */
type Items = Source & {
  item: Shape
  isGroup: boolean
  positionsOf: (item: unknown) => readonly number[] | undefined
}

function loop(
  data: Record<string, unknown>,
  scope: Scope,
  at: Path,
  target: Field | undefined,
  source: Items,
): Compiled {
  const { depth, loose } = scope
  const inner: Scope = {
    ...scope,
    item: source.item,
    isGroup: source.isGroup,
    prefix: [...source.prefix, depth],
    target: scope.target && [...scope.target, depth],
    depth: depth + 1,
    into: `${scope.into}[*]`,
    outer: scope,
  }
  const where = data.where === undefined ? undefined : compileWhen(data.where, inner, [...at, 'where'])
  const build = compileElement(data, inner, at, target)
  const isFlat = data.flatten !== undefined
  // the sender counts its own rows, a platform those it gets
  const isSender = scope.target === undefined
  const read = (item: unknown, run: Run): unknown => {
    const found = source.read(item, run)
    if (isAbsent(found)) return undefined
    const list = Array.isArray(found) ? found : loose ? [found] : undefined
    if (list === undefined) return fail(run, source.label(run), 'type', '应为列表', 'must be a list')
    const positions = isSender
      ? source.isGroup
        ? firstPositions(list)
        : source.positionsOf(item)
      : undefined
    const result: unknown[] = []
    for (let i = 0; i < list.length; i++) {
      run.indexes[depth] = positions === undefined ? i : (positions[i] ?? i)
      run.items[depth + 1] = list[i]
      if (where !== undefined && !where(list[i])) continue
      const value = build(list[i], run)
      if (isFlat && Array.isArray(value)) for (const each of value) result.push(each)
      else if (!isAbsent(value)) result.push(value)
    }
    return result
  }
  const { sources, personal, origins, isOptional } = source.facts
  return {
    read,
    label: source.label,
    facts: { ...unknown, kind: 'list', sources, personal, origins, isOptional },
  }
}

const firstPositions = (groups: readonly unknown[]): number[] =>
  groups.map((each) => (each as RowGroup).positions[0] ?? 0)

function compileElement(
  data: Record<string, unknown>,
  inner: Scope,
  at: Path,
  target: Field | undefined,
): Read {
  const given = ['fields', 'value', 'flatten'].filter((key) => data[key] !== undefined)
  if (given.length !== 1) {
    throw new Refusal(
      at,
      'each has one of fields, value and flatten',
      'each 应有 fields、value、flatten 之一',
    )
  }
  if (data.fields !== undefined) {
    const fields = target?.type.kind === 'list' ? target.fields : undefined
    if (target !== undefined && target.type.kind !== 'any' && fields === undefined) {
      throw new Refusal([...at, 'fields'], 'the target is not a list of objects', '目标不是对象列表')
    }
    return inner.group(data.fields, inner, [...at, 'fields'], fields).fill
  }
  if (data.flatten !== undefined) {
    // the elements of the inner list are those of this one
    const scope = { ...inner, into: inner.into.slice(0, -3) }
    return inner.compile(data.flatten, scope, [...at, 'flatten'], target).read
  }
  return compileValue(data.value, inner, [...at, 'value'], target)
}

function compileValue(data: unknown, inner: Scope, at: Path, target: Field | undefined): Read {
  const item = target?.type.kind === 'list' ? elementOf(target) : undefined
  const value = inner.compile(data, inner, at, item)
  if (item === undefined || item.type.kind === 'object') return value.read
  const accept = compileAccept(item)
  return (element, run) => {
    const found = value.read(element, run)
    if (found === INVALID || isAbsent(found)) return found
    const mark = run.issues.length
    const accepted = accept(found, run)
    if (run.issues.length > mark) prefixIssues(run, mark, value.label?.(run) ?? '')
    return accepted
  }
}

/** `{ concat: [<expr of a list>, …] }`: several lists become one; absent ones fall out. */
export const concat: Kind = {
  keys: ['concat'],
  compile: (data, scope, at, target) => {
    if (!Array.isArray(data.concat) || data.concat.length === 0) {
      throw new Refusal([...at, 'concat'], 'a list of expressions is needed', '此处应为表达式列表')
    }
    const lists = data.concat.map((each, i) => scope.compile(each, scope, [...at, 'concat', i], target))
    const read = (item: unknown, run: Run): unknown => {
      const found = lists.map((list) => list.read(item, run)).filter((value) => !isAbsent(value))
      if (found.includes(INVALID)) return INVALID
      return found.length === 0 ? undefined : found.flat(1)
    }
    const facts = lists.map((list) => list.facts)
    const isOptional = facts.every((each) => each.isOptional)
    return {
      read,
      label: lists[0]?.label,
      facts: { ...unknown, ...mergeFacts(facts), kind: 'list', isOptional },
    }
  },
}

/** `{ fields: {…} }`: an object; all members absent → absent. */
export const object: Kind = {
  keys: ['fields'],
  compile: (data, scope, at, target) => {
    const isOpen = target === undefined || target.type.kind === 'any'
    if (!isOpen && target.type.kind !== 'object') {
      throw new Refusal([...at, 'fields'], 'the target is not an object', '目标不是对象')
    }
    const group = scope.group(data.fields, scope, [...at, 'fields'], isOpen ? undefined : target.fields)
    return {
      read: (item, run) => group.fill(item, run),
      facts: { ...unknown, kind: 'object', isOptional: true },
    }
  },
}
