// Rules over a whole document: fields required together, and comparisons between fields.
import { z } from 'zod'
import type { Path } from '../../yaml.ts'
import { type Condition, compileCondition, conditionPaths, type Fail, isUndecided } from '../condition.ts'
import { compilePath } from '../path.ts'
import { attempt, pathAt, Refusal, type Report } from '../problems.ts'
import { fail, type Run } from '../run.ts'
import { isEmpty } from './faults.ts'
import { checkProspects } from './prospects.ts'
import { resolveSteps, type Shape } from './shape.ts'

/** Shape of `rules:` in a schema file. */
export const ruleShape = z.strictObject({
  when: z.record(z.string(), z.unknown()).optional(),
  require: z.array(z.string()).min(1).optional(),
  any: z.literal(true).optional(),
  check: z.record(z.string(), z.unknown()).optional(),
  path: z.string().optional(),
  zh: z.string(),
  en: z.string(),
})
type RuleRow = z.infer<typeof ruleShape>

/** Judges a document; `pathOf` gives the issue path of a field named by its dotted path. */
export type Rule = (document: unknown, run: Run, pathOf: (path: string, run: Run) => string) => void

/** Thrown as a Refusal at a place of the file. */
export const refuse: (at: Path) => Fail = (at) => (en, zh, inside) => {
  throw new Refusal([...at, ...(inside ?? [])], en, zh ?? en)
}

/** Compiles rules; faults, also paths the schema lacks, are reported. */
export function compileRules(rows: readonly RuleRow[], shape: Shape, report: Report, at: Path): Rule[] {
  return rows.flatMap((row, i): Rule[] =>
    attempt<Rule[]>(report, [], () => {
      const here = [...at, i]
      if ((row.require === undefined) === (row.check === undefined)) {
        throw new Refusal(here, 'a rule has either require or check', '规则应有 require 或 check 之一')
      }
      for (const { path, at: place } of conditionPaths(row.when, [...here, 'when']))
        lookUp(path, shape, report, place)
      checkProspects(row.when, () => shape, report, [...here, 'when'])
      checkProspects(row.check, () => shape, report, [...here, 'check'], true)
      for (const { path, at: place } of conditionPaths(row.check, [...here, 'check']))
        lookUp(path, shape, report, place)
      for (const [j, path] of (row.require ?? []).entries())
        lookUp(path, shape, report, [...here, 'require', j])
      if (row.path !== undefined) lookUp(row.path, shape, report, [...here, 'path'])
      return [row.require === undefined ? compileCheck(row, here) : compileRequire(row, row.require, here)]
    }),
  )
}

/** Reports a path that the shape does not have; a text that is no path is refused. */
export function lookUp(path: string, shape: Shape, report: Report, at: Path): void {
  const result = resolveSteps(shape, pathAt(path, at).steps)
  if (!result.found) report(at, result.en, result.zh)
}

function compileWhen(row: RuleRow, at: Path): Condition | undefined {
  return row.when === undefined ? undefined : compileCondition(row.when, refuse([...at, 'when']))
}

function reads(data: unknown): { read: (value: unknown) => unknown; ordered: boolean }[] {
  return conditionPaths(data).map(({ path, ordered }) => ({ read: compilePath(path), ordered }))
}

/** `check` must hold; a comparison that lacks a side, or meets a value already reported, is not judged. */
function compileCheck(row: RuleRow, at: Path): Rule {
  const when = compileWhen(row, at)
  const check = compileCondition(row.check, refuse([...at, 'check']))
  const paths = [...reads(row.check), ...reads(row.when)]
  const target = row.path ?? conditionPaths(row.check)[0]?.path ?? ''
  return (document, run, pathOf) => {
    if ((when !== undefined && !when(document)) || check(document) || isUndecided(paths, document)) return
    fail(run, pathOf(target, run), 'rule', row.zh, row.en)
  }
}

function compileRequire(row: RuleRow, paths: readonly string[], at: Path): Rule {
  const when = compileWhen(row, at)
  const conditions = reads(row.when)
  const fields = paths.map((path) => ({ path, read: compilePath(path) }))
  return (document, run, pathOf) => {
    if (when !== undefined && !when(document)) return
    const missing = fields.filter(({ read }) => isEmpty(read(document)))
    if (missing.length === 0 || (row.any === true && missing.length < fields.length)) return
    if (isUndecided(conditions, document)) return
    for (const { path } of row.any === true ? missing.slice(0, 1) : missing) {
      fail(run, pathOf(path, run), 'required', row.zh, row.en)
    }
  }
}
