// Exact decimal arithmetic for amounts: 19.99 × 100 is 1999, and a number that a double cannot hold is refused, not rounded.

type Decimal = { units: bigint; scale: number }

/** Reads `-12.50` or a JSON number; undefined for anything that is not a plain decimal. */
function readDecimal(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text)
  if (match === null) return undefined
  const fraction = match[3] ?? ''
  const units = BigInt(`${match[2]}${fraction}`)
  return { units: match[1] === '-' ? -units : units, scale: fraction.length }
}

function writeDecimal({ units, scale }: Decimal): string {
  const sign = units < 0n ? '-' : ''
  const text = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/** Rounds half away from zero, or fills with zeros, to `places` decimals. */
function fix({ units, scale }: Decimal, places: number): Decimal {
  if (scale <= places) return { units: units * 10n ** BigInt(places - scale), scale: places }
  const unit = 10n ** BigInt(scale - places)
  const half = units < 0n ? -unit / 2n : unit / 2n
  return { units: (units + half) / unit, scale: places }
}

/** `value` × `multiply`, to `fixed` decimals when given; decimal text, or undefined for what is no number. */
export function computeDecimal(
  value: unknown,
  multiply: number | undefined,
  fixed: number | undefined,
): string | undefined {
  const decimal = readDecimal(value)
  if (decimal === undefined) return undefined
  const factor = multiply === undefined ? undefined : readDecimal(multiply)
  const product =
    factor === undefined
      ? decimal
      : { units: decimal.units * factor.units, scale: decimal.scale + factor.scale }
  if (fixed !== undefined) return writeDecimal(fix(product, fixed))
  const text = writeDecimal(product)
  return product.scale === 0 ? text : text.replace(/\.?0+$/, '')
}

/** The number a decimal text stands for, when a double holds it exactly as written; else undefined. */
export function exactNumber(text: string): number | undefined {
  const plain = /^-?\d+(\.\d+)?$/.test(text)
  if (!plain) return undefined
  const number = Number(text)
  const written = text
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return String(number) === written || (number === 0 && /^-?0$/.test(written)) ? number : undefined
}

/** Digits before and after the point of a number or numeric text; undefined for what is neither. */
export function decimalSize(value: number): { whole: number; scale: number } | undefined {
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(String(value))
  if (match === null) return undefined
  return { whole: match[1] === '0' ? 0 : (match[1] ?? '').length, scale: (match[2] ?? '').length }
}
