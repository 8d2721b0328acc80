// Time as the platforms write it: Asia/Shanghai, no offset on the wire (UTC+8 all year since 1991).
const shift = 8 * 3600 * 1000

/** `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai. */
export function localTime(at: Date): string {
  return new Date(at.getTime() + shift).toISOString().slice(0, 19).replace('T', ' ')
}

/** The first moment of a day `yyyy-MM-dd` in Asia/Shanghai. */
export function startOfDay(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - shift)
}

/** The day `count` days after a day `yyyy-MM-dd`; before it, when negative. */
export function addDays(day: string, count: number): string {
  return localDay(new Date(startOfDay(day).getTime() + count * 24 * 3600 * 1000))
}

/** `yyyy-MM-dd` in Asia/Shanghai. */
export function localDay(at: Date): string {
  return new Date(at.getTime() + shift).toISOString().slice(0, 10)
}
