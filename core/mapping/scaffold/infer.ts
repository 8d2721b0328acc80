// What values say of their field: type, length, date format, and whether they are somebody's data.
import { checks } from '../checks/table.ts'
import { compileDateTest } from '../dates.ts'
import type { FieldType, PersonalClass } from '../schema/field.ts'
import { countCharacters, normaliseCode } from '../text.ts'
import { bareLabel, labelIdeas, nameIdeas } from './names.ts'

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

const persons = new Set(['applicant', 'agent', 'holder', 'legal'])
const hints: readonly (readonly [PersonalClass, RegExp, RegExp])[] = [
  [
    'id',
    /身份证|证件号|证件编号|证照号码/,
    /^(id_?(card|no|number)|sfz\w*|zjhm|cert_?no|card_?no)$|id_?card(no|num)?$/i,
  ],
  ['mobile', /手机|联系电话|联系方式|电话号码/, /mobile|phone|^tel|sjh(m)?$|lxdh$/i],
  ['address', /地址|住址|住所|居住地/, /addr|txdz$|lxdz$|^dz$/i],
  [
    'name',
    /姓名|联系人|法定代表人|申请人$|代理人$|持证人$/,
    /^(xm|fddbr|sqrxm|lxr)$|(applicant|applyer|agent|contact|person|legal)_?name$/i,
  ],
]

/** Personal class by label, name, then the shape of the values; `why` is the comment. */
export function inferPersonal(
  name: string,
  zh: string,
  values: ReadonlySet<string>,
): { class: PersonalClass; why: string } | undefined {
  const label = bareLabel(zh)
  const hint = hints.find(([, labels, names]) => labels.test(label) || (label === '' && names.test(name)))
  const shape = shapeOfValues(values)
  if (shape === 'citizen-id') return { class: 'id', why: 'values are identity numbers' }
  if (shape === 'mobile') return { class: 'mobile', why: 'values are mobile numbers' }
  if (hint !== undefined) return { class: hint[0], why: `${label === '' ? 'name' : 'label'} says so` }
  const ideas = label === '' ? (nameIdeas(name).readings[0] ?? []) : labelIdeas(label)
  const person = ideas.find((idea) => persons.has(idea))
  const head = ideas.at(-1)
  if (person === undefined) return undefined
  if (head === person || head === 'name') return { class: 'name', why: 'a person or party by name' }
  if (ideas.includes('cert') && (head === 'number' || head === 'code'))
    return { class: 'id', why: 'certificate number of a person or party' }
  return undefined
}
