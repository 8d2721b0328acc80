// A shadow run: candidate files over the messages the ledger already holds, to see what would come out differently
// before they are published. Reads only; its memory does not grow with the number of messages.
import type { Database } from '../ledger/database.ts'
import {
  countHistory,
  type HistoryPage,
  type PastMessage,
  readHistory,
  type Selection,
} from '../ledger/history.ts'
import type { CanonicalRecord } from '../mapping/intake.ts'
import type { Adapter } from './adapter.ts'
import { compareIntake } from './shadow-intake.ts'
import { createPast, createSameness, type Fileset } from './shadow-past.ts'
import type { Ran } from './shadow-run.ts'
import { compareSteps } from './shadow-steps.ts'
import { createTally, type ShadowMapping, type Tally } from './shadow-tally.ts'

export type ShadowOptions = Selection & {
  /** no more than this many messages, the newest */
  limit?: number | undefined
  /** ends the run after the message at hand; the report tells what was found until then */
  signal?: AbortSignal
  progress?: (progress: ShadowProgress) => void
}

/** How far a run is; `total` undefined when there are too many to count. */
export type ShadowProgress = { messages: number; total: number | undefined; seconds: number }

export type ShadowReport = {
  /** false when the run was ended early */
  complete: boolean
  messages: number
  deliveries: number
  seconds: number
  /** documents that would come out differently */
  different: number
  mappings: ShadowMapping[]
  /** messages that could not be judged, or not fully */
  notes: {
    /** deliveries that wait for another step's result */
    waiting: number
    /** the files of then no longer give what was stored */
    unreproduced: number
    /** no message of the system's file leads to this type */
    unknown: number
    /** their bundle is lost */
    lost: number
  }
}

// to count further would take longer than it is worth
const countLimit = 2_000_000

/** Runs `candidate` over the messages of a selection, newest first. */
export async function shadow(
  database: Database,
  candidate: Fileset,
  adapters: readonly Adapter[],
  options: ShadowOptions = {},
): Promise<ShadowReport> {
  const startedAt = new Date()
  const seconds = (): number => (Date.now() - startedAt.getTime()) / 1000
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const counted = await countHistory(database.query, options, Math.min(limit, countLimit))
  const total = counted < countLimit || counted === limit ? counted : undefined
  const judge = createJudge(database, candidate, adapters, options.system, startedAt)
  let messages = 0
  let complete = true
  reading: for await (const page of readHistory(database, options)) {
    for (const message of page.messages) {
      if (messages === limit) break reading
      if (options.signal?.aborted) {
        complete = false
        break reading
      }
      await judge.message(message, page)
      messages++
    }
    judge.turn(page)
    options.progress?.({ messages, total, seconds: seconds() })
  }
  const mappings = judge.tally.mappings()
  const different = mappings.reduce((sum, mapping) => sum + mapping.different, 0)
  return { complete, messages, ...judge.counts, seconds: seconds(), different, mappings }
}

function createJudge(
  database: Database,
  candidate: Fileset,
  adapters: readonly Adapter[],
  system: string | undefined,
  startedAt: Date,
) {
  const past = createPast(database.query, adapters)
  const same = createSameness()
  const tally: Tally = createTally()
  const counts = { deliveries: 0, notes: { waiting: 0, unreproduced: 0, unknown: 0, lost: 0 } }
  const { notes } = counts
  const cache = new Map<string, Promise<Ran<CanonicalRecord[]>>>()

  const message = async (stored: PastMessage, page: HistoryPage): Promise<void> => {
    const set = await past(stored.bundle)
    if (!set) {
      notes.lost++
      return
    }
    const canonical = JSON.parse(stored.canonical) as Record<string, unknown>
    const shared = {
      message: stored,
      canonical,
      past: set,
      candidate,
      isSame: (mapping: string) => same(mapping, set, candidate),
    }
    if (system === undefined || system === stored.source) {
      const payload = stored.payload ?? page.posts.get(stored.post ?? '') ?? Buffer.alloc(0)
      const found = await compareIntake({ ...shared, payload, cache }, tally)
      notes.unreproduced += found.unreproduced
      notes.unknown += found.unknown
    }
    const deliveries = page.deliveries.get(stored.id) ?? []
    const found = await compareSteps({ ...shared, deliveries, system, startedAt }, tally)
    counts.deliveries += found.compared
    notes.waiting += found.waiting
  }
  /** A body reaches at most into the next page. */
  const turn = ({ messages }: HistoryPage): void => {
    const open = messages.at(-1)?.post ?? undefined
    for (const name of cache.keys()) if (open === undefined || !name.startsWith(open)) cache.delete(name)
  }
  return { message, turn, tally, counts }
}
