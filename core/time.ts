// Time as the platforms write it: Asia/Shanghai, no offset on the wire (UTC+8 all year since 1991).
const shift = 8 * 3600 * 1000

/** `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai. */
export function localTime(at: Date): string {
  return new Date(at.getTime() + shift).toISOString().slice(0, 19).replace('T', ' ')
}

/** `yyyy-MM-dd` in Asia/Shanghai. */
export function localDay(at: Date): string {
  return new Date(at.getTime() + shift).toISOString().slice(0, 10)
}
