// Whether the document of a case is one its sender's field table allows: an example that no department could send, or
// with a member the table does not tell of, proves nothing. Cases of refusals are not held against it: what they show
// may be just what the table forbids.
import type { Issue } from '../errors.ts'
import type { Intake } from './intake.ts'
import { type MapContext, prefixIssues } from './run.ts'
import { compileGather } from './schema/envelope.ts'
import type { Field } from './schema/field.ts'
import type { Schema } from './schema/schema.ts'

/** What of a parsed document its field table does not allow; empty when all is well. */
export function misfits(
  { fields, validate }: Schema,
  { split, format }: Pick<Intake, 'split' | 'format'>,
  parsed: unknown,
  context: MapContext,
): readonly Issue[] {
  const document = structuredClone(parsed)
  if (format === 'xml') compileGather(fields)?.(document)
  const items = split === '$' && Array.isArray(document) ? document : [document]
  return items.flatMap((item, i) => {
    const issues = [...validate(item, context).issues, ...strangers(item, fields, '')]
    if (split === '$') prefixIssues({ issues }, 0, `[${i}]`)
    return issues
  })
}

/** Members no field tells of; attributes and text of XML elements stand beside the fields. */
function strangers(value: unknown, fields: readonly Field[] | undefined, prefix: string): Issue[] {
  if (fields === undefined || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((each, i) => strangers(each, fields, `${prefix}[${i}]`))
  return Object.entries(value).flatMap(([name, member]): Issue[] => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const field = fields.find((each) => each.name === name)
    if (field !== undefined) return strangers(member, field.fields, path)
    if (/^[@#]/.test(name)) return []
    return [{ path, rule: 'undeclared', en: 'is not in the field table', zh: '不在字段表中' }]
  })
}
