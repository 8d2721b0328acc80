// Intake: a department's bytes become canonical records, all of them or none.
import { QiaoError } from '../errors.ts'
import { settle } from './expression/formula.ts'
import type { Findings } from './expression/scope.ts'
import { carries, type Format, parseDocument, type ReadOptions } from './format/format.ts'
import { assertValid, compileConvert, type MappingFile, type Start, type Surroundings } from './mapping.ts'
import { compileSteps, parsePath } from './path.ts'
import { Refusal } from './problems.ts'
import { createRun, fail, isAbsent, type MapContext, type Run } from './run.ts'
import type { CanonicalType } from './schema/canonical.ts'
import { elementOf } from './schema/field.ts'
import type { Schema } from './schema/schema.ts'
import { resolveSteps, shapeOf } from './schema/shape.ts'

/** One accepted record in canonical form. */
export type CanonicalRecord = {
  type: string
  /** business key that keeps its order, mostly the case number */
  key: string
  /** unique within the type */
  deduplication: string
  value: Record<string, unknown>
}

export type Intake = Findings & {
  /** `housing/acceptance` */
  name: string
  /** department schema */
  from: string
  /** canonical type */
  to: string
  format: Format
  /** path of the list whose elements are the records; `$`: the body is the list */
  split: string | undefined
  /**
   * Parses, converts and validates one request body. A promise only when the mapping holds `expr`; await it either way.
   * @throws QiaoError body.type, body.encoding, body.json, body.xml, body.csv, body.unsafe, body.empty, or
   * message.invalid with issues whose paths are the sender's (`records[3].idNo`)
   */
  accept(
    body: Buffer,
    contentType: string | undefined,
    context: MapContext,
  ): CanonicalRecord[] | Promise<CanonicalRecord[]>
}

/** Compiles an intake mapping. */
export function compileIntake(
  name: string,
  file: MappingFile,
  from: Schema,
  to: CanonicalType,
  around: Surroundings,
): Intake {
  const { format, charset, split } = file
  checkOptions(file)
  const loose = format === 'xml'
  const { open } = from
  const reading: ReadOptions = {
    namespace: from.namespace,
    csv: file.csv,
    columns: from.fields.map((field) => field.name),
  }
  const { convert, findings } = compileConvert(file, to, startOf(split, from, loose), around)
  const list = split === undefined ? undefined : compileSteps(parsePath(split).steps, loose)
  const takeItems = (document: unknown, run: Run): unknown[] => {
    if (list === undefined) return [document]
    const found = list(document)
    if (isAbsent(found)) throw new QiaoError('body.empty')
    const items = Array.isArray(found) ? found : loose ? [found] : undefined
    if (items === undefined)
      fail(run, split === '$' ? '' : (split ?? ''), 'type', '应为列表', 'must be a list')
    else if (items.length === 0) throw new QiaoError('body.empty')
    return items ?? []
  }
  const toRecords = (items: readonly unknown[], run: Run): CanonicalRecord[] =>
    items.map((item, i) => {
      run.indexes[0] = i
      return toRecord(convert(item, run), to)
    })
  return {
    name,
    from: from.name,
    to: to.name,
    format,
    split,
    ...findings,
    accept(body, contentType, context) {
      if (!carries(format, contentType)) throw new QiaoError('body.type', { detail: `expected ${format}` })
      const document = parseDocument(format, body, contentType, charset, reading)
      if (loose && from.root !== undefined && document.root !== from.root) {
        throw new QiaoError('body.xml', { detail: `the root element must be ${from.root}` })
      }
      const run = createRun(document.value, context)
      if (open !== undefined) {
        run.root = open(document.value, run)
        assertValid(run, undefined)
      }
      const records = settle(run, () => toRecords(takeItems(run.root, run), run))
      return records instanceof Promise
        ? records.then((later) => assertValid(run, later))
        : assertValid(run, records)
    },
  }
}

/** CSV is a list of rows, so it is always split. */
function checkOptions({ format, csv, split }: MappingFile): void {
  if (csv !== undefined && format !== 'csv') {
    throw new Refusal(['csv'], 'csv belongs to format: csv', 'csv 选项只用于 format: csv')
  }
  if (format === 'csv' && split !== '$') {
    throw new Refusal(
      ['format'],
      'CSV is a list of rows; write split: "$"',
      'CSV 是行的列表，应写 split: "$"',
    )
  }
}

function toRecord(value: Record<string, unknown>, to: CanonicalType): CanonicalRecord {
  return { type: to.name, key: to.keyOf(value), deduplication: to.deduplicationOf(value), value }
}

/** With `split` the items are list elements; `$` says the document itself is the list and the schema its element. */
function startOf(split: string | undefined, from: Schema, loose: boolean): Start {
  const root = shapeOf(from.fields)
  if (split === undefined) return { root, item: root, prefix: [], target: undefined, depth: 0, loose }
  if (split === '$') return { root: undefined, item: root, prefix: [0], target: undefined, depth: 1, loose }
  const found = resolveSteps(root, parsePath(split).steps)
  if (!found.found) throw new Refusal(['split'], found.en, found.zh)
  const [field] = found.fields ?? []
  if (field !== undefined && field.type.kind !== 'list') {
    throw new Refusal(['split'], `"${split}" is not a list`, `“${split}”不是列表`)
  }
  return {
    root,
    item: field === undefined ? undefined : [elementOf(field)],
    prefix: [split, 0],
    target: undefined,
    depth: 1,
    loose,
  }
}
