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
  const text = decodeBytes(bytes, declared)
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** As decodeText, for a piece of a text: what stands first is no byte order mark. */
export function decodeBytes(bytes: Buffer, declared?: string): string {
  const charset = declared === undefined ? 'utf-8' : readCharset(declared)
  if (charset === undefined)
    throw new QiaoError('body.encoding', { detail: 'charset is not UTF-8, GBK or GB18030' })
  const text = charset === 'utf-8' ? decodeUtf8(bytes) : decodeChinese(bytes)
  if (text === undefined)
    throw new QiaoError('body.encoding', { detail: `invalid bytes for ${charset.toUpperCase()}` })
  return text
}

function decodeUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** GBK and GB18030: Node's decoder for GBK alone makes private characters of FE50–FEA0, where 㤘 and 80 others stand. */
function decodeChinese(bytes: Buffer): string | undefined {
  try {
    // FF stands nowhere in either, but the decoder of Node may make a character of it
    return bytes.includes(0xff)
      ? undefined
      : new TextDecoder('gb18030', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** True when every character of `text` stands in the charset. */
export function canEncode(text: string, charset: Charset): boolean {
  return charset === 'utf-8' || decodeChinese(iconv.encode(text, charset)) === text
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
  if (decodeChinese(bytes) === text) return bytes
  let mended = ''
  for (const character of text) {
    const known = canEncode(character, charset)
    if (!known && substitute === undefined) {
      throw new QiaoError('body.encoding', { detail: `the text holds a character that ${charset} lacks` })
    }
    mended += known || substitute === undefined ? character : substitute(character)
  }
  return iconv.encode(mended, charset)
}
