// Most texts of a stock file hold nothing but characters. Whether one does is asked a million times, so each sign that
// makes a text special is searched through a whole chunk once, not text by text.

const signs = ['&', '\r', ']]>'] as const

/** Tells of texts of one chunk, asked for in order. `reset` begins the next chunk. */
export type Marks = { reset(): void; within(text: string, from: number, to: number): boolean }

/** Finds whether a text holds a reference, a carriage return or `]]>`. */
export function specialMarks(): Marks {
  const places: number[] = signs.map(() => -1)
  let nearest = -1
  return {
    reset() {
      places.fill(-1)
      nearest = -1
    },
    within(text, from, to) {
      if (nearest < from) {
        for (const [i, sign] of signs.entries()) {
          if ((places[i] ?? -1) >= from) continue
          const found = text.indexOf(sign, from)
          places[i] = found < 0 ? text.length : found
        }
        nearest = Math.min(...places)
      }
      return nearest < to
    },
  }
}
