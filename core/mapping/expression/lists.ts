// Expressions that build structure: `each` (a list from a list) and `fields` (an object).

import { Refusal } from '../problems.ts'
import { fail, INVALID, isAbsent, prefixIssues, type Run } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import { elementOf } from '../schema/field.ts'
import { compileWhen } from './choices.ts'
import { unknown } from './facts.ts'
import { compileSource, type Kind, type Read, type Scope } from './scope.ts'

/** `{ each: items, where: <condition>, fields: {…} }` or `value: <expr>`; paths inside start at the element. */
export const each: Kind = {
  keys: ['each', 'where', 'fields', 'value'],
  compile: (data, scope, at, target) => {
    const source = compileSource(data.each, scope, [...at, 'each'])
    if (
      source.field !== undefined &&
      source.field.type.kind !== 'list' &&
      !/\[\*\]/.test(String(data.each))
    ) {
      if (source.field.type.kind !== 'any') {
        scope.report(
          [...at, 'each'],
          `"${source.field.name}" is not a list`,
          `“${source.field.name}”不是列表`,
        )
      }
    }
    const inner: Scope = {
      ...scope,
      item: source.shape?.map((field) => (field.type.kind === 'list' ? elementOf(field) : field)),
      prefix: [...source.prefix, scope.depth],
      target: scope.target && [...scope.target, scope.depth],
      depth: scope.depth + 1,
      into: `${scope.into}[*]`,
      outer: scope,
    }
    const where = data.where === undefined ? undefined : compileWhen(data.where, inner, [...at, 'where'])
    if ((data.fields === undefined) === (data.value === undefined)) {
      throw new Refusal(at, 'each has either fields or value', 'each 应有 fields 或 value 之一')
    }
    const build = compileElement(data, inner, at, target)
    const { depth, loose } = scope
    const read = (item: unknown, run: Run): unknown => {
      const found = source.read(item, run)
      if (isAbsent(found)) return undefined
      const list = Array.isArray(found) ? found : loose ? [found] : undefined
      if (list === undefined) return fail(run, source.label(run), 'type', '应为列表', 'must be a list')
      const result: unknown[] = []
      for (let i = 0; i < list.length; i++) {
        run.indexes[depth] = i
        run.items[depth + 1] = list[i]
        if (where !== undefined && !where(list[i])) continue
        const value = build(list[i], run)
        if (!isAbsent(value)) result.push(value)
      }
      return result
    }
    const { sources, personal, origins, isOptional } = source.facts
    return {
      read,
      label: source.label,
      facts: { ...unknown, kind: 'list', sources, personal, origins, isOptional },
    }
  },
}

function compileElement(
  data: Record<string, unknown>,
  inner: Scope,
  at: readonly (string | number)[],
  target: Parameters<Kind['compile']>[3],
): Read {
  if (data.fields !== undefined) {
    const fields = target?.type.kind === 'list' ? target.fields : undefined
    if (target !== undefined && target.type.kind !== 'any' && fields === undefined) {
      throw new Refusal([...at, 'fields'], 'the target is not a list of objects', '目标不是对象列表')
    }
    const group = inner.group(data.fields, inner, [...at, 'fields'], fields)
    return (item, run) => group.fill(item, run)
  }
  const item = target?.type.kind === 'list' ? elementOf(target) : undefined
  const value = inner.compile(data.value, inner, [...at, 'value'], item)
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
