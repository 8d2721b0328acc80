// Wall-clock time in Mianyang as each department writes it. No offset travels on the wire,
// so a moment here is a plain number: the milliseconds of that wall clock read as if it were UTC.

/** A wall-clock moment (Asia/Shanghai) as `Date.UTC(y, m, d, h, min, s)`. */
export type Moment = number

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Moment of a text `yyyy-MM-dd` (midnight). */
export function dayOf(text: string): Moment {
  const moment = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(moment)) throw new Error(`not a date: ${text}`)
  return moment
}

/** The same moment when an office is open (Monday to Friday, 9 to 17), else the next morning. */
export function working(at: Moment): Moment {
  const today = at - (at % DAY)
  const open = today + 9 * HOUR + (at % HOUR)
  const hour = (at % DAY) / HOUR
  if (weekend(at) || hour >= 17) return working(open + DAY)
  return hour < 9 ? open : at
}

function weekend(at: Moment): boolean {
  return [0, 6].includes(new Date(at).getUTCDay())
}

/** `2026-11-24T09:30:00` */
export const iso = (at: Moment): string => new Date(at).toISOString().slice(0, 19)
/** `2026-11-24 09:30:00` */
export const spaced = (at: Moment): string => iso(at).replace('T', ' ')
/** `2026-11-24` */
export const date = (at: Moment): string => iso(at).slice(0, 10)
/** `20261124093000` */
export const compact = (at: Moment): string => iso(at).replace(/\D/g, '')
/** `20261124` */
export const compactDate = (at: Moment): string => compact(at).slice(0, 8)
/** Real epoch milliseconds (China keeps +08:00 all year since 1991). */
export const epoch = (at: Moment): number => at - 8 * HOUR
