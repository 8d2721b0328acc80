// An example document of a field table, made of its own words: labels for texts, first codes, a fixed day. Nothing of
// any person or case can be in it.
import { exampleDate, isEpoch } from '../dates.ts'
import type { CodeTable } from './codes.ts'
import { elementOf, type Field } from './field.ts'
import type { Schema } from './schema.ts'

/** The required members and enough others to show the structure; `today` (`yyyy-MM-dd`) decides which codes hold. */
export function exampleOf(schema: Pick<Schema, 'fields'>, today: string): Record<string, unknown> {
  return exampleObject(schema.fields, today)
}

function exampleObject(fields: readonly Field[], today: string): Record<string, unknown> {
  const members = fields
    .filter((field) => field.req === 'Y' || field.fields !== undefined)
    .map((field) => ({ field, value: exampleValue(field, today) }))
    .filter(({ field, value }) => value !== undefined && (field.req === 'Y' || !isEmptyObject(value)))
  return Object.fromEntries(members.map(({ field, value }) => [field.name, value]))
}

function exampleValue(field: Field, today: string): unknown {
  const { type, min, values, codes } = field
  // what a document inside a text looks like is told by its contentSchema
  if (field.holds !== undefined) return field.holds.encoding === 'base64' ? '' : '…'
  switch (type.kind) {
    case 'object':
      return exampleObject(field.fields ?? [], today)
    case 'list': {
      const one =
        field.fields === undefined
          ? exampleValue(elementOf(field), today)
          : exampleObject(field.fields, today)
      return one === undefined ? [] : Array.from({ length: Math.max(1, min ?? 1) }, () => one)
    }
    case 'bool':
      return true
    case 'int':
      return min ?? 1
    case 'decimal':
      return min ?? 0
    case 'date':
    case 'datetime':
      return isEpoch(type.format) ? Number(exampleDate(type.format)) : exampleDate(type.format)
    case 'text':
      if (codes !== undefined) return codeInForce(codes, today)
      if (values !== undefined) return [...values][0]
      return exampleText(field, type.max)
    case 'any':
      return {}
  }
}

/** The label, or zeros where a label does not fit; undefined when neither meets the pattern. */
function exampleText({ zh, min = 0, pattern }: Field, max: number): string | undefined {
  const label = Array.from(zh).slice(0, max).join('')
  const digits = '0'.repeat(Math.max(min, Math.min(max, 18)))
  return [label, digits, '0'.repeat(max <= 64 ? max : 1)].find(
    (text) => Array.from(text).length >= min && (pattern === undefined || pattern.test(text)),
  )
}

function codeInForce({ codes }: CodeTable, today: string): string | undefined {
  for (const [code, { from, until }] of codes) {
    if ((from === undefined || from <= today) && (until === undefined || today < until)) return code
  }
  return undefined
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  )
}
