// What each platform got, in memory: the other half of every "nothing lost, nothing twice, nothing out of order" claim.

import { createHash } from 'node:crypto'

/** A request that the platform refuses, thrown by its handler. `violation`: the sender broke order or would have
 * caused a second effect, as opposed to merely sending bad data. */
export class Refusal extends Error {
  readonly code: string
  readonly violation: string | undefined
  constructor(code: string, message: string, violation?: string) {
    super(message)
    this.code = code
    this.violation = violation
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
  /** `same`: this content was kept before under this id; `other`: the id is there with other content. */
  seen(table: string, id: string, digest: string): 'new' | 'same' | 'other'
  has(table: string, id: string): boolean
  /** Keeps a new record, or a new state of a known one. */
  keep(table: string, id: string, digest: string): void
  duplicate(): void
  refuse(): void
  violate(text: string): void
  pull(count: number): void
  summary(): Summary
  /** Ids kept, with the digest of their latest content. */
  records(): { table: string; id: string; digest: string }[]
}

/** SM3 (hex) of a flat row, without the columns that may change from one attempt to the next. */
export function contentDigest(row: Record<string, unknown>, without: readonly string[] = []): string {
  const pairs = Object.entries(row).filter(([name]) => !without.includes(name))
  pairs.sort(([left], [right]) => (left < right ? -1 : 1))
  return createHash('sm3').update(JSON.stringify(pairs)).digest('hex')
}

/** An empty book. */
export function createBook(): Book {
  const kept = new Map<string, { table: string; id: string; digests: string[] }>()
  const counts = { received: 0, updated: 0, duplicates: 0, refused: 0, pulled: 0 }
  const violations: string[] = []
  const tables: Record<string, number> = {}
  const keyOf = (table: string, id: string) => `${table}\n${id}`

  return {
    seen(table, id, digest) {
      const record = kept.get(keyOf(table, id))
      if (!record) return 'new'
      return record.digests.includes(digest) ? 'same' : 'other'
    },
    has: (table, id) => kept.has(keyOf(table, id)),
    keep(table, id, digest) {
      const record = kept.get(keyOf(table, id))
      if (record) {
        record.digests.push(digest)
        counts.updated++
        return
      }
      kept.set(keyOf(table, id), { table, id, digests: [digest] })
      counts.received++
      tables[table] = (tables[table] ?? 0) + 1
    },
    duplicate: () => void counts.duplicates++,
    refuse: () => void counts.refused++,
    violate: (text) => void violations.push(text),
    pull: (count) => {
      counts.pulled += count
    },
    summary: () => ({ ...counts, violations: [...violations], tables: { ...tables } }),
    records: () =>
      [...kept.values()].map(({ table, id, digests }) => ({ table, id, digest: digests.at(-1) ?? '' })),
  }
}
