// Bytes ↔ text in UTF-8, GBK and GB18030. Decoding is fatal: a wrong byte is an error, never a replacement character.
import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { QiaoError } from '../../errors.ts'

export type Charset = 'utf-8' | 'gbk' | 'gb18030'

const names: ReadonlyMap<string, Charset> = new Map<string, Charset>([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['gbk', 'gbk'],
  ['gb2312', 'gbk'],
  ['cp936', 'gbk'],
  ['ms936', 'gbk'],
  ['gb18030', 'gb18030'],
])

/** The charset of a name as it stands in a header or XML declaration; undefined for one the hub does not read. */
export function readCharset(name: string): Charset | undefined {
  return names.get(name.trim().toLowerCase())
}

/** `charset` of a content type header, or the encoding of an XML declaration, as written; undefined if none. */
export function declaredCharset(bytes: Buffer, contentType: string | undefined): string | undefined {
  const parameter = /;\s*charset\s*=\s*"?([^";\s]+)"?/i.exec(contentType ?? '')
  if (parameter !== null) return parameter[1]
  const head = bytes.subarray(0, 200).toString('latin1')
  return /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]
}

/**
 * Text of `bytes` in the `declared` charset (default UTF-8; a byte order mark is dropped).
 * @throws QiaoError body.encoding
 */
export function decodeText(bytes: Buffer, declared?: string): string {
  const charset = declared === undefined ? 'utf-8' : readCharset(declared)
  if (charset === undefined)
    throw new QiaoError('body.encoding', { detail: 'charset is not UTF-8, GBK or GB18030' })
  if (charset === 'utf-8') {
    if (!isUtf8(bytes)) throw new QiaoError('body.encoding', { detail: 'invalid bytes for UTF-8' })
    const text = bytes.toString('utf8')
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }
  try {
    // FF stands nowhere in GBK or GB18030, but the decoder of Node makes U+F8F5 of it
    if (!bytes.includes(0xff)) return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    // told below, without the decoder's words
  }
  throw new QiaoError('body.encoding', { detail: `invalid bytes for ${charset.toUpperCase()}` })
}

/** True when every character of `text` stands in the charset. */
export function canEncode(text: string, charset: Charset): boolean {
  return charset === 'utf-8' || iconv.decode(iconv.encode(text, charset), charset) === text
}

/**
 * Bytes of `text`. A character the charset lacks is written as `substitute` tells (`&#x…;`, `\u…`); never as `?`.
 * @throws QiaoError body.encoding when there is no substitute
 */
export function encodeText(
  text: string,
  charset: Charset,
  substitute?: (character: string) => string,
): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8')
  const bytes = iconv.encode(text, charset)
  if (iconv.decode(bytes, charset) === text) return bytes
  let mended = ''
  for (const character of text) {
    const known = iconv.decode(iconv.encode(character, charset), charset) === character
    if (!known && substitute === undefined) {
      throw new QiaoError('body.encoding', { detail: `the text holds a character that ${charset} lacks` })
    }
    mended += known || substitute === undefined ? character : substitute(character)
  }
  return iconv.encode(mended, charset)
}
