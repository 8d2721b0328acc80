// Documents as bytes: JSON, XML, form and CSV, in UTF-8, GBK or GB18030. The one entrance for intake, sending, replies,
// and for documents that stand as text inside others.
import { QiaoError } from '../../errors.ts'
import { assertStorable } from './characters.ts'
import { type Charset, canEncode, declaredCharset, decodeText, encodeText, readCharset } from './charset.ts'
import { type CsvOptions, parseCsv, plainCsv, writeCsv } from './csv.ts'
import { parseForm, writeForm } from './form.ts'
import { parseJson } from './json.ts'
import type { Layout } from './layout.ts'
import { writeElement } from './markup.ts'
import { parseXml, type XmlDocument } from './xml.ts'

export { type Charset, decodeText, encodeText } from './charset.ts'
export type { CsvOptions } from './csv.ts'
export { parseForm } from './form.ts'
export { parseJson } from './json.ts'
export type { Layout } from './layout.ts'
export { parseXml, type XmlDocument } from './xml.ts'

export type Format = 'json' | 'xml' | 'form' | 'csv'

const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
}

/** True when a content type header may carry the format; a missing header may carry any. */
export function carries(format: Format, contentType: string | undefined): boolean {
  if (contentType === undefined) return true
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (format === 'form') return type === contentTypes.form
  return type.endsWith(`/${format}`) || type.endsWith(`+${format}`)
}

/** How a document is read. `namespace`: of the XML root; `columns`: of CSV without a header line. */
export type ReadOptions = {
  namespace?: string | undefined
  csv?: CsvOptions | undefined
  columns?: readonly string[] | undefined
}

/**
 * Parses a request body of a known format. For XML the value is what stands inside the root element, for CSV the list
 * of rows.
 * @throws QiaoError body.encoding, body.json, body.xml, body.csv, body.unsafe, or message.invalid for characters nobody
 * can keep
 */
export function parseDocument(
  format: Format,
  bytes: Buffer,
  contentType: string | undefined,
  fallbackCharset?: string,
  options?: ReadOptions,
): XmlDocument {
  const charset = declaredCharset(bytes, contentType) ?? fallbackCharset
  return parseText(format, decodeText(bytes, format === 'form' ? undefined : charset), charset, options)
}

/**
 * Parses the text of a document; `charset` is that of escapes in a form.
 * @throws as parseDocument
 */
export function parseText(
  format: Format,
  text: string,
  charset?: string,
  { namespace, csv = plainCsv, columns }: ReadOptions = {},
): XmlDocument {
  if (format === 'xml') return parseXml(text, namespace)
  const value = readers[format](text, charset, csv, columns)
  // decoded text is sound but for NUL; only an escape can bring other such characters in
  if (text.includes('\0') || text.includes(format === 'form' ? '%' : '\\u')) assertStorable(value)
  return { root: '', value }
}

type Reader = (
  text: string,
  charset: string | undefined,
  csv: CsvOptions,
  columns: readonly string[] | undefined,
) => unknown

const readers: Readonly<Record<Exclude<Format, 'xml'>, Reader>> = {
  json: parseJson,
  form: parseForm,
  csv: (text, _, csv, columns) => parseCsv(text, csv, columns),
}

/** How a document is written. `root`: XML root element; `pretty`: XML only, one element a line. */
export type EncodeOptions = {
  charset?: Charset
  root?: string | undefined
  pretty?: boolean
  /** what the schema adds */
  layout?: Layout | undefined
  csv?: CsvOptions | undefined
}

/**
 * The exact bytes of a document and their content type. Characters GBK lacks become references or escapes.
 * @throws QiaoError message.invalid for characters XML cannot carry, body.encoding where there are no escapes (CSV, form,
 * names in XML)
 */
export function encodeDocument(
  format: Format,
  value: unknown,
  options: EncodeOptions = {},
): { content: Buffer; contentType: string } {
  const { charset = 'utf-8' } = options
  const contentType = `${contentTypes[format]}; charset=${charset}`
  return { content: encodeText(writeText(format, value, options), charset, substitutes[format]), contentType }
}

/** The text of a document, as encodeDocument would write it in the charset. */
export function writeText(format: Format, value: unknown, options: EncodeOptions = {}): string {
  const { charset = 'utf-8', layout, csv = plainCsv } = options
  if (format === 'json') return JSON.stringify(value)
  if (format === 'xml') return writeXml(value, options)
  if (format === 'form') return writeForm(value as Record<string, unknown>, charset)
  const rows = layout?.rows === undefined ? value : ((value as Record<string, unknown>)[layout.rows] ?? [])
  const list = Array.isArray(rows) ? rows : [rows]
  return writeCsv(list, csv, layout?.columns ?? Object.keys((list[0] as object | undefined) ?? {}))
}

function writeXml(
  value: unknown,
  { charset = 'utf-8', root = 'root', pretty = false, layout }: EncodeOptions,
): string {
  const declared = layout?.declaration !== false
  const declaration = declared
    ? `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>${pretty ? '\n' : ''}`
    : ''
  const options = { pretty, layout: layout?.root, namespaces: layout?.namespaces }
  const text = declaration + writeElement(root, value, options)
  if (charset === 'utf-8' || canEncode(text, charset)) return text
  return declaration + writeElement(root, value, { ...options, charset })
}

const substitutes: Readonly<Record<Format, ((character: string) => string) | undefined>> = {
  json: (character) =>
    Array.from({ length: character.length }, (_, i) => unicode(character.charCodeAt(i))).join(''),
  // the texts of an element have their references already, and a name can have none
  xml: undefined,
  form: undefined,
  csv: undefined,
}

function unicode(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/**
 * Reads a reply leniently: JSON or XML (what stands inside the root) by its first character, else the text itself.
 * Charset: as declared, else the fallback, else whichever of UTF-8 and GB18030 the bytes are valid in. Never throws.
 */
export function readDocument(
  bytes: Buffer,
  contentType: string | undefined,
  fallbackCharset?: string,
): unknown {
  const text = decodeReply(bytes, [declaredCharset(bytes, contentType), fallbackCharset, 'utf-8', 'gb18030'])
  const start = text.trimStart()[0]
  try {
    if (start === '{' || start === '[') return parseJson(text)
    if (start === '<') return parseXml(text.trimStart()).value
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
  }
  return text
}

function decodeReply(bytes: Buffer, charsets: readonly (string | undefined)[]): string {
  for (const charset of charsets) {
    if (charset === undefined || readCharset(charset) === undefined) continue
    try {
      return decodeText(bytes, charset)
    } catch (error) {
      if (!(error instanceof QiaoError)) throw error
    }
  }
  return bytes.toString('utf8')
}
