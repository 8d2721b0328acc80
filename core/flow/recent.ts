// Canonical forms of the messages this process accepted last: most are delivered within milliseconds, and need not
// be read back and parsed. Only a shortcut: whoever does not find a message here reads the ledger.

export type Recent = {
  put(id: string, canonical: Record<string, unknown>): void
  get(id: string): Record<string, unknown> | undefined
}

/** Keeps the last `most` messages. */
export function createRecent(most: number): Recent {
  const kept = new Map<string, Record<string, unknown>>()
  return {
    put: (id, canonical) => {
      kept.set(id, canonical)
      if (kept.size <= most) return
      const oldest = kept.keys().next()
      if (!oldest.done) kept.delete(oldest.value)
    },
    get: (id) => kept.get(id),
  }
}
