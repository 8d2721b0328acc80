// Cases: examples beside each mapping that say what must come out, or which error. Run by tests and `qiao mapping test`.
import { isDeepStrictEqual } from 'node:util'
import { QiaoError } from '../errors.ts'
import type { Source } from '../yaml.ts'
import { type CaseFile, casesShape } from './case-file.ts'
import { differences } from './difference.ts'
import { encodeText } from './format/charset.ts'
import type { Intake } from './intake.ts'
import type { Library } from './library.ts'
import type { Outbound } from './outbound.ts'
import type { MapContext } from './run.ts'
import { sortSources } from './tree.ts'

/** One place where a result is not what the case says; an absent side is left out. */
export type CaseDifference = { path: string; expected?: unknown; got?: unknown }

/** Outcome of one case; `message` says what differed first, `differences` every place where the result differs. */
export type CaseResult = {
  mapping: string
  case: string
  file: string
  line: number
  ok: boolean
  message: string
  differences: readonly CaseDifference[]
}

/** One case, ready to run. */
export type Case = { mapping: string; case: string; file: string; line: number; run(): Promise<CaseResult> }

/** Meta values of a case that does not give its own. */
const defaults: MapContext['meta'] = {
  messageId: '01JNCASE000000000000000000',
  acceptedAt: '2026-03-02 09:30:00',
  now: '2026-03-02 09:30:00',
}

/** Every case of a tree that passed loadLibrary. */
export function listCases(library: Library, sources: readonly Source[]): Case[] {
  return [...sortSources(sources).cases].flatMap(([mapping, source]) =>
    casesShape.parse(source.data).map((row, i): Case => {
      const place = { mapping, case: row.case, file: source.file, line: source.at([i]).line }
      return { ...place, run: async () => ({ ...place, ...(await judge(library, mapping, row)) }) }
    }),
  )
}

/** Runs every case. */
export async function runCases(library: Library, sources: readonly Source[]): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  for (const each of listCases(library, sources)) results.push(await each.run())
  return results
}

type Verdict = Pick<CaseResult, 'ok' | 'message' | 'differences'>
const good: Verdict = { ok: true, message: '', differences: [] }
const bad = (message: string, found: readonly CaseDifference[] = []): Verdict => ({
  ok: false,
  message,
  differences: found,
})

async function judge(library: Library, mapping: string, row: CaseFile): Promise<Verdict> {
  if ((row.expect === undefined) === (row.error === undefined))
    return bad('a case has either expect or error')
  try {
    const result = await apply(library, mapping, row)
    if (row.error !== undefined) return bad('expected an error, but it was accepted')
    if (isDeepStrictEqual(result, row.expect)) return good
    const found = compare(row.expect, result)
    return bad(told(found[0]), found)
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const issues = error.issues.map(({ path, rule }) => `${path}: ${rule}`).join('; ')
    const text = `${error.code}${error.detail ? ` (${error.detail})` : ''}${issues ? `: ${issues}` : ''}`
    if (row.error === undefined) return bad(text)
    return matches(error, row.error) ? good : bad(`expected ${JSON.stringify(row.error)}, got ${text}`)
  }
}

function matches(error: QiaoError, wanted: NonNullable<CaseFile['error']>): boolean {
  if (wanted.code !== undefined && wanted.code !== error.code) return false
  if (wanted.path === undefined && wanted.rule === undefined) return true
  return error.issues.some(
    ({ path, rule }) =>
      (wanted.path === undefined || wanted.path === path) &&
      (wanted.rule === undefined || wanted.rule === rule),
  )
}

async function apply(library: Library, mapping: string, row: CaseFile): Promise<unknown> {
  const intake = library.intake(mapping)
  if (intake !== undefined) return applyIntake(intake, mapping, row)
  const outbound = library.outbound(mapping)
  return outbound === undefined ? undefined : applyOutbound(library, outbound, row)
}

const types = {
  json: 'application/json',
  xml: undefined,
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
} as const

async function applyIntake(intake: Intake, mapping: string, row: CaseFile): Promise<unknown> {
  const source = mapping.split('/')[0] ?? ''
  const context: MapContext = { meta: { ...defaults, source, ...row.meta }, steps: row.steps ?? {} }
  const text = row.text ?? (intake.format === 'json' ? JSON.stringify(row.given) : String(row.given))
  const declared = /^<\?xml[^>]*encoding="(gbk|gb18030)"/i.exec(text)?.[1]?.toLowerCase()
  const body = encodeText(text, declared === 'gbk' || declared === 'gb18030' ? declared : 'utf-8')
  const records = await intake.accept(body, types[intake.format], context)
  return Array.isArray(row.expect) || records.length !== 1
    ? records.map((record) => record.value)
    : records[0]?.value
}

/** `given` must itself be a valid canonical value, or the case would prove nothing. */
async function applyOutbound(library: Library, outbound: Outbound, row: CaseFile): Promise<unknown> {
  const name = row.type ?? outbound.from[0] ?? ''
  const type = library.types.get(name)
  const base: MapContext = { meta: { ...defaults, ...row.meta }, steps: row.steps ?? {} }
  const checked = type?.validate(row.given, base)
  if (checked !== undefined && checked.issues.length > 0 && row.error === undefined) {
    const [issue] = checked.issues
    throw new QiaoError('message.invalid', {
      detail: `given is no valid ${name}`,
      issues: issue ? checked.issues : [],
    })
  }
  if (checked !== undefined && row.error === undefined && !isDeepStrictEqual(checked.value, row.given)) {
    throw new QiaoError('message.invalid', {
      detail: `given is no exact ${name}: ${told(compare(checked.value, row.given)[0])}`,
    })
  }
  const value = row.given as Record<string, unknown>
  const meta = { type: name, key: type?.keyOf(value) ?? '', source: 'housing', ...base.meta }
  return outbound.apply(value, { ...base, meta })
}

/** Case values are made up, so they may be shown. */
function compare(wanted: unknown, result: unknown): CaseDifference[] {
  return differences(wanted, result, true).map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { expected: before }),
    ...(after === undefined ? {} : { got: after }),
  }))
}

function told(found: CaseDifference | undefined): string {
  const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
  return `${found?.path ?? ''}: expected ${show(found?.expected)}, got ${show(found?.got)}`
}
