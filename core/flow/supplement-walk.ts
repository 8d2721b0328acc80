// Walks through the deliveries of a system, page by page: those that are open, then those that are done, newest day first.
import { dayOf, idAt } from '../id.ts'
import type { Query } from '../ledger/database.ts'
import { donePage, firstDone, firstOpen, oldestMessage, openPage, type SentRow } from '../ledger/sent.ts'
import { addDays, localDay, startOfDay } from '../time.ts'

/** Takes a page. */
export type Take = (page: readonly SentRow[]) => Promise<void>

const pageSize = 200

/**
 * Walks through those that were done, or are open and were accepted, on the days `from` to `to`; null: through all that are
 * here. `isEnough` is asked before each day.
 */
export async function walk(
  query: Query,
  system: string,
  { from, to }: { from: string | null; to: string | null },
  take: Take,
  isEnough: () => boolean,
): Promise<void> {
  const oldest = await oldestMessage(query)
  if (oldest === undefined) return
  const [here, today] = [dayOf(oldest), localDay(new Date())]
  const first = from !== null && from > here ? from : here
  const last = to !== null && to < today ? to : today
  if (last < first) return
  await walkOpen(query, system, { first, last }, take)
  for (let day = last; day >= first && !isEnough(); day = addDays(day, -1)) {
    await walkDone(query, system, day, take)
  }
}

async function walkOpen(
  query: Query,
  system: string,
  { first, last }: { first: string; last: string },
  take: Take,
): Promise<void> {
  const span = { from: idAt(startOfDay(first)), to: idAt(startOfDay(addDays(last, 1))) }
  for (let after = firstOpen; ; ) {
    const page = await openPage(query, system, span, after, pageSize)
    const end = page.at(-1)
    if (!end) return
    after = end
    await take(page)
  }
}

async function walkDone(query: Query, system: string, day: string, take: Take): Promise<void> {
  const span = { from: startOfDay(day), to: startOfDay(addDays(day, 1)) }
  for (let after = firstDone; ; ) {
    const page = await donePage(query, system, ['delivered', 'duplicate', 'skipped'], span, after, pageSize)
    const end = page.at(-1)
    if (!end) return
    after = end
    await take(page)
  }
}
