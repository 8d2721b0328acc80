// How an expression uses a code table.
import type { Words } from '../expression/words.ts'
import type { CodeTable } from '../schema/codes.ts'

/** How codes are translated: outside code and standard code with its names; without a map the two are the same. */
export type CodeUse = {
  table: string
  title: string
  map: string | undefined
  reverse: boolean
  values: { from: string; to: string; zh: string; en?: string; since?: string; until?: string }[]
}

/** The table and map of a `code` expression, with every value. */
export function codeUse(
  data: Readonly<Record<string, unknown>>,
  codes: ReadonlyMap<string, CodeTable>,
): CodeUse {
  const table = codes.get(String(data.code))
  const map = typeof data.map === 'string' ? data.map : undefined
  const reverse = data.reverse === true
  const pairs =
    map === undefined
      ? [...(table?.codes.keys() ?? [])].map((code) => [code, code] as const)
      : [...(table?.maps.get(map) ?? [])]
  const values = pairs.map(([outside, standard]) => {
    const row = table?.codes.get(standard)
    return {
      from: reverse ? standard : outside,
      to: reverse ? outside : standard,
      zh: row?.zh ?? '',
      ...(row?.en === undefined ? {} : { en: row.en }),
      ...(row?.from === undefined ? {} : { since: row.from }),
      ...(row?.until === undefined ? {} : { until: row.until }),
    }
  })
  return { table: String(data.code), title: table?.title ?? '', map, reverse, values }
}

/** What becomes of values without a counterpart. */
export function othersText(otherwise: unknown): Words {
  if (otherwise === undefined) return { en: '', zh: '' }
  if (otherwise === 'refuse') return { en: '; other values are refused', zh: '；其他值拒收' }
  const value = JSON.stringify(otherwise)
  return { en: `; other values become ${value}`, zh: `；其他值取 ${value}` }
}
