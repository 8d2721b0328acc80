// Documents as bytes: JSON, XML and form, in UTF-8, GBK or GB18030. The one entrance for intake, sending and replies.
import { QiaoError } from '../../errors.ts'
import { assertStorable } from './characters.ts'
import { type Charset, declaredCharset, decodeText, encodeText, readCharset } from './charset.ts'
import { parseForm, writeForm } from './form.ts'
import { parseJson } from './json.ts'
import { writeElement } from './markup.ts'
import { parseXml, type XmlDocument } from './xml.ts'

export { type Charset, decodeText, encodeText } from './charset.ts'
export { parseForm } from './form.ts'
export { parseJson } from './json.ts'
export { parseXml, type XmlDocument } from './xml.ts'

export type Format = 'json' | 'xml' | 'form'

const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  form: 'application/x-www-form-urlencoded',
}

/** True when a content type header may carry the format; a missing header may carry any. */
export function carries(format: Format, contentType: string | undefined): boolean {
  if (contentType === undefined) return true
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (format === 'form') return type === contentTypes.form
  return type.endsWith(`/${format}`) || type.endsWith(`+${format}`)
}

/**
 * Parses a request body of a known format. For XML the value is what stands inside the root element.
 * @throws QiaoError body.encoding, body.json, body.xml, body.unsafe, or message.invalid for characters nobody can keep
 */
export function parseDocument(
  format: Format,
  bytes: Buffer,
  contentType: string | undefined,
  fallbackCharset?: string,
): XmlDocument {
  const charset = declaredCharset(bytes, contentType) ?? fallbackCharset
  const text = decodeText(bytes, format === 'form' ? undefined : charset)
  if (format === 'xml') return parseXml(text)
  const value = format === 'form' ? parseForm(text, charset) : parseJson(text)
  // decoded text is sound; only an escape can bring such characters in
  if (text.includes(format === 'form' ? '%' : '\\u')) assertStorable(value)
  return { root: '', value }
}

/** How a document is written. `root`: XML root element; `pretty`: XML only, one element a line. */
export type EncodeOptions = { charset?: Charset; root?: string | undefined; pretty?: boolean }

/** The exact bytes of a document and their content type. Characters GBK lacks become references or escapes. */
export function encodeDocument(
  format: Format,
  value: unknown,
  { charset = 'utf-8', root = 'root', pretty = false }: EncodeOptions = {},
): { content: Buffer; contentType: string } {
  const contentType = `${contentTypes[format]}; charset=${charset}`
  if (format === 'form') {
    return {
      content: Buffer.from(writeForm(value as Record<string, unknown>, charset), 'latin1'),
      contentType,
    }
  }
  if (format === 'json') {
    const units = (character: string): string =>
      Array.from({ length: character.length }, (_, i) => unicode(character.charCodeAt(i))).join('')
    return { content: encodeText(JSON.stringify(value), charset, units), contentType }
  }
  const declaration = `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>${pretty ? '\n' : ''}`
  const text = declaration + writeElement(root, value, pretty)
  const reference = (character: string): string => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`
  return { content: encodeText(text, charset, reference), contentType }
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
