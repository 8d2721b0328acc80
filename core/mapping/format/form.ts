// application/x-www-form-urlencoded in any of the hub's charsets; URLSearchParams would replace wrong bytes silently.
import { QiaoError } from '../../errors.ts'
import { isReservedName } from '../path.ts'
import { type Charset, decodeBytes, encodeText } from './charset.ts'

/**
 * Fields of a form body; a name that repeats becomes a list.
 * @throws QiaoError body.encoding or body.unsafe
 */
export function parseForm(text: string, charset?: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const split = pair.indexOf('=')
    const name = decodePart(split < 0 ? pair : pair.slice(0, split), charset)
    const value = split < 0 ? '' : decodePart(pair.slice(split + 1), charset)
    if (isReservedName(name)) throw new QiaoError('body.unsafe', { detail: 'reserved field name' })
    if (!Object.hasOwn(fields, name)) fields[name] = value
    else {
      const earlier = fields[name]
      fields[name] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value]
    }
  }
  return fields
}

function decodePart(text: string, charset: string | undefined): string {
  if (!/[%+]/.test(text)) return text
  const bytes: number[] = []
  const plain = text.replaceAll('+', ' ')
  for (let i = 0; i < plain.length; i++) {
    const code = plain[i] === '%' ? /^[0-9a-fA-F]{2}$/.exec(plain.slice(i + 1, i + 3)) : null
    if (code !== null) {
      bytes.push(Number.parseInt(code[0], 16))
      i += 2
    } else bytes.push(...encodeText(plain.charAt(i), 'utf-8'))
  }
  return decodeBytes(Buffer.from(bytes), charset)
}

/** Form body of a flat object; lists repeat their name, objects are written as JSON text, absent values are left out. */
export function writeForm(value: Record<string, unknown>, charset: Charset): string {
  const pairs: string[] = []
  for (const [name, member] of Object.entries(value)) {
    for (const each of Array.isArray(member) ? member : [member]) {
      if (each === undefined || each === null) continue
      const text = typeof each === 'object' ? JSON.stringify(each) : String(each)
      pairs.push(`${encodePart(name, charset)}=${encodePart(text, charset)}`)
    }
  }
  return pairs.join('&')
}

function encodePart(text: string, charset: Charset): string {
  let result = ''
  for (const byte of encodeText(text, charset)) {
    const character = String.fromCharCode(byte)
    if (byte < 0x80 && /[A-Za-z0-9*._-]/.test(character)) result += character
    else result += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return result
}
