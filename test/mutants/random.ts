// A seeded source of chance, so that the same seed always gives the same mutants.

/** Numbers and choices that depend on the seed alone. */
export type Random = {
  /** 0 ≤ n < `below` */
  below(below: number): number
  pick<T>(list: readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (size: number): number => Math.floor(next() * size)
  return {
    below,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    shuffle: <T>(list: readonly T[]): T[] => {
      const copy = [...list]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1)
        ;[copy[i], copy[j]] = [copy[j] as T, copy[i] as T]
      }
      return copy
    },
  }
}

/** A typing mistake in a word: a character lost, doubled, changed or two swapped. Never one of `taken`. */
export function misspell(word: string, random: Random, taken: Iterable<string> = []): string {
  const used = new Set([word, ...taken])
  const characters = Array.from(word)
  for (let round = 0; round < 50; round++) {
    const at = random.below(characters.length)
    const copy = [...characters]
    const way = random.below(4)
    if (way === 0 && copy.length > 2) copy.splice(at, 1)
    else if (way === 1 && at > 0) [copy[at - 1], copy[at]] = [copy[at] ?? '', copy[at - 1] ?? '']
    else if (way === 2) copy.splice(at, 0, copy[at] ?? '')
    else if (/[a-z]/i.test(copy[at] ?? '')) copy[at] = copy[at] === 'q' ? 'w' : 'q'
    const result = copy.join('')
    if (!used.has(result) && /^[^\s.:{}[\],]+$/u.test(result)) return result
  }
  return `${word}x`
}
