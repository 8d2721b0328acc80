// Counts what was accepted, and works out from it what must arrive at each platform in the end.
import type { Entry, Kind } from './record.ts'

/** Canonical type of each kind of record. */
const types: Readonly<Record<Kind, string>> = {
  acceptance: 'case.accepted',
  process: 'case.process',
  special: 'case.special',
  material: 'case.material',
  completion: 'case.completed',
  licence: 'licence.issued',
  review: 'review.submitted',
  inspection: 'inspection.done',
}

/** Records that must have their effect once at each platform when everything is delivered. */
export type Expected = {
  province: number
  elicence: number
  eseal: number
  supervision: number
  review: number
}

/** The last line of a run. */
export type Summary = {
  /** Accepted records per canonical type. */
  sent: Record<string, number>
  /** Receipts of accepted records, one each. */
  receipts: number
  /** Records sent a second time on purpose and answered `duplicate: true` with the same receipt. */
  duplicates: number
  /** Good records that the hub refused; 0 in a right world. */
  refused: number
  /** Records accepted, all types together. */
  messages: number
  /** Postings answered. */
  posts: number
  /** Tries that were repeated, and their reasons with counts. */
  retries: number
  reasons: Record<string, number>
  /** Receipts whose digest, path and signature were checked. */
  verified: number
  /** Bad records sent with --faults, and how many of them were refused. */
  faults: { sent: number; refused: number }
  expected: Expected
  /** The first twenty things that went wrong. */
  problems: string[]
  seconds: number
}

/** A running count. */
export type Tally = {
  accept(entries: readonly Entry[]): void
  /** Notes something that must not happen. */
  problem(text: string): void
  /** Plain counters that the run raises itself. */
  count: { duplicates: number; refused: number; posts: number; verified: number }
  /** Notes tries that failed, by reason. */
  retried(failures: readonly string[]): void
  faults: { sent: number; refused: number }
  summary(): Summary
}

export function createTally(): Tally {
  const started = Date.now()
  const sent: Record<string, number> = {}
  const expected: Expected = { province: 0, elicence: 0, eseal: 0, supervision: 0, review: 0 }
  const count = { duplicates: 0, refused: 0, posts: 0, verified: 0 }
  const reasons: Record<string, number> = {}
  let retries = 0
  const faults = { sent: 0, refused: 0 }
  const problems: string[] = []
  let messages = 0

  function accept(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const type = types[entry.kind]
      sent[type] = (sent[type] ?? 0) + 1
      messages++
      for (const platform of destinations(entry)) expected[platform]++
    }
  }
  function retried(failures: readonly string[]): void {
    retries += failures.length
    for (const reason of failures) reasons[reason] = (reasons[reason] ?? 0) + 1
  }
  function problem(text: string): void {
    if (problems.length < 20) problems.push(text)
  }
  function summary(): Summary {
    return {
      sent,
      receipts: messages,
      ...count,
      retries,
      reasons,
      messages,
      faults,
      expected,
      problems,
      seconds: (Date.now() - started) / 1000,
    }
  }
  return { accept, retried, problem, count, faults, summary }
}

/** Where one record ends up: province and review service (rounds 1 acceptance, 2 completion), seal and store for a licence. */
export function destinations(entry: Entry): (keyof Expected)[] {
  switch (entry.kind) {
    case 'acceptance':
      return ['province', 'review']
    case 'process':
    case 'special':
    case 'material':
      return ['province']
    case 'completion':
      return entry.licence ? ['province', 'review', 'eseal', 'elicence'] : ['province', 'review']
    case 'licence':
      return ['eseal', 'elicence']
    case 'review':
      return ['review']
    case 'inspection':
      return ['supervision']
  }
}
