// Dates as they stand on the wire: Asia/Shanghai, no offset, no daylight saving.

const offset = 8 * 3_600_000

/** Epoch milliseconds as `yyyy-MM-dd HH:mm:ss`. */
export function shanghai(at: number): string {
  return new Date(at + offset).toISOString().slice(0, 19).replace('T', ' ')
}

const forms = {
  date: /^(\d{4})-(\d\d)-(\d\d)$/,
  datetime: /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/,
  yyyyMMdd: /^(\d{4})(\d\d)(\d\d)$/,
  yyyyMMddHHmmss: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/,
} as const

/** A written form of a date or date with time. */
export type Form = keyof typeof forms

/** Epoch milliseconds; undefined when the text has another form or the day does not exist (2020-02-30). */
export function parseTime(text: string, form: Form): number | undefined {
  const match = forms[form].exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)
  return back.startsWith(match.slice(1).join('')) ? at - offset : undefined
}
