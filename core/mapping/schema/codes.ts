// Code tables (字典): the standard's codes with their dates, and named translations from and to outside systems.
import { z } from 'zod'
import { nearest, suggest, suggestion } from '../../nearest.ts'
import type { Place, Source } from '../../yaml.ts'
import { type Report, readShape } from '../problems.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
/** Shape of `mappings/codes/<name>.yaml`. */
export const codesShape = z.strictObject({
  title: z.string(),
  source: z.string().optional(),
  partOf: z.string().optional(),
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
  /** the table whose codes these are a part of: a department's own list of a standard's codes */
  partOf: string | undefined
  codes: ReadonlyMap<string, Code>
  /** outside code → standard code, by the name of the outside system */
  maps: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** where the codes, or a map, begin in its file */
  placeOf(map?: string): Place
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
      const near = nearest(code, codes.keys())
      const hint = suggestion(near)
      const related = [
        { ...report.placeOf(['codes']), en: 'the codes', zh: '代码' },
        ...(near === undefined
          ? []
          : [{ ...report.placeOf(['codes', near]), en: 'the nearest', zh: '最相近的代码' }]),
      ]
      report(
        ['maps', map, outside],
        `"${code}" is no code of this table${hint.en}`,
        `“${code}”不是本表的代码${hint.zh}`,
        { rule: 'code.unknown', related },
      )
    }
    maps.set(map, new Map(Object.entries(pairs)))
  }
  const { title, partOf } = data
  const placeOf = (map?: string): Place => report.placeOf(map === undefined ? ['codes'] : ['maps', map])
  return { name, title, partOf, codes, maps, placeOf }
}

/** Reports tables that claim to be a part of another and are not. */
export function checkParts(tables: ReadonlyMap<string, CodeTable>, reportOf: (name: string) => Report): void {
  for (const { name, partOf, codes } of tables.values()) {
    if (partOf === undefined) continue
    const whole = tables.get(partOf)
    if (whole === undefined) {
      const hint = suggest(partOf, tables.keys())
      reportOf(name)(
        ['partOf'],
        `unknown code table "${partOf}"${hint.en}`,
        `未知的代码表“${partOf}”${hint.zh}`,
      )
    }
    for (const code of codes.keys()) {
      if (whole === undefined || whole.codes.has(code)) continue
      reportOf(name)(['codes', code], `"${code}" is no code of ${partOf}`, `“${code}”不是 ${partOf} 的代码`, {
        rule: 'fit.code',
      })
    }
  }
}
