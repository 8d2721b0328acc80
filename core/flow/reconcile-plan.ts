// How a system tells what it received on a day: the operation that lists it, how its replies name a record, and what of a
// record is compared.
import { z } from 'zod'
import type { Source } from '../yaml.ts'
import { compileFilePath } from './file-path.ts'
import { constantShape, filled } from './filled.ts'
import { compileListing, type Listing } from './listing-plan.ts'

const asked = ['day', 'page', 'size'] as const

/** `reconcile` of a system file. */
export const reconcileShape = z.strictObject({
  operation: z.string(),
  by: z.record(z.string(), z.union([z.enum(asked), constantShape])),
  size: z.int().min(1).max(10_000).default(500),
  rows: z.string(),
  record: z.record(z.string(), z.string()),
  same: z.record(z.string(), z.string()).default({}),
  resend: z.literal('auto').optional(),
})

export type Reconcile = Listing & {
  /** the document that asks for a page, from 1, of a day */
  question(day: string, page: number): Record<string, unknown>
  /** name of a record as a row tells it; undefined when the row lacks a part */
  nameOf(row: unknown): string | undefined
  /** the same name, from the question by which an operation asks for what it sent */
  nameIn(question: Readonly<Record<string, unknown>>): string | undefined
  /** what is compared, of a row and of a sent document; undefined when nothing is */
  comparedIn(row: unknown): string | undefined
  comparedOf(sent: unknown): string | undefined
  /** whether what is missing is sent again without asking anybody */
  resend: 'auto' | undefined
}

/** Compiles it. */
export function compileReconcile(source: Source, plan: z.infer<typeof reconcileShape>): Reconcile {
  const at = ['reconcile']
  const members = Object.entries(plan.record)
  const inRow = members.map(([name, path]) => compileFilePath(source, [...at, 'record', name], path))
  const same = Object.entries(plan.same).sort(([a], [b]) => (a < b ? -1 : 1))
  const theirs = same.map(([path]) => compileFilePath(source, [...at, 'same', path], path))
  const own = same.map(([path, sent]) => compileFilePath(source, [...at, 'same', path], sent))
  return {
    ...compileListing(source, 'reconcile', plan),
    resend: plan.resend,
    question: (day, page) => filled(plan.by, { day, page, size: plan.size }),
    nameOf: (row) => recordName(inRow.map((get) => get(row))),
    nameIn: (question) => recordName(members.map(([name]) => question[name])),
    comparedIn: (row) => compared(theirs.map((get) => get(row))),
    comparedOf: (sent) => compared(own.map((get) => get(sent))),
  }
}

/** How a record is called: its parts as one text; undefined when one is missing. */
export function recordName(parts: readonly unknown[]): string | undefined {
  if (parts.some((part) => part === undefined || part === null || part === '')) return undefined
  return parts.map(String).join(' ')
}

/** A value that is missing on one side and empty on the other is the same. */
function compared(parts: readonly unknown[]): string | undefined {
  return parts.length === 0 ? undefined : JSON.stringify(parts.map((part) => String(part ?? '')))
}
