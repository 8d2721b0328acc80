// A seeded source of choices, so that one seed and one run label always make the same traffic.

/** Choices drawn in order from one seed. Every draw moves the source on. */
export type Random = {
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** True once in `n` draws on average. */
  oneIn(n: number): boolean
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** `count` different elements in list order of drawing (all of them when the list is shorter). */
  sample<T>(list: readonly T[], count: number): T[]
  /** An independent source for a named part, so that adding draws in one case never changes another. */
  fork(name: string): Random
}

/** 32-bit FNV-1a of a text. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) h = Math.imul(h ^ byte, 0x01000193) >>> 0
  return h
}

/** A source for a text seed (mulberry32). */
export function createRandom(seed: string): Random {
  let state = hash32(seed)
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  function int(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1))
  }
  function pick<T>(list: readonly T[]): T {
    const item = list[int(0, list.length - 1)]
    if (item === undefined) throw new Error('pick from an empty list')
    return item
  }
  function sample<T>(list: readonly T[], count: number): T[] {
    const rest = [...list]
    const drawn: T[] = []
    while (drawn.length < count && rest.length > 0) drawn.push(...rest.splice(int(0, rest.length - 1), 1))
    return drawn
  }
  return {
    int,
    pick,
    sample,
    oneIn: (n) => int(1, n) === 1,
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}
