// Intake: a department's bytes become canonical records, all of them or none.
import { QiaoError } from '../errors.ts'
import { settle } from './expression/formula.ts'
import type { RowGroup } from './expression/grouping.ts'
import type { Findings } from './expression/scope.ts'
import { carries, type Format, parseDocument, type ReadOptions } from './format/format.ts'
import { assertValid, compileConvert, type MappingFile, type Surroundings } from './mapping.ts'
import { Refusal } from './problems.ts'
import { createRun, type MapContext, type Run } from './run.ts'
import type { CanonicalType } from './schema/canonical.ts'
import type { Schema } from './schema/schema.ts'
import { compileSplit } from './split.ts'

/** One accepted record in canonical form. */
export type CanonicalRecord = {
  type: string
  /** business key that keeps its order, mostly the case number */
  key: string
  /** unique within the type */
  deduplication: string
  /** the item it is about (事项), where the type declares it and the document has it */
  item?: string | undefined
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
  /** The first half of accept: the document, as `root` of a run. */
  parse(body: Buffer, contentType: string | undefined, context: MapContext): Run
  /** The same for a document that was read already. Documents that fields hold as text are opened. */
  begin(document: unknown, context: MapContext): Run
  /** The second half: what the document of a run becomes. */
  convert(run: Run): CanonicalRecord[] | Promise<CanonicalRecord[]>
}

/** Compiles an intake mapping. */
export function compileIntake(
  name: string,
  file: MappingFile,
  from: Schema,
  to: CanonicalType,
  around: Surroundings,
): Intake {
  const { format, charset } = file
  checkOptions(file)
  const loose = format === 'xml'
  const { open } = from
  const reading: ReadOptions = {
    namespace: from.namespace,
    csv: file.csv,
    columns: from.fields.map((field) => field.name),
  }
  const splitting = compileSplit(file, from, loose, around.report)
  const { convert, findings } = compileConvert(file, to, splitting.start, around)
  const toRecords = (items: readonly unknown[], run: Run): CanonicalRecord[] =>
    items.map((item, i) => {
      run.indexes[0] = file.group === undefined ? i : ((item as RowGroup).positions[0] ?? i)
      return toRecord(convert(item, run), to)
    })
  const begin: Intake['begin'] = (document, context) => {
    const run = createRun(document, context)
    if (open === undefined) return run
    run.root = open(document, run)
    return assertValid(run, run)
  }
  const parse: Intake['parse'] = (body, contentType, context) => {
    if (!carries(format, contentType)) throw new QiaoError('body.type', { detail: `expected ${format}` })
    const document = parseDocument(format, body, contentType, charset, reading)
    if (loose && from.root !== undefined && document.root !== from.root) {
      throw new QiaoError('body.xml', { detail: `the root element must be ${from.root}` })
    }
    return begin(document.value, context)
  }
  const convertAll: Intake['convert'] = (run) => {
    const records = settle(run, () => toRecords(splitting.take(run.root, run), run))
    return records instanceof Promise
      ? records.then((later) => assertValid(run, later))
      : assertValid(run, records)
  }
  return {
    name,
    from: from.name,
    to: to.name,
    format,
    split: file.split,
    ...findings,
    parse,
    begin,
    convert: convertAll,
    accept: (body, contentType, context) => convertAll(parse(body, contentType, context)),
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
  return {
    type: to.name,
    key: to.keyOf(value),
    deduplication: to.deduplicationOf(value),
    item: to.coverage?.itemOf(value),
    value,
  }
}
