// What values say of their field: type, length, date format, and whether they are somebody's data.
import { checks } from '../checks/table.ts'
import { compileDateTest } from '../dates.ts'
import type { FieldType } from '../schema/field.ts'
import { countCharacters, normaliseCode } from '../text.ts'

/** Date formats departments write, the precise ones first. Offsets other than +08:00 are no literal text: not here. */
export const dateFormats: readonly string[] = [
  'yyyy-MM-dd HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss",
  "yyyy-MM-dd'T'HH:mm:ss'+08:00'",
  "yyyy-MM-dd'T'HH:mm:ss.SSS",
  "yyyy-MM-dd'T'HH:mm:ss.SSS'+08:00'",
  'yyyy-MM-dd HH:mm:ss.SSS',
  'yyyy/MM/dd HH:mm:ss',
  'yyyyMMddHHmmss',
  'yyyyMMddHHmmssSSS',
  "yyyyMMdd'T'HHmmss",
  'yyyy年MM月dd日 HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy/MM/dd HH:mm',
  'yyyy-MM-dd',
  'yyyy/MM/dd',
  'yyyy.MM.dd',
  'yyyy年MM月dd日',
  'yyyyMMdd',
]
const tests = dateFormats.map((format) => ({ format, test: compileDateTest(format) }))
const inReach = (text: string): boolean => /^(19|20)\d\d/.test(text)

/** The one format all values are dates of; undefined when there is none. */
export function dateFormat(values: Iterable<string>): string | undefined {
  const list = [...values]
  if (list.length === 0) return undefined
  return tests.find(({ test }) => list.every((value) => inReach(value) && test(value)))?.format
}

/** `epochMillis` or `epochSeconds` when all values are moments from 1990 to 2100. */
export function epochUnit(values: Iterable<string>): 'epochMillis' | 'epochSeconds' | undefined {
  const list = [...values]
  if (list.length === 0) return undefined
  const within = (unit: number) => (text: string) =>
    /^\d{9,13}$/.test(text) && Number(text) * unit >= 631152000000 && Number(text) * unit < 4102444800000
  if (list.every(within(1))) return 'epochMillis'
  return list.every(within(1000)) ? 'epochSeconds' : undefined
}

const ladder = [10, 20, 50, 100, 200, 500, 1000, 2000, 4000]

/** Type of a single value's field: dates by format, numbers only where the document wrote numbers. */
export function inferType(values: ReadonlySet<string>, kinds: ReadonlySet<string>): FieldType {
  const format = dateFormat(values)
  if (format !== undefined && kinds.has('string'))
    return { kind: isDay(format) ? 'date' : 'datetime', format }
  if (kinds.size === 1 && kinds.has('boolean')) return { kind: 'bool' }
  if (kinds.size === 1 && kinds.has('number')) return numberType(values)
  const most = Math.max(1, ...[...values].map(countCharacters))
  return { kind: 'text', max: ladder.find((size) => size >= most) ?? most * 2 }
}

/** True for a format without a time of day. */
export function isDay(format: string): boolean {
  return !/[Hms]/.test(format.replace(/'[^']*'/g, ''))
}

function numberType(values: ReadonlySet<string>): FieldType {
  const list = [...values]
  if (list.every((value) => /^-?\d+$/.test(value))) return { kind: 'int' }
  const scale = Math.max(2, ...list.map((value) => value.split('.')[1]?.length ?? 0))
  return list.every((value) => /^-?\d+(\.\d+)?$/.test(value))
    ? { kind: 'decimal', digits: 16, scale: Math.min(scale, 10) }
    : { kind: 'any' }
}

const strong = [
  'citizen-id',
  'credit-code',
  'implementation-code',
  'sichuan-item-code',
  'licence-identifier',
  'licence-type-code',
  'mobile',
  'case-number',
] as const

/** The check all values pass, of those that no other value passes by chance. */
export function shapeOfValues(values: ReadonlySet<string>): string | undefined {
  if (values.size === 0) return undefined
  const known = shapes.get(values)
  if (known?.size === values.size) return known.shape
  const shape = findShape(values)
  shapes.set(values, { size: values.size, shape })
  return shape
}

/** each pair of ends asks again */
const shapes = new WeakMap<ReadonlySet<string>, { size: number; shape: string | undefined }>()

function findShape(values: ReadonlySet<string>): string | undefined {
  const list = [...values].map(normaliseCode)
  return strong.find((name) => list.every((value) => checks.get(name)?.test(value)))
}
