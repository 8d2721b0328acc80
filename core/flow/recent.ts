// Canonical forms of the messages this process accepted last: most are delivered within milliseconds, and need not
// be read back and opened. Only a shortcut: whoever does not find a message here reads the ledger.

/** The canonical form of an accepted message; `text` is its JSON, `uses` how many deliveries go by it. */
export type Fresh = { id: string; text: string; value?: Record<string, unknown>; uses: number }

export type Recent = {
  put(fresh: Fresh): void
  has(id: string): boolean
  get(id: string): Record<string, unknown> | undefined
  /** a delivery is done with it: after the last of them it is let go, while it is young */
  used(id: string): void
}

/** Keeps the last `most` messages. */
export function createRecent(most: number): Recent {
  const kept = new Map<string, Fresh>()
  return {
    put: (fresh) => {
      kept.set(fresh.id, fresh)
      if (kept.size <= most) return
      const oldest = kept.keys().next()
      if (!oldest.done) kept.delete(oldest.value)
    },
    has: (id) => kept.has(id),
    get: (id) => {
      const fresh = kept.get(id)
      if (fresh) fresh.value ??= JSON.parse(fresh.text) as Record<string, unknown>
      return fresh?.value
    },
    used: (id) => {
      const fresh = kept.get(id)
      if (fresh && --fresh.uses <= 0) kept.delete(id)
    },
  }
}
