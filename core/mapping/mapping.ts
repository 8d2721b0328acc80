// A mapping file: what it may hold, and its compilation to a conversion that both directions use.
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import { compileExpression } from './expression/expression.ts'
import { compileGroup } from './expression/group.ts'
import type { Findings, Group, MappingFunction, Scope } from './expression/scope.ts'
import { csvShape } from './format/csv.ts'
import type { Report } from './problems.ts'
import type { Run } from './run.ts'
import type { CodeTable } from './schema/codes.ts'
import type { Schema } from './schema/schema.ts'

/** Shape of `mappings/<system>/<name>.yaml`. */
export const mappingShape = z.strictObject({
  title: z.string().optional(),
  source: z.string().optional(),
  from: z.union([z.string(), z.array(z.string()).min(1)]),
  to: z.string(),
  format: z.enum(['json', 'xml', 'form', 'csv']).default('json'),
  charset: z.enum(['utf-8', 'gbk', 'gb18030']).optional(),
  /** how CSV is written: delimiter, quote, header line */
  csv: csvShape.optional(),
  split: z.string().min(1).optional(),
  group: z.array(z.string().min(1)).min(1).optional(),
  fields: z.record(z.string(), z.unknown()),
})
export type MappingFile = z.infer<typeof mappingShape>

/** What mappings are compiled against. */
export type Surroundings = {
  codes: ReadonlyMap<string, CodeTable>
  functions: Readonly<Record<string, MappingFunction>>
  report: Report
  /** other compilers of expressions and groups, for tools that look on */
  hooks?: Pick<Scope, 'compile' | 'group'>
}

/** Where a conversion starts: the shapes of document and item, and the label of the item. */
export type Start = Pick<Scope, 'root' | 'item' | 'prefix' | 'target' | 'depth' | 'loose' | 'isGroup'>

/** Converts one item and judges the result with the target's rules; issues are noted in the run. */
export type Convert = (item: unknown, run: Run) => Record<string, unknown>

/** Compiles the fields of a mapping against its target, and tells what was found out about them. */
export function compileConvert(
  file: MappingFile,
  target: Schema,
  start: Start,
  around: Surroundings,
): { convert: Convert; findings: Findings } {
  const findings: Findings = { origins: new Map(), lookups: [], tables: new Set() }
  const { hooks = { compile: compileExpression, group: compileGroup }, ...rest } = around
  const scope: Scope = { ...start, ...rest, ...hooks, findings, into: '', outer: undefined }
  const group = hooks.group(file.fields, scope, ['fields'], target.fields, true)
  const { rules } = target
  const pathOf = (path: string, run: Run): string => findLabel(group, path, run)
  const convert: Convert = (item, run) => {
    run.items[start.depth] = item
    const result = group.fill(item, run)
    if (result === undefined) {
      group.failMissing(run)
      return {}
    }
    for (let i = 0; i < rules.length; i++) rules[i]?.(result, run, pathOf)
    return result
  }
  return { convert, findings }
}

/** The sender's path of a target; of an object, the place most of its members come from. */
function findLabel(group: Group, path: string, run: Run): string {
  const own = group.labels.get(path)?.(run)
  if (own !== undefined && own !== '') return own
  const members = [...group.labels]
    .filter(([name]) => name.startsWith(`${path}.`))
    .map(([, label]) => label(run))
  let shared = ''
  for (const member of members) {
    for (let end = member.indexOf('.'); end >= 0; end = member.indexOf('.', end + 1)) {
      const start = member.slice(0, end)
      const count = members.filter((other) => other.startsWith(`${start}.`)).length
      if (count * 2 > members.length && start.length > shared.length) shared = start
    }
  }
  return shared || path
}

/** The result, unless issues were noted: then the message is refused; the same complaint about the same place is told once. */
export function assertValid<T>(run: Run, result: T): T {
  if (run.issues.length === 0) return result
  const seen = new Map(run.issues.map((issue) => [`${issue.path} ${issue.rule}`, issue]))
  throw new QiaoError('message.invalid', { issues: [...seen.values()] })
}
