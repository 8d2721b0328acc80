// What is known about a document before it comes: looks paths up in field tables and says what was probably meant.

import { suggest } from '../../nearest.ts'
import type { Step } from '../path.ts'
import { elementOf, type Field } from './field.ts'

/** Field tables a value may follow (several for a mapping of several types); undefined when nothing is known. */
export type Shape = readonly Field[] | undefined

/** `isOptional`: a valid document may lack it; `isMany`: a wildcard makes a flat list of such fields. */
type Found = {
  found: true
  fields: readonly Field[] | undefined
  isOptional: boolean
  isMany: boolean
}
type Lost = { found: false; en: string; zh: string }

/** A shape: one pseudo object field per alternative. */
export function shapeOf(...alternatives: readonly (readonly Field[])[]): Shape {
  return alternatives.map((fields) => objectField(fields))
}

function objectField(fields: readonly Field[]): Field {
  return {
    name: '',
    zh: '',
    type: { kind: 'object' },
    req: 'Y',
    codes: undefined,
    check: undefined,
    min: undefined,
    pattern: undefined,
    personal: undefined,
    fields,
    item: undefined,
  }
}

/** Follows steps through a shape. `fields` are the fields found (undefined: reached something open). */
export function resolveSteps(shape: Shape, steps: readonly Step[]): Found | Lost {
  const isMany = steps.some((step) => step.kind === 'every')
  if (shape === undefined) return { found: true, fields: undefined, isOptional: true, isMany }
  let lost: Lost | undefined
  let isOptional = false
  const fields: Field[] = []
  for (const start of shape) {
    const result = follow(start, steps)
    if (!result.found) lost ??= result
    else if (result.fields === undefined) return result
    else {
      fields.push(...result.fields)
      isOptional ||= result.isOptional
    }
  }
  if (fields.length === 0 && lost !== undefined) return lost
  return { found: true, fields, isOptional: isOptional || lost !== undefined, isMany }
}

function follow(start: Field, steps: readonly Step[]): Found | Lost {
  const isMany = steps.some((step) => step.kind === 'every')
  let field = start
  let isOptional = false
  let isInside = false
  for (const step of steps) {
    if (field.type.kind === 'any' || (field.type.kind === 'object' && field.fields === undefined)) {
      return { found: true, fields: undefined, isOptional: true, isMany }
    }
    if (step.kind !== 'name') {
      if (field.type.kind !== 'list') return lose(`"${field.name}" is not a list`, `“${field.name}”不是列表`)
      // an element may be missing, what a wildcard finds is a list all the same
      isOptional ||= step.kind === 'index' && !isInside
      isInside ||= step.kind === 'every'
      field = elementOf(field)
      continue
    }
    if (field.type.kind === 'list') {
      return lose(
        `"${field.name}" is a list; write ${field.name}[*] or [0]`,
        `“${field.name}”是列表，应写 ${field.name}[*] 或 [0]`,
      )
    }
    const next = field.fields?.find((member) => member.name === step.name)
    if (next === undefined) return unknown(step.name, field)
    isOptional ||= !isInside && next.req !== 'Y'
    field = next
  }
  return { found: true, fields: [field], isOptional, isMany }
}

function unknown(name: string, field: Field): Lost {
  const hint = suggest(
    name,
    (field.fields ?? []).map((member) => member.name),
  )
  const inside =
    field.name === '' ? { en: '', zh: '' } : { en: ` in "${field.name}"`, zh: `（在“${field.name}”中）` }
  return lose(`there is no field "${name}"${inside.en}${hint.en}`, `没有字段“${name}”${inside.zh}${hint.zh}`)
}

function lose(en: string, zh: string): Lost {
  return { found: false, en, zh }
}
