// A schema: a field table with its rules, compiled to one pass of closures.
import { z } from 'zod'
import type { Issue } from '../../errors.ts'
import type { Source } from '../../yaml.ts'
import type { Layout } from '../format/layout.ts'
import { type Report, readShape } from '../problems.ts'
import { createRun, type MapContext, prefixIssues } from '../run.ts'
import { compileAccept } from './accept.ts'
import { type Certificate, checkCertificates, compileCertificates } from './certificate.ts'
import type { CodeTable } from './codes.ts'
import { type Conversion, compileFold, compileOpen } from './envelope.ts'
import { failRequired, isEmpty } from './faults.ts'
import { type Field, fieldShape, type PersonalClass, readFields } from './field.ts'
import { xmlKeys } from './holds.ts'
import { compileLayout } from './layout.ts'
import { compileRules, type Rule, ruleShape } from './rules.ts'
import { shapeOf } from './shape.ts'

/** Keys every schema file may have. */
export const schemaKeys = {
  title: z.string(),
  source: z.string().optional(),
  root: z.string().optional(),
  ...xmlKeys,
  fields: z.array(fieldShape).min(1),
  rules: z.array(ruleShape).optional(),
}

/** What a personal value is; `document`: the text of a whole document with personal data inside. */
export type PersonalMark = PersonalClass | 'document'

/** Where a document, as it is sent, holds personal data: `applicant.certNo`, `records[*].name`. */
export type PersonalPath = { path: string; class: PersonalMark }

export type Schema = {
  name: string
  title: string
  /** XML root element */
  root: string | undefined
  /** namespace the XML root element of a document that is read must have */
  namespace: string | undefined
  /** how documents are written */
  layout: Layout
  /** parses the documents that fields hold as text, in place; undefined when none does */
  open: Conversion | undefined
  /** writes them as text, in a copy; undefined when none does */
  fold: Conversion | undefined
  fields: readonly Field[]
  rules: readonly Rule[]
  personal: readonly PersonalPath[]
  /** Converts and validates a whole document; undeclared members fall off. Issue paths are the schema's own. */
  validate(value: unknown, context: MapContext): { value: Record<string, unknown>; issues: readonly Issue[] }
}

/** Reads a schema file. */
export function readSchema(
  name: string,
  source: Source,
  codes: ReadonlyMap<string, CodeTable>,
  report: Report,
): Schema | undefined {
  const data = readShape(source, z.strictObject(schemaKeys), report)
  return data === undefined ? undefined : compileSchema(name, data, codes, report)
}

/** Compiles the checked content of a schema or canonical file. */
export function compileSchema(
  name: string,
  data: z.infer<z.ZodObject<typeof schemaKeys>>,
  codes: ReadonlyMap<string, CodeTable>,
  report: Report,
): Schema {
  const fields = readFields(data.fields, codes, report, ['fields'])
  checkCertificates(fields, report, ['fields'])
  const rules = compileRules(data.rules ?? [], shapeOf(fields), report, ['rules'])
  return {
    name,
    title: data.title,
    root: data.root,
    namespace: data.namespace,
    layout: compileLayout(fields, data, report, []),
    open: compileOpen(fields),
    fold: compileFold(fields, report, ['fields']),
    fields,
    rules,
    personal: [...personalPaths(fields, '')],
    validate: compileValidate(fields, rules),
  }
}

function* personalPaths(fields: readonly Field[], prefix: string): Generator<PersonalPath> {
  for (const field of fields) {
    const path = `${prefix}${field.name}${field.type.kind === 'list' && !field.holds ? '[*]' : ''}`
    const inside = field.fields === undefined ? [] : [...personalPaths(field.fields, `${path}.`)]
    if (field.holds !== undefined) {
      // what is sent is one text: all of it is personal when anything inside is
      if (field.personal !== undefined || inside.length > 0) yield { path, class: 'document' }
      continue
    }
    if (field.personal !== undefined) yield { path, class: field.personal }
    yield* inside
  }
}

function compileValidate(fields: readonly Field[], rules: readonly Rule[]): Schema['validate'] {
  const members = fields.map((field) => ({ field, accept: compileAccept(field) }))
  const certificates: Certificate[] = compileCertificates(fields, fields)
  const same = (path: string): string => path
  return (value, context) => {
    const run = createRun(value, context)
    const document: Record<string, unknown> = {}
    const source = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
    for (const { field, accept } of members) {
      const mark = run.issues.length
      const found = source[field.name]
      const accepted = isEmpty(found) ? undefined : accept(found, run)
      if (run.issues.length > mark) prefixIssues(run, mark, field.name)
      if (accepted !== undefined) document[field.name] = accepted
      else if (field.req === 'Y') failRequired(run, field.name, field)
    }
    for (const certificate of certificates) certificate(document, run, same)
    for (const rule of rules) rule(document, run, same)
    return { value: document, issues: run.issues }
  }
}
