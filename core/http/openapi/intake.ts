// One operation for every message of every department: its request body is the department's own field table.
import type { ErrorCode } from '../../errors.ts'
import type { Bundle } from '../../flow/bundle.ts'
import type { System } from '../../flow/system.ts'
import { writeText } from '../../mapping/format/format.ts'
import type { Intake } from '../../mapping/intake.ts'
import { exampleOf } from '../../mapping/schema/example.ts'
import { codesSchema, jsonSchemaOf } from '../../mapping/schema/json-schema.ts'
import type { Schema } from '../../mapping/schema/schema.ts'
import { answer, type Json, type Problems, ref, signed } from './parts.ts'

const mediaTypes: Readonly<Record<Intake['format'], string>> = {
  json: 'application/json',
  xml: 'application/xml',
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
}

/** What any signed request may be refused with. */
export const signedCodes: readonly ErrorCode[] = [
  'auth.missing',
  'auth.unknown-key',
  'auth.algorithm',
  'auth.skew',
  'auth.signature',
]

const common: readonly ErrorCode[] = [
  ...signedCodes,
  'auth.replay',
  'auth.forbidden',
  'body.too-large',
  'body.incomplete',
  'body.type',
  'body.encoding',
  'body.unsafe',
  'message.invalid',
  'message.conflict',
  'hub.busy',
  'hub.unproved',
  'hub.full',
]

/** Paths of all intake operations, and the schemas they refer to. */
export function intakePaths(
  { systems, library }: Bundle,
  problems: Problems,
  today: string,
): { paths: Record<string, Json>; schemas: Record<string, Json> } {
  const paths: Record<string, Json> = {}
  const schemas: Record<string, Json> = {}
  for (const system of systems.values()) {
    for (const [message, mapping] of Object.entries(system.messages)) {
      const intake = library.intake(mapping)
      const schema = intake && library.schemas.get(intake.from)
      if (!intake || !schema) continue
      const name = componentName(schema.name)
      schemas[name] ??= jsonSchemaOf(schema, (table) => {
        const codes = `codes.${table.name}`
        schemas[codes] ??= codesSchema(table)
        return ref('schemas', codes)
      })
      const title = library.types.get(intake.to)?.title ?? intake.to
      const document = exampleOf(schema, today)
      paths[`/v1/${system.name}/${message}`] = {
        post: operation(system, message, `${system.title}：${title}`, intake, schema, document, problems),
      }
    }
  }
  return { paths, schemas }
}

function operation(
  system: System,
  message: string,
  summary: string,
  intake: Intake,
  schema: Schema,
  document: Json,
  problems: Problems,
): Json {
  const codes: ErrorCode[] = [...common]
  if (intake.format === 'json' || intake.format === 'xml') codes.push(`body.${intake.format}`)
  if (intake.split !== undefined) codes.push('body.empty')
  return {
    operationId: `post-${system.name}-${message}`,
    summary,
    tags: [system.name],
    security: signed,
    requestBody: {
      required: true,
      description: describeSplit(intake),
      content: { [mediaTypes[intake.format]]: media(intake, schema, document) },
    },
    responses: {
      202: answer('Accepted durably; one receipt for each message / 已受理，每条消息一份回执', 'Accepted'),
      ...problems.of(codes),
    },
  }
}

function describeSplit({ split, to }: Intake): string {
  if (split === undefined) return `one message of type ${to} / 一条 ${to} 消息`
  const where = split === '$' ? ['the list', '列表'] : [`\`${split}\``, `${split}`]
  return `a message of type ${to} for each element of ${where[0]}, all or none / ${where[1]}中每个元素一条 ${to} 消息，全部受理或全部拒收`
}

/** With `split: $` the body is a list of documents; in CSV each line is one. */
function media({ format, split }: Intake, schema: Schema, document: Json): Json {
  const one = ref('schemas', componentName(schema.name))
  if (format === 'csv') return { schema: { type: 'string', 'x-row': one } }
  if (format === 'xml') {
    return {
      schema: one,
      example: writeText('xml', document, { root: schema.root, layout: schema.layout, pretty: true }),
    }
  }
  return split === '$'
    ? { schema: { type: 'array', minItems: 1, items: one }, example: [document] }
    : { schema: one, example: document }
}

function componentName(schema: string): string {
  return schema.replaceAll('/', '.')
}
