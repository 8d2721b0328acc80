// Which items of a document become records: the document itself, the elements of a list, or groups of its rows.
import { QiaoError } from '../errors.ts'
import { compileGrouping, groupShape } from './expression/grouping.ts'
import type { MappingFile, Start } from './mapping.ts'
import { compileSteps, parsePath } from './path.ts'
import { Refusal, type Report } from './problems.ts'
import { fail, isAbsent, type Run } from './run.ts'
import { elementOf } from './schema/field.ts'
import type { Schema } from './schema/schema.ts'
import { resolveSteps, type Shape, shapeOf } from './schema/shape.ts'

/** Where the conversion of an item starts, and the items of a document; what is no list is noted as an issue. */
export type Splitting = { start: Start; take(document: unknown, run: Run): readonly unknown[] }

/** Compiles `split` and `group` of an intake mapping. */
export function compileSplit(file: MappingFile, from: Schema, loose: boolean, report: Report): Splitting {
  const { split, group } = file
  const start = startOf(split, from, loose)
  if (group !== undefined && split === undefined) {
    throw new Refusal(
      ['group'],
      'group needs split: the list whose rows it groups',
      'group 需要 split 指明列表',
    )
  }
  if (split === undefined) return { start, take: (document) => [document] }
  const list = compileSteps(parsePath(split).steps, loose)
  const take = (document: unknown, run: Run): readonly unknown[] =>
    takeList(list(document), split, loose, run)
  if (group === undefined) return { start, take }
  const grouping = compileGrouping(group, start.item, report, ['group'])
  return {
    start: { ...start, item: groupShape(start.item), isGroup: true },
    take: (document, run) => grouping(take(document, run)),
  }
}

function takeList(found: unknown, split: string, loose: boolean, run: Run): readonly unknown[] {
  if (isAbsent(found)) throw new QiaoError('body.empty')
  const items = Array.isArray(found) ? found : loose ? [found] : undefined
  if (items === undefined) fail(run, split === '$' ? '' : split, 'type', '应为列表', 'must be a list')
  else if (items.length === 0) throw new QiaoError('body.empty')
  return items ?? []
}

/** With `split` the items are list elements; `$` says the document itself is the list and the schema its element. */
function startOf(split: string | undefined, from: Schema, loose: boolean): Start {
  const root = shapeOf(from.fields)
  const common = { target: undefined, loose, isGroup: false }
  if (split === undefined) return { ...common, root, item: root, prefix: [], depth: 0 }
  if (split === '$') return { ...common, root: undefined, item: root, prefix: [0], depth: 1 }
  return { ...common, root, item: elementShape(root, split), prefix: [split, 0], depth: 1 }
}

function elementShape(root: Shape, split: string): Shape {
  const found = resolveSteps(root, parsePath(split).steps)
  if (!found.found) throw new Refusal(['split'], found.en, found.zh)
  const [field] = found.fields ?? []
  if (field === undefined) return undefined
  if (field.type.kind === 'list') return [elementOf(field)]
  throw new Refusal(['split'], `"${split}" is not a list`, `“${split}”不是列表`)
}
