// Strict reading of DER that comes from outside. node-forge parses; what it would forgive is refused here:
// the parsed tree must encode to exactly the bytes that came in.
import forge from 'node-forge'

/** Largest structure accepted, bytes: a seal with its picture is some 20–200 KB. */
export const sizeLimit = 512 * 1024
const depthLimit = 24
// a real one has some 150; forge would spend a second on a quarter of a million
const elementLimit = 5_000

/** The input is not the structure it should be. The message names the place. */
export class DerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DerError'
  }
}

/** One element. Names of `tag` are those of X.680; context tags are written `[0]`. */
export type Node = {
  tag: string
  /** the elements of a constructed one, else empty */
  children: readonly Node[]
  /** the content of a primitive one, else empty */
  content: Buffer
  /** the element as it stood in the input */
  raw(): Buffer
}

const names: Readonly<Record<number, string>> = {
  1: 'BOOLEAN',
  2: 'INTEGER',
  3: 'BIT STRING',
  4: 'OCTET STRING',
  5: 'NULL',
  6: 'OBJECT IDENTIFIER',
  12: 'UTF8String',
  16: 'SEQUENCE',
  17: 'SET',
  19: 'PrintableString',
  22: 'IA5String',
  23: 'UTCTime',
  24: 'GeneralizedTime',
}

type Parse = (
  bytes: string,
  options: { strict: true; parseAllBytes: true; decodeBitStrings: false; maxDepth: number },
) => forge.asn1.Asn1
// the options stand in the library's own comments; its type package knows only `strict`
const parse = forge.asn1.fromDer as unknown as Parse

function tagOf(element: forge.asn1.Asn1): string {
  // forge reads the long form of a tag as if it were the tag 31
  if (Number(element.type) === 31) throw new DerError('a tag number over 30')
  if (element.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC) return `[${element.type}]`
  const name = element.tagClass === forge.asn1.Class.UNIVERSAL ? names[element.type] : undefined
  const constructed = name === 'SEQUENCE' || name === 'SET'
  if (name && constructed !== element.constructed) throw new DerError(`a ${name} in the wrong form`)
  return name ?? `${element.tagClass}/${element.type}`
}

const empty = Buffer.alloc(0)

function nodeOf(element: forge.asn1.Asn1): Node {
  const { value } = element
  return {
    tag: tagOf(element),
    children: Array.isArray(value) ? value.map(nodeOf) : [],
    content: typeof value === 'string' ? Buffer.from(value, 'latin1') : empty,
    raw: () => Buffer.from(forge.asn1.toDer(element).getBytes(), 'latin1'),
  }
}

/** Walks over the headers alone, so that a flood of tiny elements is refused before anything is built. */
function demandFew(bytes: Buffer): void {
  let at = 0
  for (let count = 0; at < bytes.length; count++) {
    if (count === elementLimit) throw new DerError(`more than ${elementLimit} elements`)
    const constructed = ((bytes[at] ?? 0) & 0x20) !== 0
    const first = bytes[at + 1] ?? 0
    const digits = first > 0x80 ? first & 0x7f : 0
    if (first === 0x80 || digits > 4 || at + 2 + digits > bytes.length)
      throw new DerError('not DER: wrong length')
    const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits)
    at += 2 + digits + (constructed ? 0 : length)
  }
}

/** Reads one DER structure; anything that is not strict DER, too large, too deep or too full throws DerError. */
export function readDer(bytes: Buffer): Node {
  if (bytes.length > sizeLimit) throw new DerError(`more than ${sizeLimit} bytes`)
  demandFew(bytes)
  let element: forge.asn1.Asn1
  try {
    const options = {
      strict: true,
      parseAllBytes: true,
      decodeBitStrings: false,
      maxDepth: depthLimit,
    } as const
    element = parse(bytes.toString('latin1'), options)
  } catch (cause) {
    throw new DerError('not an ASN.1 structure', cause)
  }
  const node = nodeOf(element)
  if (!node.raw().equals(bytes)) throw new DerError('not DER: another encoding of the same data')
  return node
}

/** The elements of a SEQUENCE. `what` names the place in errors, here and below. */
export function sequence(node: Node | undefined, what: string): readonly Node[] {
  if (node?.tag !== 'SEQUENCE') throw new DerError(`${what}: a SEQUENCE was expected`)
  return node.children
}

/** The content of a primitive element of one of the `tags`. */
export function content(node: Node | undefined, what: string, ...tags: string[]): Buffer {
  if (!node || !tags.includes(node.tag)) throw new DerError(`${what}: ${tags.join(' or ')} was expected`)
  return node.content
}

/** The octets of a BIT STRING without unused bits; an OCTET STRING is tolerated (met in the field). */
export function bits(node: Node | undefined, what: string): Buffer {
  const bytes = content(node, what, 'BIT STRING', 'OCTET STRING')
  if (node?.tag === 'OCTET STRING') return bytes
  if (bytes[0] !== 0) throw new DerError(`${what}: a BIT STRING of whole octets was expected`)
  return bytes.subarray(1)
}

/** A small non-negative INTEGER. */
export function integer(node: Node | undefined, what: string): number {
  const bytes = content(node, what, 'INTEGER')
  if (bytes.length < 1 || bytes.length > 4 || (bytes[0] ?? 0) > 0x7f) {
    throw new DerError(`${what}: a small INTEGER was expected`)
  }
  return bytes.readUIntBE(0, bytes.length)
}

/** A text; the standard says which string type, and implementations mix them. */
export function text(node: Node | undefined, what: string): string {
  return content(node, what, 'UTF8String', 'IA5String', 'PrintableString').toString('utf8')
}

/** An OBJECT IDENTIFIER in dotted form. */
export function oid(node: Node | undefined, what: string): string {
  const bytes = content(node, what, 'OBJECT IDENTIFIER')
  if (bytes.length === 0 || bytes.length > 64) throw new DerError(`${what}: not an OBJECT IDENTIFIER`)
  // the last byte of each number has its high bit clear
  if ((bytes.at(-1) ?? 0) > 0x7f) throw new DerError(`${what}: a cut OBJECT IDENTIFIER`)
  return forge.asn1.derToOid(bytes.toString('latin1'))
}

/** A GeneralizedTime or UTCTime; the offset is mostly Z. */
export function time(node: Node | undefined, what: string): Date {
  const written = content(node, what, 'GeneralizedTime', 'UTCTime').toString('latin1')
  const full = node?.tag === 'UTCTime' ? `${written.slice(0, 2) >= '50' ? '19' : '20'}${written}` : written
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?(Z|[+-]\d{4})$/.exec(full)
  if (!found) throw new DerError(`${what}: not a time`)
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = found
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`)
  if (Number.isNaN(date.getTime())) throw new DerError(`${what}: no such time`)
  return date
}
