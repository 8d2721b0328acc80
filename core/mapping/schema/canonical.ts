// Canonical types: the hub's own standard form, a schema with the key that keeps order and the key that deduplicates.
import { z } from 'zod'
import type { Source } from '../../yaml.ts'
import { compilePath } from '../path.ts'
import { attempt, type Report, readShape } from '../problems.ts'
import { scalarText } from '../run.ts'
import type { CodeTable } from './codes.ts'
import { type Coverage, compileCoverage, coverageShape } from './coverage.ts'
import { lookUp } from './rules.ts'
import { compileSchema, type Schema, schemaKeys } from './schema.ts'
import { shapeOf } from './shape.ts'

/** Shape of `mappings/canonical/<type>.yaml`. */
export const canonicalShape = z.strictObject({
  ...schemaKeys,
  key: z.string(),
  deduplication: z.array(z.string()).min(1),
  coverage: coverageShape.optional(),
})

export type CanonicalType = Schema & {
  /** path of the business key, mostly the case number */
  key: string
  /** paths whose values make a record unique within its type */
  deduplication: readonly string[]
  coverage: Coverage | undefined
  keyOf(value: unknown): string
  /** values joined by `|`, absent ones empty */
  deduplicationOf(value: unknown): string
}

/** Reads `mappings/canonical/<type>.yaml`. */
export function readCanonical(
  name: string,
  source: Source,
  codes: ReadonlyMap<string, CodeTable>,
  report: Report,
): CanonicalType | undefined {
  const data = readShape(source, canonicalShape, report)
  if (data === undefined) return undefined
  const { key, deduplication, coverage, ...rest } = data
  const schema = compileSchema(name, rest, codes, report)
  if (schema.open !== undefined) {
    report(['fields'], 'a canonical type holds no documents in text', '标准类型不能含有以文本承载的文档')
  }
  const fields = shapeOf(schema.fields)
  const covered =
    coverage &&
    attempt<Coverage | undefined>(report, undefined, () =>
      compileCoverage(coverage, { fields: schema.fields, codes, report }, ['coverage']),
    )
  return attempt<CanonicalType | undefined>(report, undefined, () => {
    lookUp(key, fields, report, ['key'])
    for (const [i, path] of deduplication.entries()) lookUp(path, fields, report, ['deduplication', i])
    const readKey = compilePath(key)
    const parts = deduplication.map((path) => compilePath(path))
    return {
      ...schema,
      key,
      deduplication,
      coverage: covered,
      keyOf: (value) => scalarText(readKey(value)) ?? '',
      deduplicationOf: (value) => parts.map((read) => scalarText(read(value)) ?? '').join('|'),
    }
  })
}
