// Exact decimal arithmetic for amounts: 19.99 × 100 is 1999, and a number that a double cannot hold is refused, not
// rounded. Up to 15 digits are counted in plain integers, more in BigInt; both give the same result.

type Small = { units: number; scale: number }
type Decimal = { units: bigint; scale: number }

/** A number, or a decimal text with as many places as were fixed; undefined for what is no number. */
export type Compute = (value: unknown) => number | string | undefined

/** The largest count of 15 digits. */
const MOST = 999_999_999_999_999
const powers = Array.from({ length: 23 }, (_, i) => 10 ** i)

/**
 * Compiles `value` × `multiply`, rounded half away from zero to `fixed` decimals.
 * Without `fixed` the result is a number, or decimal text when a double cannot hold it.
 */
export function compileDecimal(multiply: number | undefined, fixed: number | undefined): Compute {
  const times = plainNumber(multiply ?? 1)
  const factor = readSmall(times)
  return (value) => {
    const text = typeof value === 'number' ? plainNumber(value) : value
    if (typeof text !== 'string') return undefined
    const small = readSmall(text)
    const units = small === undefined || factor === undefined ? Number.NaN : small.units * factor.units
    const scale = (small?.scale ?? 0) + (factor?.scale ?? 0)
    // a double holds every decimal of 15 digits, and powers of ten up to 22
    if (!(Math.abs(units) <= MOST) || scale >= powers.length) return computeLarge(text, times, fixed)
    return fixed === undefined ? units / (powers[scale] ?? 1) + 0 : fixSmall(units, scale, fixed)
  }
}

/** Reads a plain decimal of at most 15 digits. */
function readSmall(text: string): Small | undefined {
  const start = text.charCodeAt(0) === 45 ? 1 : 0
  let units = 0
  let point = -1
  if (text.length === start || text.length > 17) return undefined
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46 && point < 0 && i > start && i < text.length - 1) point = i
    else if (code >= 48 && code <= 57) units = units * 10 + (code - 48)
    else return undefined
  }
  if (units > MOST) return undefined
  return { units: start === 1 ? -units : units, scale: point < 0 ? 0 : text.length - point - 1 }
}

function fixSmall(units: number, scale: number, places: number): string {
  let whole = Math.abs(units)
  if (scale > places) {
    const unit = powers[scale - places] ?? 1
    const rest = whole % unit
    whole = (whole - rest) / unit + (rest * 2 >= unit ? 1 : 0)
  }
  const filled = scale < places ? String(whole) + '0'.repeat(places - scale) : String(whole)
  return (units < 0 && whole > 0 ? '-' : '') + point(filled, places)
}

function point(digits: string, places: number): string {
  if (places === 0) return digits
  const padded = digits.padStart(places + 1, '0')
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`
}

function computeLarge(
  text: string,
  multiply: string,
  fixed: number | undefined,
): number | string | undefined {
  const left = readDecimal(text)
  const right = readDecimal(multiply)
  if (left === undefined || right === undefined) return undefined
  const product = { units: left.units * right.units, scale: left.scale + right.scale }
  if (fixed !== undefined) return writeDecimal(fix(product, fixed))
  const written = writeDecimal(product)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return exactNumber(written) ?? written
}

function readDecimal(text: string): Decimal | undefined {
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text)
  if (match === null) return undefined
  const fraction = match[3] ?? ''
  const units = BigInt(`${match[2]}${fraction}`)
  return { units: match[1] === '-' ? -units : units, scale: fraction.length }
}

function writeDecimal({ units, scale }: Decimal): string {
  return (units < 0n ? '-' : '') + point((units < 0n ? -units : units).toString(), scale)
}

function fix({ units, scale }: Decimal, places: number): Decimal {
  if (scale <= places) return { units: units * 10n ** BigInt(places - scale), scale: places }
  const unit = 10n ** BigInt(scale - places)
  const half = units < 0n ? -unit / 2n : unit / 2n
  return { units: (units + half) / unit, scale: places }
}

/** The number a decimal text stands for, when a double holds it exactly as written; else undefined. */
export function exactNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined
  const number = Number(text)
  const plain = plainNumber(number)
  if (plain === text) return number
  const written = text
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return plain === written || (number === 0 && /^-?0$/.test(written)) ? number + 0 : undefined
}

/** True when a number fits n(`digits`, `scale`). */
export function fitsDecimal(value: number, digits: number, scale: number): boolean {
  if (!(Math.abs(value) < 10 ** (digits - scale))) return false
  if (Number.isInteger(value)) return true
  const text = plainNumber(value)
  return !text.includes('e') && text.length - text.indexOf('.') - 1 <= scale
}

/** A number as it is written without an exponent, where that is short: 0.0000001, not 1e-7. */
function plainNumber(value: number): string {
  const text = String(value)
  const [, sign, first, rest = '', zeros] = /^(-?)(\d)(?:\.(\d+))?e-(\d\d?)$/.exec(text) ?? []
  return first === undefined ? text : `${sign}0.${'0'.repeat(Number(zeros) - 1)}${first}${rest}`
}
