// A field table as JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it): what a department's developer may generate
// code from. It says what a sender should write; the hub itself is more patient (numbers as text, full-width digits).
import { checks } from '../checks/table.ts'
import { exampleDate, isEpoch } from '../dates.ts'
import type { JsonSchema } from '../editor/json-schema.ts'
import type { CodeTable } from './codes.ts'
import { elementOf, type Field } from './field.ts'
import type { Holds } from './holds.ts'
import type { Schema } from './schema.ts'

/** How code tables are shown: in place, unless the caller keeps them elsewhere and gives a reference. */
export type CodesOf = (table: CodeTable) => JsonSchema

/** The JSON Schema of a document of this schema. */
export function jsonSchemaOf(schema: Schema, codesOf: CodesOf = codesSchema): JsonSchema {
  return {
    title: schema.title,
    ...objectSchema(schema.fields, codesOf),
    ...(schema.root === undefined ? {} : { xml: { name: schema.root } }),
  }
}

/** The codes of a table with their labels; codes with dates say when they are in force. */
export function codesSchema(table: CodeTable): JsonSchema {
  return {
    title: table.title,
    type: 'string',
    oneOf: [...table.codes].map(([code, { zh, en, from, until }]) => ({
      const: code,
      title: en === undefined ? zh : `${zh} / ${en}`,
      ...(from === undefined && until === undefined ? {} : { description: inForce(from, until) }),
    })),
  }
}

function inForce(from: string | undefined, until: string | undefined): string {
  const zh = [
    ...(from === undefined ? [] : [`自 ${from} 起`]),
    ...(until === undefined ? [] : [`至 ${until} 止（不含）`]),
  ]
  const en = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`before ${until}`]),
  ]
  return `有效期${zh.join('')} / in force ${en.join(' ')}`
}

function objectSchema(fields: readonly Field[] | undefined, codesOf: CodesOf): JsonSchema {
  if (fields === undefined) return { type: 'object' }
  const required = fields.filter(({ req }) => req === 'Y').map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, codesOf)])),
    ...(required.length === 0 ? {} : { required }),
  }
}

function fieldSchema(field: Field, codesOf: CodesOf): JsonSchema {
  const { name, zh, req, personal, holds, check } = field
  return {
    ...(zh === name || zh === '' ? {} : { title: zh }),
    ...(holds === undefined ? valueSchema(field, codesOf) : textSchema(field, holds, codesOf)),
    ...(name.startsWith('@') ? { xml: { name: name.slice(1), attribute: true } } : {}),
    ...(req === 'C' ? { 'x-required': 'conditional' } : {}),
    ...(check === undefined ? {} : checkWords(check)),
    ...(personal === undefined ? {} : { 'x-personal': personal }),
  }
}

function checkWords({ name, of }: NonNullable<Field['check']>): JsonSchema {
  const known = checks.get(name)
  const description =
    known === undefined
      ? `按 ${of} 的证件类型校验 / checked by the certificate type in ${of}`
      : `${known.zh}时拒收 / refused when it ${known.en}`
  return { 'x-check': name, description }
}

function valueSchema(field: Field, codesOf: CodesOf): JsonSchema {
  const { type, min, pattern, values, codes } = field
  switch (type.kind) {
    case 'object':
      return objectSchema(field.fields, codesOf)
    case 'list': {
      const least = min ?? (field.req === 'Y' ? 1 : undefined)
      return {
        type: 'array',
        items:
          field.item === undefined
            ? objectSchema(field.fields, codesOf)
            : fieldSchema(elementOf(field), codesOf),
        ...(least === undefined ? {} : { minItems: least }),
      }
    }
    case 'any':
      return {}
    case 'bool':
      return { type: 'boolean' }
    case 'int':
      return { type: 'integer', ...(min === undefined ? {} : { minimum: min }) }
    case 'decimal': {
      const bound = 10 ** (type.digits - type.scale)
      return {
        type: 'number',
        ...(min === undefined ? { exclusiveMinimum: -bound } : { minimum: min }),
        exclusiveMaximum: bound,
        'x-digits': type.digits,
        'x-scale': type.scale,
      }
    }
    case 'date':
    case 'datetime':
      return dateSchema(type.format)
    case 'text':
      if (codes !== undefined) return codesOf(codes)
      return {
        type: 'string',
        ...(min === undefined ? {} : { minLength: min }),
        maxLength: type.max,
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
        ...(values === undefined ? {} : { enum: [...values] }),
      }
  }
}

/** `format: date` where it is one; else a pattern that has the digits and signs of the format. */
function dateSchema(format: string): JsonSchema {
  if (isEpoch(format)) return { type: 'integer', minimum: 0, 'x-format': format }
  if (format === 'yyyy-MM-dd') return { type: 'string', format: 'date' }
  return { type: 'string', pattern: datePattern(format), 'x-format': format, examples: [exampleDate(format)] }
}

const parts: Readonly<Record<string, string>> = {
  yyyy: '\\d{4}',
  MM: '(0[1-9]|1[0-2])',
  dd: '(0[1-9]|[12]\\d|3[01])',
  HH: '([01]\\d|2[0-3])',
  mm: '[0-5]\\d',
  ss: '[0-5]\\d',
  SSS: '\\d{3}',
}

function datePattern(format: string): string {
  const pieces = [...format.matchAll(/yyyy|MM|dd|HH|mm|ss|SSS|'([^']*)'|[\s\S]/g)].map(([token, quoted]) => {
    return parts[token] ?? (quoted ?? token).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return `^${pieces.join('')}$`
}

const mediaTypes = {
  xml: 'application/xml',
  json: 'application/json',
  csv: 'text/csv',
  form: 'application/x-www-form-urlencoded',
} as const

/** A document inside a text. */
function textSchema(field: Field, holds: Holds, codesOf: CodesOf): JsonSchema {
  const inner = valueSchema(field, codesOf)
  return {
    type: 'string',
    ...(holds.max === undefined ? {} : { maxLength: holds.max }),
    ...(holds.encoding === 'base64' ? { contentEncoding: 'base64' } : {}),
    contentMediaType: `${mediaTypes[holds.format]}; charset=${holds.charset}`,
    contentSchema: holds.root === undefined ? inner : { ...inner, xml: { name: holds.root } },
  }
}
