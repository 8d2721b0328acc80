// Random texts for request headers.
import { randomBytes } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A random text of `size` letters and digits, from the operating system's generator, without bias. */
export function randomNonce(size: number): string {
  let text = ''
  while (text.length < size) {
    for (const byte of randomBytes(size)) {
      // 248 = 4 · 62: larger bytes would favour the first letters
      if (byte < 248 && text.length < size) text += letters[byte % 62]
    }
  }
  return text
}
