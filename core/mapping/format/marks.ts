// Most texts of a stock file hold nothing but characters. Whether one does is asked a million times, so each sign that
// makes a text special is searched through a whole chunk once, not text by text.

const signs = ['&', '\r', ']]>'] as const

/** Tells of texts of one chunk, asked for in order. `reset` begins the next chunk. */
export type Marks = { reset(): void; within(text: string, from: number, to: number): boolean }

/** Finds whether a text holds a reference, a carriage return or `]]>`. */
export function specialMarks(): Marks {
  const next: number[] = signs.map(() => -1)
  return {
    reset: () => void next.fill(-1),
    within(text, from, to) {
      for (let i = 0; i < signs.length; i++) {
        let found = next[i] as number
        if (found < from) {
          found = text.indexOf(signs[i] as string, from)
          if (found < 0) found = text.length
          next[i] = found
        }
        if (found < to) return true
      }
      return false
    },
  }
}
