// The report as operators read it: what each fact says, and what to do about those that are not well.
import type { Report } from './health.ts'
import { rowOf } from './table.ts'

const rank = { fail: 0, warn: 1, ok: 2 } as const

/** With words in both languages, the worst facts first. */
export function shownReport({ state, at, facts }: Report) {
  const shown = facts.map(({ name, of, value, limit, state }) => {
    const { unit, is, todo } = rowOf(name)
    return { name, of, state, value, unit, limit, ...is, todo: state === 'ok' ? null : todo }
  })
  return { state, at, facts: shown.sort((a, b) => rank[a.state] - rank[b.state]) }
}
