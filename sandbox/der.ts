// DER by hand: the few ASN.1 types that certificates, keys and seals need. Own code, so that a mistake of the
// hub's reader cannot be cancelled out by the same mistake here.

/** Tags used in this folder. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** One tag-length-value; contents shorter than 4 GiB. */
export function tlv(tag: number, ...contents: Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const digits = body.length.toString(16)
  const size = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, body])
}

export const sequence = (...parts: Uint8Array[]) => tlv(tags.sequence, ...parts)
export const octets = (bytes: Uint8Array) => tlv(tags.octets, bytes)
export const utf8 = (text: string) => tlv(tags.utf8, Buffer.from(text))
export const printable = (text: string) => tlv(tags.printable, Buffer.from(text, 'latin1'))
export const ia5 = (text: string) => tlv(tags.ia5, Buffer.from(text, 'latin1'))
/** [n] EXPLICIT */
export const explicit = (n: number, part: Uint8Array) => tlv(0xa0 | n, part)
/** BIT STRING without unused bits unless said. */
export const bits = (bytes: Uint8Array, unused = 0) => tlv(tags.bits, Buffer.from([unused]), bytes)

/** A non-negative INTEGER from a number or big-endian bytes, shortest form. */
export function integer(value: number | Uint8Array): Buffer {
  let bytes = Buffer.from(typeof value === 'number' ? evenHex(value.toString(16)) : hexOf(value), 'hex')
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 0x80) bytes = bytes.subarray(1)
  return (bytes[0] ?? 0) >= 0x80
    ? tlv(tags.integer, Buffer.from([0]), bytes)
    : tlv(tags.integer, bytes.length ? bytes : Buffer.from([0]))
}

const evenHex = (text: string) => (text.length % 2 ? `0${text}` : text)
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** OBJECT IDENTIFIER from dotted text. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return tlv(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift((left & 0x7f) | 0x80)
  }
  return digits
}

/** GeneralizedTime in UTC, `yyyyMMddHHmmssZ`; epoch milliseconds in. */
export const generalizedTime = (at: number) => tlv(tags.generalizedTime, Buffer.from(`${compactUtc(at)}Z`))
/** UTCTime, for years before 2050 (RFC 5280 §4.1.2.5). */
export const utcTime = (at: number) => tlv(tags.utcTime, Buffer.from(`${compactUtc(at).slice(2)}Z`))
const compactUtc = (at: number) => new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)

/** One value read: `value` is the contents, `raw` header and contents. */
export type Node = { tag: number; value: Buffer; raw: Buffer }

/** Reads exactly one value; throws an Error on anything left over, indefinite or non-minimal lengths. */
export function read(bytes: Uint8Array): Node {
  const nodes = readAll(Buffer.from(bytes))
  const [node] = nodes
  if (!node || nodes.length !== 1) throw new Error('DER: exactly one value expected')
  return node
}

/** The values inside a constructed one. */
export const children = (node: Node): Node[] => readAll(node.value)

/** The n-th child with this tag; throws when it is something else. */
export function child(node: Node, index: number, tag: number): Node {
  const found = children(node)[index]
  if (found?.tag !== tag) throw new Error(`DER: element ${index} should have tag 0x${tag.toString(16)}`)
  return found
}

function readAll(bytes: Buffer): Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < bytes.length; ) {
    const { start, size } = readLength(bytes, at + 1)
    const end = start + size
    if (end > bytes.length) throw new Error('DER: value cut off')
    nodes.push({
      tag: bytes[at] as number,
      value: bytes.subarray(start, end),
      raw: bytes.subarray(at, end),
    })
    at = end
  }
  return nodes
}

function readLength(bytes: Buffer, at: number): { start: number; size: number } {
  const first = bytes[at]
  if (first === undefined) throw new Error('DER: length cut off')
  if (first < 0x80) return { start: at + 1, size: first }
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + 1 + count > bytes.length) throw new Error('DER: bad length')
  const size = bytes.readUIntBE(at + 1, count)
  if (size < 0x80 || bytes[at + 1] === 0) throw new Error('DER: length not minimal')
  return { start: at + 1 + count, size }
}

/** Dotted text of an OBJECT IDENTIFIER node. */
export function oidText(node: Node): string {
  if (node.tag !== tags.oid) throw new Error('DER: object identifier expected')
  const [head = 0, ...rest] = node.value
  const parts: number[] = [Math.min(Math.floor(head / 40), 2)]
  parts.push(head - (parts[0] as number) * 40)
  let part = 0
  for (const byte of rest) {
    part = part * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      parts.push(part)
      part = 0
    }
  }
  return parts.join('.')
}

/** The whole bytes of a BIT STRING node. */
export function bitsOf(node: Node): Buffer {
  if (node.tag !== tags.bits || node.value[0] !== 0) throw new Error('DER: whole-byte BIT STRING expected')
  return node.value.subarray(1)
}

/** Epoch milliseconds of a UTCTime or GeneralizedTime node ending in Z. */
export function timeOf(node: Node): number {
  const text = node.value.toString('latin1')
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19'
  const full = node.tag === tags.utcTime ? century + text : text
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (!match || (node.tag !== tags.utcTime && node.tag !== tags.generalizedTime)) {
    throw new Error('DER: time expected')
  }
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
