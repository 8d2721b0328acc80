// A supplement task as a platform hands it out: what it says of records, and which records are meant by that.
import type { z } from 'zod'
import { compileDateConversion } from '../mapping/dates.ts'
import type { Source } from '../yaml.ts'
import { compileFilePath } from './file-path.ts'
import { recordName } from './reconcile-plan.ts'
import type { supplementShape } from './supplement-shape.ts'

/**
 * Which records: one, where `members` has every part of its name; otherwise all that have these parts, of a business key
 * or of the days `from` to `to`.
 */
export type Wish = {
  members: Record<string, string>
  key: string | null
  from: string | null
  to: string | null
}

export type Task = { task: string; reason: string | null; deadline: Date | null; wishes: Wish[] }

const most = { task: 200, reason: 500 }
// nobody says which of them it is
const formats = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd',
  "yyyy-MM-dd'T'HH:mm:ss",
  'yyyyMMddHHmmss',
  'yyyyMMdd',
  'epochMillis',
]
const moments = formats.map((format) => compileDateConversion(format, 'epochMillis'))
const days = formats.map((format) => compileDateConversion(format, 'yyyy-MM-dd'))
const dayLength = 24 * 3600 * 1000

/** Compiles how a row is read: to a task, or to why it is none. */
export function compileTask(
  source: Source,
  plan: z.infer<typeof supplementShape>,
): (row: unknown) => Task | string {
  const at = (name: string): ((value: unknown) => unknown) => {
    const path = plan[name as keyof typeof plan]
    return typeof path === 'string' ? compileFilePath(source, ['supplement', name], path) : () => undefined
  }
  const [task, reason, deadline, records] = ['task', 'reason', 'deadline', 'records'].map(at)
  const [key, from, to] = ['key', 'from', 'to'].map(at)
  const members = Object.entries(plan.record).map(
    ([name, path]) => [name, compileFilePath(source, ['supplement', 'record', name], path)] as const,
  )
  const wishOf = (record: unknown, row: unknown): Wish => {
    // what stands in the task holds for each of its records
    const read = (get: ((value: unknown) => unknown) | undefined): string | null =>
      textOf(get?.(record)) ?? textOf(get?.(row))
    const given = members.flatMap(([name, get]) => {
      const text = read(get)
      return text === null ? [] : [[name, text] as const]
    })
    const first = dayOf(read(from))
    return {
      members: Object.fromEntries(given),
      key: read(key),
      from: first,
      to: dayOf(read(to)) ?? first,
    }
  }
  return (row) => {
    const id = textOf(task?.(row))
    if (id === null || id.length > most.task) return 'a task without an id'
    const list = records?.(row)
    const wishes = (Array.isArray(list) && list.length > 0 ? list : [row]).map((each) => wishOf(each, row))
    const isClear = ({ members: given, ...rest }: Wish): boolean =>
      Object.keys(given).length === members.length || rest.key !== null || rest.from !== null
    if (!wishes.every(isClear)) return 'a task that does not say which records'
    return {
      task: id,
      reason: textOf(reason?.(row))?.slice(0, most.reason) ?? null,
      deadline: endOf(textOf(deadline?.(row))),
      wishes,
    }
  }
}

/** Whether a record is meant. */
export function isMeant(wish: Wish, members: Readonly<Record<string, string>>): boolean {
  return Object.entries(wish.members).every(([name, text]) => members[name] === text)
}

/** How the one record of a wish is called; undefined when it may mean many. */
export function nameOfWish(wish: Wish, members: readonly string[]): string | undefined {
  return recordName(members.map((name) => wish.members[name]))
}

function textOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  return String(value).trim() || null
}

/** The first conversion that takes it. */
function converted(
  conversions: readonly ((text: string) => string | number | undefined)[],
  text: string,
): string | number | undefined {
  for (const convert of conversions) {
    const value = convert(text)
    if (value !== undefined) return value
  }
  return undefined
}

/** yyyy-MM-dd */
function dayOf(text: string | null): string | null {
  const day = text === null ? undefined : converted(days, text)
  return day === undefined ? null : String(day)
}

/** When a deadline is over; a day is meant whole. */
function endOf(text: string | null): Date | null {
  const at = text === null ? undefined : converted(moments, text)
  if (at === undefined || text === null) return null
  const isDay = /^\d{4}-?\d{2}-?\d{2}$/.test(text)
  return new Date(Number(at) + (isDay ? dayLength : 0))
}
