// A field table as it stands in an interface document, saved as CSV or copied as a markdown table, becomes fields:
// name, label, type, length, required. Columns are found by their headings, in Chinese or English.

import type { FieldType } from '../schema/field.ts'
import { readType } from '../schema/field.ts'
import { type DraftField, emptyField } from './draft.ts'
import { markPersonal } from './personal.ts'
import { readTable } from './sample.ts'

const headings = {
  name: /^(字段名?|字段代码|字段英文名?|英文名称?|参数名?|列名|元素名|节点名?|字段标识|标识符|name|field|column|column ?name|field ?name|exchange name|db name)$/i,
  label:
    /^(名称|中文名称?|字段中文名|字段名称|字段描述|参数名称|描述|含义|标签|label|title|comment|zh|chinese( name)?)$/i,
  type: /^(类型|数据类型|字段类型|参数类型|type|data ?type)$/i,
  length: /^(长度|字段长度|最大长度|length|size|len)$/i,
  required:
    /^(必填|是否必填|必须|是否必须|必选|约束|非空|可否为空|是否为空|req|required|mandatory|nullable)$/i,
} as const
type Column = keyof typeof headings

/** Rows of a markdown table; undefined when the text holds none. */
function readMarkdown(text: string): Record<string, string>[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim().startsWith('|'))
  const cells = (line: string): string[] =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim().replace(/^[`*]+|[`*]+$/g, ''))
  const [head, rule, ...rows] = lines
  if (head === undefined || rule === undefined || !/^[\s|:-]+$/.test(rule)) return undefined
  const names = cells(head)
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, i) => [names[i] ?? '', cell])))
}

function readRows(text: string): Record<string, string>[] {
  return readMarkdown(text) ?? readTable(text)
}

function findColumns(rows: readonly Record<string, string>[]): Partial<Record<Column, string>> {
  const names = Object.keys(rows[0] ?? {})
  const find = (column: Column): string | undefined =>
    names.find((name) => headings[column].test(name.trim()))
  const found = {
    name: find('name'),
    label: find('label'),
    type: find('type'),
    length: find('length'),
    required: find('required'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, name]) => name !== undefined))
}

/** True for a text whose headings are those of a field table, not of data. */
export function isFieldTable(text: string): boolean {
  try {
    const columns = findColumns(readRows(text))
    return columns.name !== undefined && (columns.type !== undefined || columns.label !== undefined)
  } catch {
    return false
  }
}

/** Fields of a field table; `a.b` and `list[].c` become nested. */
export function readFieldTable(text: string): DraftField[] {
  const rows = readRows(text)
  const columns = findColumns(rows)
  const fields: DraftField[] = []
  for (const row of rows) {
    const at = (column: Column): string => row[columns[column] ?? ''] ?? ''
    const path = at('name').replace(/\[\*?\]/g, '[]')
    if (!/^[\p{L}_@][\p{L}\p{N}_@-]*(\[\])?(\.[\p{L}_@][\p{L}\p{N}_@-]*(\[\])?)*$/u.test(path)) continue
    const { type, told, note } = readTypeWords(at('type'), at('length'))
    const field: DraftField = {
      ...emptyField('', type),
      zh: at('label'),
      req: isRequired(at('required'), columns.required ?? '') ? 'Y' : 'N',
      told,
      notes: note === undefined ? [] : [note],
    }
    place(fields, path.split('.'), field)
  }
  markPersonal(fields)
  return fields
}

function place(fields: DraftField[], path: readonly string[], field: DraftField): void {
  const [first = '', ...rest] = path
  const name = first.replace('[]', '')
  const existing = fields.find((each) => each.name === name)
  if (rest.length === 0) {
    const structure = first.endsWith('[]') ? ({ kind: 'list' } as const) : field.type
    const own = { ...field, name, type: structure }
    if (existing === undefined) fields.push(own)
    else Object.assign(existing, { zh: field.zh, req: field.req })
    return
  }
  const kind = first.endsWith('[]') ? 'list' : 'object'
  const parent = existing ?? { ...emptyField(name, { kind }), told: true }
  if (existing === undefined) fields.push(parent)
  if (parent.type.kind !== 'list') parent.type = { kind }
  parent.fields ??= []
  place(parent.fields, rest, field)
}

function isRequired(text: string, heading: string): boolean {
  const yes = /^(y|yes|是|必填|必须|必选|m|true|1|√|✓|非空|not null)$/i.test(text.trim())
  return /空|nullable/i.test(heading) && !/非空/.test(heading)
    ? /^(n|no|否|不可|不可为空|false|0|not null|非空)$/i.test(text.trim())
    : yes
}

/** `s50`, `varchar(50)`, `字符型` with a length of 50, `n16,2`, `数值型`, `日期`. */
function readTypeWords(text: string, length: string): { type: FieldType; told: boolean; note?: string } {
  const word = text.trim().toLowerCase()
  try {
    if (word !== 'object' && word !== 'list') return { type: readType(word, undefined, []), told: true }
  } catch {
    // a word of another notation: read below
  }
  const size = Number(/(\d+)/.exec(length || word.replace(/^[a-z]+2(?=\()/, ''))?.[1] ?? Number.NaN)
  const scale = /(\d+)\s*,\s*(\d+)/.exec(length || word)
  if (/datetime|timestamp|日期时间|时间/.test(word))
    return {
      type: { kind: 'datetime', format: 'yyyy-MM-dd HH:mm:ss' },
      told: true,
      note: 'date format not told',
    }
  if (/date|日期/.test(word))
    return { type: { kind: 'date', format: 'yyyy-MM-dd' }, told: true, note: 'date format not told' }
  if (/bool|布尔/.test(word)) return { type: { kind: 'bool' }, told: true }
  if (scale !== null && /num|dec|double|float|数|金额/.test(word))
    return { type: { kind: 'decimal', digits: Number(scale[1]), scale: Number(scale[2]) }, told: true }
  if (/^(int|integer|bigint|long|smallint|tinyint|整)/.test(word))
    return { type: { kind: 'int' }, told: true }
  if (/num|dec|double|float|数值|数字|金额/.test(word))
    return { type: { kind: 'decimal', digits: 16, scale: 2 }, told: false, note: 'precision not told' }
  if (/object|对象|结构/.test(word)) return { type: { kind: 'object' }, told: true }
  if (/array|list|数组|列表|集合/.test(word)) return { type: { kind: 'list' }, told: true }
  if (Number.isNaN(size)) return { type: { kind: 'text', max: 200 }, told: false, note: 'length not told' }
  return { type: { kind: 'text', max: size }, told: true }
}
