// Outbound: a canonical value becomes the document a platform's schema asks for.

import { settle } from './expression/formula.ts'
import type { Charset } from './format/charset.ts'
import type { Format } from './format/format.ts'
import { assertValid, compileConvert, type MappingFile, type Start, type Surroundings } from './mapping.ts'
import { createRun, type MapContext } from './run.ts'
import type { CanonicalType } from './schema/canonical.ts'
import type { PersonalPath, Schema } from './schema/schema.ts'
import { shapeOf } from './schema/shape.ts'

export type Outbound = {
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
  /** where the result holds personal data; logs, evidence and screens mask these */
  personal: readonly PersonalPath[]
  /**
   * Converts and validates. A promise only when the mapping holds `expr`; await it either way.
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
  const shape = shapeOf(...from.map((type) => type.fields))
  const start: Start = { root: shape, item: shape, prefix: [], target: [], depth: 0, loose: false }
  const convert = compileConvert(file, to, start, around)
  return {
    name,
    from: from.map((type) => type.name),
    to: to.name,
    format: file.format,
    charset: file.charset ?? 'utf-8',
    root: to.root,
    personal: to.personal,
    apply(value, context) {
      const run = createRun(value, context)
      const result = settle(run, () => convert(value, run))
      return result instanceof Promise
        ? result.then((later) => assertValid(run, later))
        : assertValid(run, result)
    },
  }
}
