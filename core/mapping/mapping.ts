// A mapping file: what it may hold, and its compilation to a conversion that both directions use.
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import type { CodeTable } from './codes.ts'
import { compileExpression } from './expression.ts'
import { compileGroup } from './group.ts'
import type { Report } from './problems.ts'
import type { Run } from './run.ts'
import type { Schema } from './schema.ts'
import type { MappingFunction, Scope } from './scope.ts'
import type { Shape } from './shape.ts'

/** Shape of `mappings/<system>/<name>.yaml`. */
export const mappingShape = z.strictObject({
  title: z.string().optional(),
  source: z.string().optional(),
  from: z.union([z.string(), z.array(z.string()).min(1)]),
  to: z.string(),
  format: z.enum(['json', 'xml', 'form']).default('json'),
  charset: z.enum(['utf-8', 'gbk', 'gb18030']).optional(),
  split: z.string().min(1).optional(),
  fields: z.record(z.string(), z.unknown()),
})
export type MappingFile = z.infer<typeof mappingShape>

/** What mappings are compiled against. */
export type Surroundings = {
  codes: ReadonlyMap<string, CodeTable>
  functions: Readonly<Record<string, MappingFunction>>
  report: Report
}

/** Where a conversion starts: the shapes of document and item, and the label of the item. */
export type Start = Pick<Scope, 'root' | 'item' | 'prefix' | 'depth' | 'loose'>

/** Converts one item and judges the result with the target's rules; issues are noted in the run. */
export type Convert = (item: unknown, run: Run) => Record<string, unknown>

/** Compiles the fields of a mapping against its target. */
export function compileConvert(
  file: MappingFile,
  target: Schema,
  start: Start,
  around: Surroundings,
): Convert {
  const scope: Scope = { ...start, ...around, compile: compileExpression, group: compileGroup }
  const group = compileGroup(file.fields, scope, ['fields'], target.fields, true)
  const { rules } = target
  return (item, run) => {
    const result = group.fill(item, run)
    if (result === undefined) {
      group.failMissing(run)
      return {}
    }
    const pathOf = (path: string): string => group.labels.get(path)?.(run) || path
    for (let i = 0; i < rules.length; i++) rules[i]?.(result, run, pathOf)
    return result
  }
}

/** Refuses the message when issues were noted. */
export function assertValid(run: Run): void {
  if (run.issues.length > 0) throw new QiaoError('message.invalid', { issues: run.issues })
}

/** A run that starts at the document's root. */
export function wholeDocument(root: Shape, loose: boolean): Start {
  return { root, item: root, prefix: [], depth: 0, loose }
}
