// A sample message becomes a draft: JSON, XML, CSV or form, in UTF-8 or GBK.
import { isUtf8 } from 'node:buffer'
import { parse } from 'csv-parse/sync'
import { declaredCharset, decodeText } from '../format/charset.ts'
import { parseForm, parseJson, parseXml } from '../format/format.ts'
import { isReservedName } from '../path.ts'
import { type Draft, type DraftField, emptyField } from './draft.ts'
import { dateFormat, inferType, shapeOfValues } from './infer.ts'
import { markPersonal } from './personal.ts'

/** A sample as it was parsed. */
export type Sample = {
  format: Draft['format']
  charset: Draft['charset']
  root: string | undefined
  document: unknown
  /** CSV: what separates columns, when it is no comma */
  delimiter?: string
}

/** Text of a file whose charset nobody declared: UTF-8 when the bytes are, else GB18030, which holds GBK. */
export function readText(bytes: Buffer): { text: string; charset: Draft['charset'] } {
  const declared = declaredCharset(bytes, undefined)
  const charset = declared ?? (isUtf8(bytes) ? 'utf-8' : 'gb18030')
  return { text: decodeText(bytes, charset), charset: /^utf-?8$/i.test(charset) ? 'utf-8' : 'gb18030' }
}

/**
 * Parses a sample; the ending of its name or its first character tells the format.
 * @throws QiaoError body.encoding, body.json, body.xml, body.unsafe
 */
export function parseSample(file: string, bytes: Buffer): Sample {
  const { text, charset } = readText(bytes)
  const base = { charset, root: undefined }
  const start = text.trimStart()[0]
  if (start === '<') {
    const { root, value } = parseXml(text.trimStart())
    return { ...base, format: 'xml', root, document: value }
  }
  if (start === '{' || start === '[') return { ...base, format: 'json', document: parseJson(text) }
  if (/\.(csv|tsv)$/i.test(file) || !/^[^\s=&]+=/.test(text)) {
    const delimiter = delimiterOf(text)
    return { ...base, format: 'csv', document: readTable(text), ...(delimiter === ',' ? {} : { delimiter }) }
  }
  return { ...base, format: 'form', document: parseForm(text.trim(), charset) }
}

function delimiterOf(text: string): string {
  const head = text.slice(0, text.search(/\r?\n|$/))
  const pieces = (mark: string): number => head.split(mark).length
  return [',', ';', '\t', '|'].sort((a, b) => pieces(b) - pieces(a))[0] ?? ','
}

/** Rows of a CSV text by the names in its first line; comma, semicolon or tab, whichever that line holds most of. */
export function readTable(text: string): Record<string, string>[] {
  const delimiter = delimiterOf(text)
  const rows: string[][] = parse(text, {
    delimiter,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    relax_quotes: true,
  })
  const [names = [], ...lines] = rows
  return lines.map((line) =>
    Object.fromEntries(names.map((name, i) => [name, line[i] ?? '']).filter(([name]) => usable(name ?? ''))),
  )
}

const usable = (name: string): boolean => name !== '' && !isReservedName(name) && !/[.[\]\s$]/.test(name)

/** Fields of a parsed sample. */
export function draftSample(title: string, sample: Sample): Draft {
  const { document, format, charset, root, delimiter } = sample
  const isList = Array.isArray(document)
  const fields = readMembers(isList ? document : [document])
  markPersonal(fields)
  return { title, origin: `sample (${format}, ${charset})`, root, format, charset, isList, fields, delimiter }
}

/** The members of all objects, in the order they first came. A member that every one of several holds is required. */
function readMembers(objects: readonly unknown[]): DraftField[] {
  const members = new Map<string, unknown[]>()
  const held = objects.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
  for (const object of held) {
    for (const [name, value] of Object.entries(object as object)) {
      if (!usable(name)) continue
      members.set(name, [...(members.get(name) ?? []), value])
    }
  }
  return [...members].map(([name, values]) => {
    const field = readMember(name, values)
    const always = held.length > 1 && values.filter(present).length === held.length
    return always ? { ...field, req: 'Y' as const } : field
  })
}

const present = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

function readMember(name: string, all: readonly unknown[]): DraftField {
  const values = all.filter(present)
  const flat = values.flatMap((value) => (Array.isArray(value) ? value : [value]))
  const objects = flat.filter((value) => typeof value === 'object' && value !== null)
  if (values.some(Array.isArray)) {
    const list = emptyField(name, { kind: 'list' })
    return objects.length > 0
      ? { ...list, fields: readMembers(objects) }
      : { ...list, item: readScalar(name, flat.filter(present)) }
  }
  if (objects.some(isKeyedByData))
    return { ...emptyField(name, { kind: 'any' }), notes: ['its members are named by data'] }
  if (objects.length > 0) return { ...emptyField(name, { kind: 'object' }), fields: readMembers(objects) }
  return readScalar(name, values)
}

/** Identity numbers or plain numbers as member names: such names must not become fields. */
function isKeyedByData(object: unknown): boolean {
  return Object.keys(object as object).some(
    (key) => /^\d+$/.test(key) || shapeOfValues(new Set([key])) !== undefined,
  )
}

function readScalar(name: string, values: readonly unknown[]): DraftField {
  const texts = new Set(values.map(String))
  const type = inferType(texts, new Set(values.map((value) => typeof value)))
  const notes = values.length === 0 ? ['empty in the sample'] : []
  if (type.kind === 'text' && values.length > 0) notes.push('length guessed')
  if ('format' in type && dateFormat(texts) !== undefined && type.format.includes("'+08:00'"))
    notes.push('offset +08:00 in every value')
  return { ...emptyField(name, type), notes, values: texts }
}
