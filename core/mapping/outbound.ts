// Outbound: a canonical value becomes the document a platform's schema asks for.

import { settle } from './expression/formula.ts'
import type { Findings } from './expression/scope.ts'
import type { Charset } from './format/charset.ts'
import type { CsvOptions, Format, Layout } from './format/format.ts'
import { assertValid, compileConvert, type MappingFile, type Start, type Surroundings } from './mapping.ts'
import { Refusal } from './problems.ts'
import { createRun, type MapContext, type Run } from './run.ts'
import type { CanonicalType } from './schema/canonical.ts'
import { checkColumns } from './schema/layout.ts'
import type { PersonalPath, Schema } from './schema/schema.ts'
import { shapeOf } from './schema/shape.ts'

export type Outbound = Findings & {
  /** `province/accept` */
  name: string
  /** canonical types it maps */
  from: readonly string[]
  /** platform schema */
  to: string
  format: Format
  charset: Charset
  /** XML root element */
  root: string | undefined
  /** what else encodeDocument needs to know of the schema */
  layout: Layout
  csv: CsvOptions | undefined
  /** where the result holds personal data; logs, evidence and screens mask these */
  personal: readonly PersonalPath[]
  /**
   * Converts, validates, and writes documents that fields hold as text. A promise only when the mapping holds `expr`; await it either way.
   * @throws QiaoError message.invalid with issues whose paths are the platform's (`ApplyerPageCode`)
   */
  apply(
    value: Record<string, unknown>,
    context: MapContext,
  ): Record<string, unknown> | Promise<Record<string, unknown>>
}

/** Compiles an outbound mapping. */
export function compileOutbound(
  name: string,
  file: MappingFile,
  from: readonly CanonicalType[],
  to: Schema,
  around: Surroundings,
): Outbound {
  checkFormat(file, to)
  const { fold } = to
  const finish = (result: Record<string, unknown>, run: Run): Record<string, unknown> => {
    assertValid(run, result)
    return fold === undefined ? result : assertValid(run, fold(result, run) as Record<string, unknown>)
  }
  const shape = shapeOf(...from.map((type) => type.fields))
  const start: Start = {
    root: shape,
    item: shape,
    prefix: [],
    target: [],
    depth: 0,
    loose: false,
    isGroup: false,
  }
  const { convert, findings } = compileConvert(file, to, start, around)
  return {
    name,
    from: from.map((type) => type.name),
    to: to.name,
    ...findings,
    format: file.format,
    charset: file.charset ?? 'utf-8',
    root: to.root,
    layout: to.layout,
    csv: file.csv,
    personal: to.personal,
    apply(value, context) {
      const run = createRun(value, context)
      const result = settle(run, () => convert(value, run))
      return result instanceof Promise ? result.then((later) => finish(later, run)) : finish(result, run)
    },
  }
}

function checkFormat({ format, csv }: MappingFile, { fields, layout }: Schema): void {
  if (csv !== undefined && format !== 'csv') {
    throw new Refusal(['csv'], 'csv belongs to format: csv', 'csv 选项只用于 format: csv')
  }
  if (format !== 'csv') return
  const rows = fields.find(({ name }) => name === layout.rows)
  checkColumns(rows?.fields ?? fields, ['format'])
}
