// Random texts for request headers.
import { randomBytes } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

// drawn in blocks: a call to the operating system costs more than the letters
let pool = Buffer.alloc(0)
let used = 0

/** A random text of `size` letters and digits, from the operating system's generator, without bias. */
export function randomNonce(size: number): string {
  let text = ''
  while (text.length < size) {
    if (used === pool.length) {
      pool = randomBytes(4096)
      used = 0
    }
    const byte = pool[used++] ?? 255
    // 248 = 4 · 62: larger bytes would favour the first letters
    if (byte < 248) text += letters[byte % 62]
  }
  return text
}
