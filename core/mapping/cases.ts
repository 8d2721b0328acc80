// Cases: examples beside each mapping that say what must come out, or which error. Run by tests and `qiao mapping test`.
import { isDeepStrictEqual } from 'node:util'
import { QiaoError } from '../errors.ts'
import type { Source } from '../yaml.ts'
import { applyCase } from './case-apply.ts'
import { type CaseDifference, compareCase, told } from './case-difference.ts'
import { type CaseFile, casesShape } from './case-file.ts'
import type { Library } from './library.ts'
import { sortSources } from './tree.ts'

/** Outcome of one case; `message` says why it failed, or what differed first; `differences` every place that differs. */
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
    return bad('a case has either expect or error / 用例应有 expect 或 error 之一')
  try {
    const result = await applyCase(library, mapping, row)
    if (row.error !== undefined) return bad('expected an error, but it was accepted / 应被拒绝，却被接受')
    if (isDeepStrictEqual(result, row.expect)) return good
    const found = compareCase(row.expect, result)
    return bad(told(found[0]), found)
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    if (row.error === undefined) return bad(refusal(error))
    if (matches(error, row.error)) return good
    return bad(`expected 应为 ${JSON.stringify(row.error)}\n${refusal(error)}`)
  }
}

/** A refusal, an issue a line. Issues never hold a value. */
function refusal({ code, detail, issues }: QiaoError): string {
  const lines = issues.map(({ path, rule, en, zh }) => `${path}: [${rule}] ${en} / ${zh}`)
  return [`refused 被拒绝: ${code}${detail === undefined ? '' : ` (${detail})`}`, ...lines].join('\n')
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
