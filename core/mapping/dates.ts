// Fixed-format dates without Date.parse: a format says where each digit stands, the calendar is checked,
// and a conversion only copies digits. Time zone is always Asia/Shanghai (UTC+8), as on the platforms' wires.

type Part = 'yyyy' | 'MM' | 'dd' | 'HH' | 'mm' | 'ss' | 'SSS'
type Layout = {
  length: number
  parts: Partial<Record<Part, number>>
  literals: readonly (readonly [number, string])[]
}

/** The canonical forms of the hub. */
export const DATETIME = 'yyyy-MM-dd HH:mm:ss'
export const DATE = 'yyyy-MM-dd'
const HOURS_8 = 8 * 3600 * 1000

/** Formats that count from 1970-01-01T00:00:00Z, and how many milliseconds they count in; their values are numbers. */
const epochs: ReadonlyMap<string, number> = new Map([
  ['epochMillis', 1],
  ['epochSeconds', 1000],
])
const LAST_MOMENT = 253402300799999 // 9999-12-31T23:59:59.999Z

export function isEpoch(format: string): boolean {
  return epochs.has(format)
}

/** Most characters a date of the format has. */
export function formatLength(format: string): number {
  const unit = epochs.get(format)
  return unit === undefined
    ? format.replaceAll("'", '').length
    : (String(LAST_MOMENT / unit).split('.')[0]?.length ?? 0)
}

/** A date format that cannot be used; the message says why. */
export class DateFormatError extends Error {}

/** Reads `yyyy MM dd HH mm ss SSS`, `'quoted'` text and punctuation; any other letter is refused. */
function readLayout(format: string): Layout {
  const parts: Layout['parts'] = {}
  const literals: [number, string][] = []
  let length = 0
  for (const [token] of format.matchAll(/yyyy|MM|dd|HH|mm|ss|SSS|'[^']*'|[\s\S]/g)) {
    if (/^(yyyy|MM|dd|HH|mm|ss|SSS)$/.test(token)) {
      if (parts[token as Part] !== undefined) throw new DateFormatError(`${token} stands twice in ${format}`)
      parts[token as Part] = length
      length += token.length
      continue
    }
    if (/^[A-Za-z']$/.test(token)) throw new DateFormatError(`"${token}" is not a date letter in ${format}`)
    // by UTF-16 units, as texts are measured
    for (const unit of (token.startsWith("'") ? token.slice(1, -1) : token).split('')) {
      literals.push([length++, unit])
    }
  }
  if (Object.keys(parts).length === 0) throw new DateFormatError(`${format} holds no date part`)
  return { length, parts, literals }
}

function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

/** True for a day that exists in the Gregorian calendar. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return false
  if (month === 2) return day <= ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28)
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
}

/** Compiles a format to a test: right length, right digits, right literals, a real day and time. */
export function compileDateTest(format: string): (text: string) => boolean {
  const unit = epochs.get(format)
  if (unit !== undefined) return (text) => /^\d{1,15}$/.test(text) && Number(text) * unit <= LAST_MOMENT
  const { length, parts, literals } = readLayout(format)
  const { yyyy, MM, dd, HH, mm, ss, SSS } = parts
  const places = literals.map(([at]) => at)
  const units = literals.map(([, unit]) => unit.charCodeAt(0))
  return (text) => {
    if (text.length !== length) return false
    for (let i = 0; i < units.length; i++) if (text.charCodeAt(places[i] as number) !== units[i]) return false
    const year = yyyy === undefined ? 2000 : digits(text, yyyy, 4)
    const month = MM === undefined ? 1 : digits(text, MM, 2)
    const day = dd === undefined ? 1 : digits(text, dd, 2)
    if (!isCalendarDay(year, month, day)) return false
    return (
      (HH === undefined || inside(digits(text, HH, 2), 23)) &&
      (mm === undefined || inside(digits(text, mm, 2), 59)) &&
      (ss === undefined || inside(digits(text, ss, 2), 59)) &&
      (SSS === undefined || digits(text, SSS, 3) >= 0)
    )
  }
}

function inside(value: number, most: number): boolean {
  return value >= 0 && value <= most
}

const blanks: Record<Part, string> = {
  yyyy: '',
  MM: '01',
  dd: '01',
  HH: '00',
  mm: '00',
  ss: '00',
  SSS: '000',
}

/**
 * Compiles a conversion between formats; undefined for a text that is not a date of `from`.
 * `epochMillis` and `epochSeconds` are allowed on both sides. Parts `from` lacks become the first of their kind.
 */
export function compileDateConversion(
  from: string,
  to: string,
): (value: unknown) => string | number | undefined {
  const factor = epochs.get(from)
  if (factor !== undefined) {
    const write = to === from ? undefined : compileDateConversion("yyyy-MM-dd'T'HH:mm:ss.SSS", to)
    return (value) => {
      const moment = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
      if (typeof moment !== 'number' || !Number.isSafeInteger(moment) || moment < 0) return undefined
      if (write === undefined) return moment
      const shifted = moment * factor + HOURS_8
      return shifted > LAST_MOMENT ? undefined : write(new Date(shifted).toISOString().slice(0, 23))
    }
  }
  const test = compileDateTest(from)
  const unit = epochs.get(to)
  if (unit !== undefined) return toEpoch(from, test, unit)
  if (to === from) return (value) => (typeof value === 'string' && test(value) ? value : undefined)
  const copy = compileCopy(readLayout(from), to)
  return (value) => (typeof value === 'string' && test(value) ? copy(value) : undefined)
}

/** Pieces of a copy: a text, or the part of the source from one place to another. */
type Piece = string | readonly [number, number]

function compileCopy(source: Layout, to: string): (text: string) => string {
  const pieces = piecesOf(source, readLayout(to))
  const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : ''))
  const starts = pieces.map((piece) => (typeof piece === 'string' ? -1 : piece[0]))
  const ends = pieces.map((piece) => (typeof piece === 'string' ? -1 : piece[1]))
  return (text) => {
    let result = ''
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] as number
      result += start < 0 ? (texts[i] as string) : text.slice(start, ends[i])
    }
    return result
  }
}

/** What stands side by side in both formats, also the same literal, is one piece. */
function piecesOf(source: Layout, target: Layout): Piece[] {
  const literals = new Map(source.literals)
  const pieces: Piece[] = []
  const add = (start: number | undefined, text: string): void => {
    const last = pieces.at(-1)
    const end = typeof last === 'object' ? last[1] : -1
    const from = start ?? (literals.get(end) === text ? end : undefined)
    if (typeof last === 'object' && from === end) pieces[pieces.length - 1] = [last[0], end + text.length]
    else if (from !== undefined) pieces.push([from, from + text.length])
    else if (typeof last === 'string') pieces[pieces.length - 1] = last + text
    else pieces.push(text)
  }
  for (const [part, text] of inOrder(target)) {
    const start = part === undefined ? undefined : source.parts[part]
    if (part === 'yyyy' && start === undefined) throw new DateFormatError('the source format has no year')
    add(start, part !== undefined && start === undefined ? blanks[part] : text)
  }
  return pieces
}

/** Parts and literals of a layout as they stand; a part's text has its length. */
function inOrder({ parts, literals }: Layout): (readonly [Part | undefined, string])[] {
  const all = [
    ...literals.map(([at, text]) => ({ at, part: undefined, text })),
    ...(Object.entries(parts) as [Part, number][]).map(([part, at]) => ({ at, part, text: part })),
  ]
  return all.sort((a, b) => a.at - b.at).map(({ part, text }) => [part, text])
}

function toEpoch(from: string, test: (text: string) => boolean, unit: number) {
  const full = compileCopy(readLayout(from), 'yyyyMMddHHmmssSSS')
  return (value: unknown): number | undefined => {
    if (typeof value !== 'string' || !test(value)) return undefined
    const t = full(value)
    const at = (start: number, count: number): number => digits(t, start, count)
    const utc = Date.UTC(at(0, 4), at(4, 2) - 1, at(6, 2), at(8, 2), at(10, 2), at(12, 2), at(14, 3))
    return Math.floor((utc - HOURS_8) / unit)
  }
}

/** 2026-03-02 09:30:00 as a text of the format. */
export function exampleDate(format: string): string {
  return String(compileDateConversion(DATETIME, format)('2026-03-02 09:30:00'))
}

/** The present in Asia/Shanghai as a canonical datetime. */
export function shanghaiNow(now: number = Date.now()): string {
  return new Date(now + HOURS_8).toISOString().slice(0, 19).replace('T', ' ')
}
