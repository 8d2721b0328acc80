// Bearer secrets: of operators, and of whoever collects metrics.
import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether an Authorization header bears this secret; compared in constant time. */
export function bears(header: string | undefined, secret: string): boolean {
  const given = /^Bearer (.+)$/.exec(header ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(secret))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
