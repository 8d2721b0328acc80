// What each platform got, in memory: the other half of every "nothing lost, nothing twice, nothing out of order" claim.

import { createHash } from 'node:crypto'
import { type Arrival, createJournal } from './journal.ts'

/** A request that the platform refuses, thrown by its handler. `violation`: the sender broke order or would have
 * caused a second effect, as opposed to merely sending bad data. */
export class Refusal extends Error {
  readonly code: string
  readonly violation: string | undefined
  /** What the violation is: 1002 and 14 are the codes of what comes too early or too late. */
  readonly breaks: 'order' | 'second'
  constructor(code: string, message: string, violation?: string) {
    super(message)
    this.code = code
    this.violation = violation
    this.breaks = code === '1002' || code === '14' ? 'order' : 'second'
  }
}

/** `received`: distinct records accepted with effect; `updated`: changes and deletions of such records. */
export type Summary = {
  received: number
  updated: number
  duplicates: number
  refused: number
  violations: string[]
  pulled: number
  tables: Record<string, number>
}

/** The book of one platform. */
export type Book = {
  /**
   * `same`: this content was kept before under this id; `again`: so it was, and a forgetful platform does not notice;
   * `other`: the id is there with other content.
   */
  seen(table: string, id: string, digest: string): 'new' | 'same' | 'again' | 'other'
  /** From now on repeats are recognised, as at first, or not: then what comes twice has its effect twice. */
  forget(is: boolean): void
  has(table: string, id: string): boolean
  /** The same by business number; for pulled rows by their own id. */
  hasNumber(table: string, number: string): boolean
  /** Keeps a new record, or a new state of a known one; the same state again is a second effect. `key`: its business number. */
  keep(table: string, id: string, digest: string, key: string): void
  duplicate(table: string, id: string, key: string): void
  refuse(): void
  violate(breaks: 'order' | 'second', text: string): void
  /** A row that was pulled: its dataset, its own id, its key. */
  pull(dataset: string, id: string, key: string): void
  summary(): Summary
  /** Records first kept on a day (yyyy-MM-dd, Asia/Shanghai), with their business number, in order of id. */
  keptOn(day: string): { table: string; id: string; number: string }[]
  /**
   * Spoils the book behind everybody's back, for reconciliations to find: what was lost, made up and altered. `records`:
   * lose these, `[table, id]`.
   */
  spoil(wish: SpoilWish): Record<'lost' | 'added' | 'altered', string[]>
  /** Whether a record was lost, and has not come again. */
  isLost(table: string, id: string): boolean
  /** Ids kept, with the digest of their latest content. */
  records(): { table: string; id: string; digest: string }[]
  /** What arrived, in order, from place `after` on. */
  arrivals(after: number, limit: number): { arrivals: Arrival[]; next: number }
}

/** SM3 (hex) of a flat row, without the columns that may change from one attempt to the next. */
export function contentDigest(row: Record<string, unknown>, without: readonly string[] = []): string {
  const pairs = Object.entries(row).filter(([name]) => !without.includes(name))
  pairs.sort(([left], [right]) => (left < right ? -1 : 1))
  return createHash('sm3').update(JSON.stringify(pairs)).digest('hex')
}

type Kept = { table: string; id: string; digests: string[]; number: string; day: string }

/** The day of a moment in Asia/Shanghai. */
export const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)

type SpoilWish = {
  lose: number
  add: number
  alter: number
  records?: readonly (readonly [string, string])[]
}

function spoil(
  kept: Map<string, Kept>,
  { lose, add, alter, records = [] }: SpoilWish,
  drop: (key: string, record: Kept) => void,
): Record<'lost' | 'added' | 'altered', string[]> {
  const named = new Set(records.map(([table, id]) => `${table}\n${id}`))
  const [first, rest] = [[...kept.entries()].filter(([key]) => named.has(key)), [...kept.entries()]]
  const chosen = rest.filter(([key]) => !named.has(key)).slice(0, lose + alter)
  const lost = [...first, ...chosen.slice(0, lose)].map(([key, record]) => {
    drop(key, record)
    return record.id
  })
  const altered = chosen.slice(lose).map(([, record]) => {
    record.number = `${record.number}X`
    return record.id
  })
  const like = [...kept.values()][0]
  const added = Array.from({ length: like ? add : 0 }, (_, n) => {
    const id = `${like?.id.slice(0, -4)}ff${String(n).padStart(2, '0')}`
    kept.set(`${like?.table}\n${id}`, { ...(like as Kept), id, digests: [] })
    return id
  })
  return { lost, added, altered }
}

/** An empty book. */
export function createBook(): Book {
  const kept = new Map<string, Kept>()
  const numbers = new Set<string>()
  const counts = { received: 0, updated: 0, duplicates: 0, refused: 0, pulled: 0 }
  const violations: string[] = []
  const journal = createJournal()
  const tables: Record<string, number> = {}
  const lost = new Set<string>()
  let isForgetful = false
  const keyOf = (table: string, id: string) => `${table}\n${id}`

  return {
    seen(table, id, digest) {
      const record = kept.get(keyOf(table, id))
      if (!record) return 'new'
      if (!record.digests.includes(digest)) return 'other'
      return isForgetful ? 'again' : 'same'
    },
    forget: (is) => {
      isForgetful = is
    },
    has: (table, id) => kept.has(keyOf(table, id)),
    hasNumber: (table, number) => numbers.has(keyOf(table, number)),
    keep(table, id, digest, key) {
      journal.add('kept', table, id, key)
      numbers.add(keyOf(table, key))
      const record = kept.get(keyOf(table, id))
      if (record) {
        if (record.digests.includes(digest)) violations.push(`${key} ${table} ${id}: 同一记录两次生效`)
        record.digests.push(digest)
        counts.updated++
        return
      }
      kept.set(keyOf(table, id), { table, id, digests: [digest], number: key, day: dayOf(Date.now()) })
      lost.delete(keyOf(table, id))
      counts.received++
      tables[table] = (tables[table] ?? 0) + 1
    },
    duplicate(table, id, key) {
      journal.add('repeat', table, id, key)
      counts.duplicates++
    },
    refuse: () => void counts.refused++,
    violate(breaks, text) {
      journal.add(breaks, '', '', '', text)
      violations.push(text)
    },
    pull(dataset, id, key) {
      journal.add('kept', dataset, id, key)
      numbers.add(keyOf(dataset, id))
      counts.pulled++
    },
    summary: () => ({ ...counts, violations: [...violations], tables: { ...tables } }),
    records: () =>
      [...kept.values()].map(({ table, id, digests }) => ({ table, id, digest: digests.at(-1) ?? '' })),
    keptOn: (day) =>
      [...kept.values()]
        .filter((record) => record.day === day)
        .map(({ table, id, number }) => ({ table, id, number }))
        .sort((a, b) => (keyOf(a.table, a.id) < keyOf(b.table, b.id) ? -1 : 1)),
    spoil: (wish) =>
      spoil(kept, wish, (key, { table }) => {
        kept.delete(key)
        lost.add(key)
        // what comes again is counted again
        counts.received--
        tables[table] = (tables[table] ?? 0) - 1
      }),
    isLost: (table, id) => lost.has(keyOf(table, id)),
    arrivals: journal.page,
  }
}
