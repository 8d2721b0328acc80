// What the checker says of a value: the complaint, and the places and words it is told with.
import type { Place, Problem } from '../../yaml.ts'
import type { CodeTable } from '../schema/codes.ts'
import type { Field } from '../schema/field.ts'
import type { Facts } from './facts.ts'

export type Complaint = { rule: string; en: string; zh: string; severity?: Problem['severity'] }

type Related = NonNullable<Problem['related']>

/** `s50`, `int`, `n16,2`, `date yyyy-MM-dd`: a type as a field table writes it. */
export function wordFor({ type }: Field): string {
  if (type.kind === 'text') return `s${type.max}`
  if (type.kind === 'decimal') return `n${type.digits},${type.scale}`
  return 'format' in type ? `${type.kind} ${type.format}` : type.kind
}

/** At most five values, quoted. */
export function quote(values: readonly string[]): string {
  const shown = values.slice(0, 5).map((value) => `"${value}"`)
  return shown.join(', ') + (values.length > shown.length ? ` … (${values.length})` : '')
}

/** The field tables a complaint speaks of. */
export function relatedPlaces(facts: Facts, field?: Field): Related {
  const tell = ({ place, ...row }: Field, en: string, zh: string) =>
    place === undefined ? [] : [{ ...(place as Place), en: `${en} "${row.name}"`, zh: `${zh}“${row.zh}”` }]
  return [
    ...(field === undefined ? [] : tell(field, 'target', '目标')),
    ...facts.origins.slice(0, 3).flatMap((origin) => tell(origin, 'source', '来源')),
  ]
}

/** Where a code table, or one of its maps, stands. */
export function tablePlace(table: CodeTable, map?: string): Related[number] {
  return { ...table.placeOf(map), en: `table ${table.name}`, zh: `代码表 ${table.name}` }
}
