// How a system tells what it received on a day: by a list of records, by a log of what came in, or by numbers only.
import { z } from 'zod'
import { FileError, type Path, problemAt, type Source } from '../yaml.ts'
import { compileFileCondition, compileFilePath } from './file-path.ts'
import { constantShape, filled } from './filled.ts'
import { compileListing, type Listing } from './listing-plan.ts'

const asked = ['day', 'page', 'size'] as const

/** `reconcile` of a system file. */
export const reconcileShape = z.strictObject({
  operation: z.string(),
  by: z.record(z.string(), z.union([z.enum(asked), constantShape])),
  size: z.int().min(1).max(10_000).default(500),
  rows: z.string().optional(),
  only: z.record(z.string(), z.unknown()).optional(),
  record: z.record(z.string(), z.string()).default({}),
  count: z.string().optional(),
  same: z.record(z.string(), z.string()).default({}),
  resend: z.literal('auto').optional(),
})
type Shape = z.infer<typeof reconcileShape>

export type Reconcile = {
  operation: string
  /** the document that asks for a page, from 1, of a day */
  question(day: string, page: number): Record<string, unknown>
  /** the list of a day; undefined: one number is the whole answer */
  list: Listing | undefined
  /** how many records a row, or the whole reply, stands for; undefined: each row is a record */
  count: ((from: unknown) => number) | undefined
  /** whether a row tells anything */
  counts(row: unknown): boolean
  /** name of a record (with `count`: of a part of the day) as a row tells it; undefined when the row lacks some of it */
  nameOf(row: unknown): string | undefined
  /** the same name, from what an operation calls the record it sent */
  nameIn(names: Readonly<Record<string, unknown>>): string | undefined
  /** what is compared, of a row and of a sent document; undefined when nothing is */
  comparedIn(row: unknown): string | undefined
  comparedOf(sent: unknown): string | undefined
  /** whether what is missing is sent again without asking anybody */
  resend: 'auto' | undefined
}

const root = ['reconcile']

/** Compiles it. Throws FileError. */
export function compileReconcile(source: Source, plan: Shape): Reconcile {
  refuseContradictions(source, plan)
  const { operation, size, rows, only } = plan
  const members = Object.entries(plan.record)
  const inRow = members.map(([name, path]) => compileFilePath(source, [...root, 'record', name], path))
  const same = Object.entries(plan.same).sort(([a], [b]) => (a < b ? -1 : 1))
  const theirs = same.map(([path]) => compileFilePath(source, [...root, 'same', path], path))
  const own = same.map(([path, sent]) => compileFilePath(source, [...root, 'same', path], sent))
  return {
    operation,
    list: rows === undefined ? undefined : compileListing(source, 'reconcile', { operation, size, rows }),
    count: plan.count === undefined ? undefined : compileCount(source, plan.count),
    counts: only === undefined ? () => true : compileFileCondition(source, [...root, 'only'], only),
    resend: plan.resend,
    question: (day, page) => filled(plan.by, { day, page, size }),
    nameOf: (row) => recordName(inRow.map((get) => get(row))),
    nameIn: (names) => recordName(members.map(([name]) => names[name])),
    comparedIn: (row) => compared(theirs.map((get) => get(row))),
    comparedOf: (sent) => compared(own.map((get) => get(sent))),
  }
}

function refuseContradictions(source: Source, { rows, record, count, same, only }: Shape): void {
  const refuse = (place: Path, en: string, zh: string): never => {
    throw new FileError([problemAt(source, [...root, ...place], en, zh)])
  }
  const isNamed = Object.keys(record).length > 0
  if (count === undefined && (rows === undefined || !isNamed))
    refuse(
      [],
      'a list needs `rows` and `record`, a number needs `count`',
      '清单须配置 rows 与 record，计数须配置 count',
    )
  if (rows === undefined && (isNamed || only !== undefined))
    refuse(isNamed ? ['record'] : ['only'], 'only rows have this: set `rows`', '该项仅用于行，应配置 rows')
  if (count !== undefined && Object.keys(same).length > 0)
    refuse(['same'], 'numbers tell nothing of what a record holds', '仅有数量时无法比对记录内容')
}

/** Throws what is no number of records. */
function compileCount(source: Source, path: string): (from: unknown) => number {
  const get = compileFilePath(source, [...root, 'count'], path)
  return (from) => {
    const value = get(from)
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0)
      throw new Error(`${path} is no number of records`)
    return number
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
