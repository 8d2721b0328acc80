// Identifiers: UUID version 7 (RFC 9562 §5.7), time-ordered so that new rows land at the end of an index.
import { randomBytes } from 'node:crypto'
import { localDay } from './time.ts'

let last = 0n
let pool = Buffer.alloc(0)
let used = 0

/** A new UUIDv7; ids of one process are strictly increasing. */
export function newId(): string {
  if (used + 8 > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  // 48 bits of milliseconds and 12 bits that count within one
  const now = BigInt(Date.now()) << 12n
  last = now > last ? now : last + 1n
  const head = last.toString(16).padStart(15, '0')
  const tail = pool.subarray(used, used + 8)
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80
  const end = tail.toString('hex')
  used += 8
  return `${head.slice(0, 8)}-${head.slice(8, 12)}-7${head.slice(12)}-${end.slice(0, 4)}-${end.slice(4)}`
}

/** Ids for one commit: all of one day (Asia/Shanghai), so that what was written together is archived together. */
export function newIds(count: number): string[] {
  for (;;) {
    const ids = Array.from({ length: count }, newId)
    if (dayOf(ids[0] ?? '') === dayOf(ids.at(-1) ?? '')) return ids
  }
}

/** The day on which an id was made, `yyyy-MM-dd` in Asia/Shanghai. */
export function dayOf(id: string): string {
  return localDay(new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)))
}

/** The smallest id of a moment: every id made at or after it is larger. */
export function idAt(moment: Date): string {
  const head = moment.getTime().toString(16).padStart(12, '0')
  return `${head.slice(0, 8)}-${head.slice(8, 12)}-7000-0000-000000000000`
}

/** Whether a text from outside can be the id of a row. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}
