// Clocks of platforms, from the Date header of their replies (RFC 9110 §6.6.1, whole seconds): a signature with a time
// stamp fails when clocks drift apart, and whoever knows that beforehand need not search.

/** `ahead`: how far the platform's clock is ahead of ours, ms, to about a second; `at`: when it was seen, epoch ms. */
export type SeenClock = { system: string; ahead: number; at: number }

export type Clocks = {
  /** notes a reply's Date header, unread: it costs a request next to nothing */
  saw(system: string, date: string | undefined): void
  seen(): SeenClock[]
}

/** Remembers the last reply of each system. */
export function createClocks(now: () => number = Date.now): Clocks {
  const last = new Map<string, { date: string; at: number }>()
  return {
    saw: (system, date) => {
      if (date === undefined) return
      const note = last.get(system)
      if (note) {
        note.date = date
        note.at = now()
      } else last.set(system, { date, at: now() })
    },
    seen: () =>
      [...last].flatMap(([system, { date, at }]) => {
        // the second was cut off: on average half of one
        const ahead = Date.parse(date) + 500 - at
        return Number.isNaN(ahead) ? [] : [{ system, ahead, at }]
      }),
  }
}
