// Code tables (字典): the standard's codes with their dates, and named translations from and to outside systems.
import { z } from 'zod'
import type { Source } from '../../yaml.ts'
import { suggest } from '../nearest.ts'
import { type Report, readShape } from '../problems.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
/** Shape of `mappings/codes/<name>.yaml`. */
export const codesShape = z.strictObject({
  title: z.string(),
  source: z.string().optional(),
  codes: z.record(
    z.string(),
    z.strictObject({
      zh: z.string(),
      en: z.string().optional(),
      from: day.optional(),
      until: day.optional(),
    }),
  ),
  maps: z.record(z.string(), z.record(z.string(), z.string())).optional(),
})

/** One code. Valid on days `from` ≤ day < `until` (`yyyy-MM-dd`); an open end is always valid. */
export type Code = {
  zh: string
  en?: string | undefined
  from?: string | undefined
  until?: string | undefined
}

export type CodeTable = {
  name: string
  title: string
  codes: ReadonlyMap<string, Code>
  /** outside code → standard code, by the name of the outside system */
  maps: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** True when the code may be used on that day: retired codes hold on history and are refused on new business. */
export function isInForce(code: Code, businessDay: string): boolean {
  return (
    (code.from === undefined || code.from <= businessDay) &&
    (code.until === undefined || businessDay < code.until)
  )
}

/** Reads a code table; a translation to a code the table lacks is a problem. */
export function readCodes(name: string, source: Source, report: Report): CodeTable | undefined {
  const data = readShape(source, codesShape, report)
  if (data === undefined) return undefined
  const codes = new Map(Object.entries(data.codes))
  const maps = new Map<string, ReadonlyMap<string, string>>()
  for (const [map, pairs] of Object.entries(data.maps ?? {})) {
    for (const [outside, code] of Object.entries(pairs)) {
      if (codes.has(code)) continue
      const hint = suggest(code, codes.keys())
      report(
        ['maps', map, outside],
        `"${code}" is no code of this table${hint.en}`,
        `“${code}”不是本表的代码${hint.zh}`,
      )
    }
    maps.set(map, new Map(Object.entries(pairs)))
  }
  return { name, title: data.title, codes, maps }
}
