// A tiny DER writer, so that the seals under test are not made by the code that reads them.

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.of(tag, length)
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x80 | bytes.length), bytes])
}

export function element(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([header(tag, body.length), body])
}

export const sequence = (...parts: Uint8Array[]): Buffer => element(0x30, ...parts)
export const octets = (bytes: Uint8Array): Buffer => element(0x04, bytes)
export const bitString = (bytes: Uint8Array): Buffer => element(0x03, Buffer.of(0), bytes)
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text))
export const printable = (text: string): Buffer => element(0x13, Buffer.from(text))
export const ia5 = (text: string): Buffer => element(0x16, Buffer.from(text))
export const context = (number: number, ...parts: Uint8Array[]): Buffer => element(0xa0 | number, ...parts)

export function integer(value: number | Buffer): Buffer {
  if (Buffer.isBuffer(value)) return element(2, value)
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return element(2, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...more] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...more].flatMap((number) => {
    const groups = [number & 0x7f]
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left & 0x7f) | 0x80)
    }
    return groups
  })
  return element(6, Buffer.from(bytes))
}

/** GeneralizedTime in UTC. */
export const generalized = (at: Date): Buffer =>
  element(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
export const utcTime = (at: Date): Buffer =>
  element(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
