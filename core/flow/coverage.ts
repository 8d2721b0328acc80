// Coverage (两个一律): counts the days that are over, and answers what share of what was accepted reached which system.
import { compareTexts } from '../compare.ts'
import { ledgerTime, openDay } from '../ledger/chain.ts'
import {
  type Counts,
  countDay,
  countNames,
  countNow,
  dueDays,
  type Group,
  type GroupRow,
  keptCounts,
  knownDays,
} from '../ledger/coverage.ts'
import type { Database, Query } from '../ledger/database.ts'
import { addDays, localDay } from '../time.ts'
import type { Registry } from './registry.ts'

// a day with something left is counted again after so many minutes
const countAgain = 10
const batch = 8

/** Days, how they are put together, and only of one system where it is given. */
export type CoverageWish = { from: string; to: string; by: Group; system?: string | undefined }

/** Of what was accepted; `share` that was delivered of it, 0 to 1. */
export type CoverageLine = Counts & {
  /** a department, an item, a day or a system; '' where there is none */
  group: string
  /** of a department or system */
  title: string | null
  /** '' for messages that no step sends anywhere */
  system: string
  share: number
}

/** `countedAt`: some of it is as of then; null when all of it is as of now. */
export type Coverage = CoverageWish & { countedAt: Date | null; lines: CoverageLine[] }

/**
 * Counts closed days that are not counted, or not to their end, at most a few of them; answers how many. Any process may
 * do it: each count is kept once.
 */
export async function countDays(database: Database): Promise<number> {
  const due = await dueDays(database.query, countAgain, batch)
  for (const day of due) await countDay(database, day)
  return due.length
}

/** Counts everything that waits to be counted, before anything of it leaves the ledger. */
export async function countAllDays(database: Database): Promise<void> {
  let found: number
  do found = await countDays(database)
  while (found === batch)
}

/** The coverage of days from one to another, both with them. What is not kept yet is counted now. */
export async function coverage(
  { database: { query }, registry }: { database: Database; registry: Registry },
  wish: CoverageWish,
): Promise<Coverage> {
  const { from, to, by } = wish
  const { uncounted, countedAt } = await knownDays(query, from, to)
  const lines = new Map<string, GroupRow>()
  for (const row of await keptCounts(query, from, to, by)) add(lines, row)
  for (const day of [...uncounted, ...(await openDays(query, from, to))]) {
    for (const row of await countNow(query, day)) add(lines, { ...row, group: groupOf(row, by, day) })
  }
  const title = (name: string): string | null => registry.system(name)?.title ?? null
  const titled = by === 'department' || by === 'system'
  return {
    ...wish,
    countedAt,
    lines: [...lines.values()]
      .filter(({ system }) => wish.system === undefined || system === wish.system)
      .sort((a, b) => compareTexts(a.group, b.group) || compareTexts(a.system, b.system))
      .map((row) => ({
        ...row,
        title: titled ? title(row.group) : null,
        share: row.delivered / row.accepted,
      })),
  }
}

/** Days that are not closed yet. */
async function openDays(query: Query, from: string, to: string): Promise<string[]> {
  const first = await openDay(query)
  const today = localDay(await ledgerTime(query))
  const days: string[] = []
  if (first === undefined) return days
  for (let day = first > from ? first : from; day <= to && day <= today; day = addDays(day, 1)) days.push(day)
  return days
}

type Named = { source: string; item: string; system: string }

function groupOf(row: Named, by: Group, day: string): string {
  return { department: row.source, item: row.item, system: row.system, day }[by]
}

function add(lines: Map<string, GroupRow>, { group, system, ...counts }: GroupRow): void {
  const name = JSON.stringify([group, system])
  const line = lines.get(name)
  const sum = { group, system } as GroupRow
  for (const word of countNames) sum[word] = (line?.[word] ?? 0) + counts[word]
  lines.set(name, sum)
}
