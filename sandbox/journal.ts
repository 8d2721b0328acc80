// What reached a platform, in order of arrival: by this an outside checker judges the sender.

/**
 * `kept`: it had its effect. `repeat`: recognised as a record that is there, no effect. `order`: refused or noted because
 * it came too early or too late. `second`: it was, or would have been, a second effect.
 */
export type What = 'kept' | 'repeat' | 'order' | 'second'

/** One arrival. `at`: epoch milliseconds; `key`: the business number; `note`: what was wrong with it. */
export type Arrival = { at: number; what: What; table: string; id: string; key: string; note?: string }

/** Arrivals from place `after` (0 = the first) on, at most `limit`. */
export type Journal = {
  add(what: What, table: string, id: string, key: string, note?: string): void
  page(after: number, limit: number): { arrivals: Arrival[]; next: number }
}

/** An empty journal. */
export function createJournal(): Journal {
  const arrivals: Arrival[] = []
  return {
    add: (what, table, id, key, note) =>
      void arrivals.push({ at: Date.now(), what, table, id, key, ...(note === undefined ? {} : { note }) }),
    page: (after, limit) => {
      const part = arrivals.slice(after, after + limit)
      return { arrivals: part, next: after + part.length }
    },
  }
}
