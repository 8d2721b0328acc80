// Runs the mapping of a case over what the case gives.
import { isDeepStrictEqual } from 'node:util'
import { QiaoError } from '../errors.ts'
import { compareCase, told } from './case-difference.ts'
import type { CaseFile } from './case-file.ts'
import { encodeText } from './format/charset.ts'
import { misfits } from './given.ts'
import type { Intake } from './intake.ts'
import type { Library } from './library.ts'
import type { Outbound } from './outbound.ts'
import type { MapContext } from './run.ts'

/** Meta values of a case that does not give its own. */
const defaults: MapContext['meta'] = {
  messageId: '01JNCASE000000000000000000',
  acceptedAt: '2026-03-02 09:30:00',
  now: '2026-03-02 09:30:00',
}

/** What the mapping makes of a case. Throws QiaoError when it refuses it, or when the case gives what nobody sends. */
export async function applyCase(library: Library, mapping: string, row: CaseFile): Promise<unknown> {
  const intake = library.intake(mapping)
  if (intake !== undefined) return applyIntake(library, intake, mapping, row)
  const outbound = library.outbound(mapping)
  return outbound === undefined ? undefined : applyOutbound(library, outbound, row)
}

const types = {
  json: 'application/json',
  xml: undefined,
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
} as const

/** What is accepted must be a document its sender's field table allows. */
async function applyIntake(
  library: Library,
  intake: Intake,
  mapping: string,
  row: CaseFile,
): Promise<unknown> {
  const source = mapping.split('/')[0] ?? ''
  const context: MapContext = { meta: { ...defaults, source, ...row.meta }, steps: row.steps ?? {} }
  const text = row.text ?? (intake.format === 'json' ? JSON.stringify(row.given) : String(row.given))
  const declared = /^<\?xml[^>]*encoding="(gbk|gb18030)"/i.exec(text)?.[1]?.toLowerCase()
  const body = encodeText(text, declared === 'gbk' || declared === 'gb18030' ? declared : 'utf-8')
  const run = intake.parse(body, types[intake.format], context)
  const schema = library.schemas.get(intake.from)
  const issues = schema && row.error === undefined ? misfits(schema, intake, run.root, context) : []
  const records = await intake.convert(run)
  if (issues.length > 0) {
    throw new QiaoError('message.invalid', { detail: `given is no valid ${intake.from}`, issues })
  }
  return Array.isArray(row.expect) || records.length !== 1
    ? records.map((record) => record.value)
    : records[0]?.value
}

/** `given` must itself be an exact canonical value, or the case would prove nothing. */
async function applyOutbound(library: Library, outbound: Outbound, row: CaseFile): Promise<unknown> {
  const name = row.type ?? outbound.from[0] ?? ''
  const type = library.types.get(name)
  const base: MapContext = { meta: { ...defaults, ...row.meta }, steps: row.steps ?? {} }
  const checked = type?.validate(row.given, base)
  if (checked !== undefined && checked.issues.length > 0 && row.error === undefined) {
    throw new QiaoError('message.invalid', {
      detail: `given is no valid ${name}`,
      issues: checked.issues,
    })
  }
  if (checked !== undefined && row.error === undefined && !isDeepStrictEqual(checked.value, row.given)) {
    throw new QiaoError('message.invalid', {
      detail: `given is no exact ${name}: ${told(compareCase(checked.value, row.given)[0])}`,
    })
  }
  const value = row.given as Record<string, unknown>
  const meta = { type: name, key: type?.keyOf(value) ?? '', source: 'housing', ...base.meta }
  return outbound.apply(value, { ...base, meta })
}
