// The field table of a standard, as it is typed from the paper: names, types, lengths, required marks, codes, checks.
import { z } from 'zod'
import { suggest } from '../../nearest.ts'
import type { Path, Place } from '../../yaml.ts'
import { checks } from '../checks/table.ts'
import { compileDateTest, DATE, DATETIME, DateFormatError } from '../dates.ts'
import { isReservedName } from '../path.ts'
import { attempt, Refusal, type Report } from '../problems.ts'
import type { CodeTable } from './codes.ts'
import { type Holds, holdsKind, holdsShape } from './holds.ts'

export type FieldType =
  | { kind: 'text'; max: number }
  | { kind: 'int' }
  /** `digits` in all, `scale` of them after the point */
  | { kind: 'decimal'; digits: number; scale: number }
  | { kind: 'bool' }
  | { kind: 'date' | 'datetime'; format: string }
  | { kind: 'object' }
  | { kind: 'list' }
  | { kind: 'any' }

/** Personal data classes; evidence, logs and screens mask these fields. */
export type PersonalClass = 'name' | 'id' | 'mobile' | 'address'

/** One row of a field table. */
export type Field = {
  name: string
  zh: string
  type: FieldType
  req: 'Y' | 'N' | 'C'
  /** code table whose valid codes the value must be one of */
  codes: CodeTable | undefined
  /** validator by name; `of` is the certificate type's path for certificate-number */
  check: { name: string; of?: string } | undefined
  /** least value, least characters or least elements, by type */
  min: number | undefined
  pattern: RegExp | undefined
  /** the only texts allowed, where no code table is worth its file */
  values?: ReadonlySet<string> | undefined
  personal: PersonalClass | undefined
  /** members of an object, or of each object of a list; undefined is an open object */
  fields: readonly Field[] | undefined
  /** element of a list of scalars */
  item: Field | undefined
  /** the text this object or list stands in when it is sent or received; a mapping sees what is inside */
  holds?: Holds | undefined
  /** XML: prefix of the element or attribute */
  prefix?: string | undefined
  /** XML: the text is written as CDATA */
  cdata?: boolean | undefined
  /** where the row stands; made-up fields have none */
  place?: Place | undefined
}

/** The field that each element of a list is. */
export function elementOf(list: Field): Field {
  return list.item ?? { ...list, type: { kind: 'object' }, req: 'N', min: undefined, holds: undefined }
}

/** Shape of one row in a YAML file. */
export const fieldShape = z.strictObject({
  name: z.string().min(1),
  zh: z.string().optional(),
  type: z.string(),
  of: z.string().optional(),
  req: z.enum(['Y', 'N', 'C']).default('N'),
  format: z.string().optional(),
  codes: z.string().optional(),
  check: z.union([z.string(), z.strictObject({ 'certificate-number': z.string() })]).optional(),
  min: z.number().optional(),
  pattern: z.string().optional(),
  values: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .optional(),
  personal: z.enum(['name', 'id', 'mobile', 'address']).optional(),
  note: z.string().optional(),
  holds: holdsShape.optional(),
  prefix: z.string().min(1).optional(),
  cdata: z.boolean().optional(),
  get fields() {
    return z.array(fieldShape).optional()
  },
})
export type FieldRow = z.infer<typeof fieldShape>

/** Reads `s50`, `int`, `n16,2`, `bool`, `date`, `datetime`, `object`, `list`, `any`; `document` is read with holds. */
export function readType(text: string, format: string | undefined, at: Path): FieldType {
  const sized = /^s(\d{1,7})$/.exec(text)
  if (sized !== null) return { kind: 'text', max: Number(sized[1]) }
  const decimal = /^n(\d{1,2}),(\d{1,2})$/.exec(text)
  if (decimal !== null) return { kind: 'decimal', digits: Number(decimal[1]), scale: Number(decimal[2]) }
  if (text === 'date' || text === 'datetime') {
    const chosen = format ?? (text === 'date' ? DATE : DATETIME)
    checkFormat(chosen, at)
    return { kind: text, format: chosen }
  }
  if (text === 'int' || text === 'bool' || text === 'object' || text === 'list' || text === 'any')
    return { kind: text }
  throw new Refusal(
    at,
    `unknown type "${text}"; use s<N>, int, n<p>,<s>, bool, date, datetime, object, list, document or any`,
    `未知的类型“${text}”`,
  )
}

/** Refuses a date format that cannot be read. */
export function checkFormat(format: string, at: Path): void {
  try {
    compileDateTest(format)
  } catch (error) {
    if (!(error instanceof DateFormatError)) throw error
    throw new Refusal(at, error.message, `日期格式“${format}”不正确`)
  }
}

/** Turns rows into fields; every fault is reported at its place, and the field left open, so that its uses are no faults. */
export function readFields(
  rows: readonly FieldRow[],
  codes: ReadonlyMap<string, CodeTable>,
  report: Report,
  at: Path,
): Field[] {
  const fields = new Map<string, Field>()
  rows.forEach((row, i) => {
    if (fields.has(row.name)) {
      report([...at, i, 'name'], `"${row.name}" stands twice`, `“${row.name}”重复`)
      return
    }
    const open = openField(row, report.placeOf([...at, i]))
    fields.set(
      row.name,
      attempt(report, open, () => readField(row, codes, report, [...at, i])),
    )
  })
  return [...fields.values()]
}

/** A field of which nothing is known but its name. */
function openField({ name, zh, req, personal }: FieldRow, place: Place): Field {
  const nothing = {
    codes: undefined,
    check: undefined,
    min: undefined,
    pattern: undefined,
    fields: undefined,
    item: undefined,
  }
  return { ...nothing, name, zh: zh ?? name, type: { kind: 'any' }, req, personal, place }
}

function readField(row: FieldRow, codes: ReadonlyMap<string, CodeTable>, report: Report, at: Path): Field {
  if (isReservedName(row.name) || /[.[\]\s$]/.test(row.name)) {
    throw new Refusal([...at, 'name'], `"${row.name}" cannot be a field name`, `“${row.name}”不能作字段名`)
  }
  const held = holdsKind(row, at)
  const type: FieldType = held ? { kind: held } : readType(row.type, row.format, [...at, 'type'])
  if (row.format !== undefined && !('format' in type)) {
    throw new Refusal([...at, 'format'], 'only date and datetime have a format', '只有日期类型可以有 format')
  }
  checkStructure(row, type, at)
  const field: Field = {
    name: row.name,
    zh: row.zh ?? row.name,
    type,
    req: row.req,
    codes: readCodesName(row.codes, codes, [...at, 'codes']),
    check: readCheck(row.check, [...at, 'check']),
    min: row.min,
    pattern: readPattern(row.pattern, [...at, 'pattern']),
    values: row.values && new Set(row.values.map(String)),
    personal: row.personal,
    fields: row.fields === undefined ? undefined : readFields(row.fields, codes, report, [...at, 'fields']),
    item: undefined,
    holds: row.holds,
    prefix: row.prefix,
    cdata: row.cdata,
    place: report.placeOf(at),
  }
  if (row.of === undefined) return field
  const item: Field = {
    ...field,
    req: 'N',
    type: readType(row.of, row.format, [...at, 'of']),
    min: undefined,
    holds: undefined,
  }
  return { ...field, codes: undefined, values: undefined, check: undefined, pattern: undefined, item }
}

function checkStructure(row: FieldRow, type: FieldType, at: Path): void {
  const isList = type.kind === 'list'
  if (row.cdata === true && row.holds === undefined && type.kind !== 'text') {
    throw new Refusal(
      [...at, 'cdata'],
      'only a text or document has cdata',
      '只有文本或 document 可以有 cdata',
    )
  }
  if (isList && (row.fields === undefined) === (row.of === undefined)) {
    throw new Refusal([...at, 'type'], 'a list has either fields or of', '列表应有 fields 或 of 之一')
  }
  if (!isList && row.of !== undefined)
    throw new Refusal([...at, 'of'], 'only a list has of', '只有列表可以有 of')
  if (row.fields !== undefined && !isList && type.kind !== 'object') {
    throw new Refusal([...at, 'fields'], 'only an object or list has fields', '只有对象或列表可以有 fields')
  }
}

function readCodesName(
  name: string | undefined,
  codes: ReadonlyMap<string, CodeTable>,
  at: Path,
): CodeTable | undefined {
  if (name === undefined) return undefined
  const table = codes.get(name)
  if (table !== undefined) return table
  const hint = suggest(name, codes.keys())
  throw new Refusal(at, `unknown code table "${name}"${hint.en}`, `未知的代码表“${name}”${hint.zh}`)
}

function readCheck(data: FieldRow['check'], at: Path): Field['check'] {
  if (data === undefined) return undefined
  if (typeof data === 'object') return { name: 'certificate-number', of: data['certificate-number'] }
  if (checks.has(data)) return { name: data }
  if (data === 'certificate-number') {
    throw new Refusal(
      at,
      'write { certificate-number: <path of the certificate type> }',
      '应写为 { certificate-number: 证件类型的路径 }',
    )
  }
  const hint = suggest(data, checks.keys())
  throw new Refusal(at, `unknown check "${data}"${hint.en}`, `未知的校验“${data}”${hint.zh}`)
}

function readPattern(text: string | undefined, at: Path): RegExp | undefined {
  if (text === undefined) return undefined
  try {
    return new RegExp(text, 'u')
  } catch {
    throw new Refusal(at, 'not a regular expression', '不是有效的正则表达式')
  }
}
