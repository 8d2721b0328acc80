// How operators choose: a filter over dead letters, and a place to go on from.
import { z } from 'zod'
import { type Issue, QiaoError } from '../errors.ts'
import type { DeadFilter } from '../ledger/dead.ts'
import { compileDateTest } from '../mapping/dates.ts'

const word = z.string().min(1).max(200).optional()
const keys = { system: word, type: word, source: word, key: word, reason: word, from: word, to: word }

/** A filter as a body holds it; an unknown word is refused, for it would choose too much. */
export const filterShape = z.strictObject({ ...keys, doubt: z.boolean().optional() })
/** The same in a query, with a page. */
export const pageShape = z.strictObject({
  ...keys,
  doubt: z.stringbool().optional(),
  after: word,
  limit: word,
})

/** Parses what an operator sent. Throws ops.request that names every wrong place. */
export function parseRequest<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, code, message }): Issue => {
    return { path: path.join('.'), rule: code, en: message, zh: '该项不符合要求' }
  })
  throw new QiaoError('ops.request', { issues })
}

/** Texts as a filter; a day begins at 00:00 in Asia/Shanghai, and `to` holds the whole of it. Throws ops.request. */
export function readFilter({ from, to, ...rest }: z.infer<typeof filterShape>): DeadFilter {
  return {
    ...rest,
    from: from === undefined ? undefined : momentOf('from', from, 0),
    to: to === undefined ? undefined : momentOf('to', to, 1),
  }
}

/** The place behind which a page begins; 0 for the first. Throws ops.request. */
export function readAfter(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,15}$/.test(text)) throw refused('after', 'the `next` of a page', '上一页的 next')
  return Number(text)
}

const isDay = compileDateTest('yyyy-MM-dd')
const isTime = compileDateTest('yyyy-MM-dd HH:mm:ss')
const dayLength = 24 * 3600 * 1000

function momentOf(path: string, text: string, daysMore: number): Date {
  if (isDay(text)) return new Date(Date.parse(`${text}T00:00:00+08:00`) + daysMore * dayLength)
  if (isTime(text)) return new Date(`${text.replace(' ', 'T')}+08:00`)
  throw refused(path, 'yyyy-MM-dd or yyyy-MM-dd HH:mm:ss', '日期或时间')
}

function refused(path: string, en: string, zh: string): QiaoError {
  return new QiaoError('ops.request', {
    issues: [{ path, rule: 'format', en: `it should be ${en}`, zh: `应为${zh}` }],
  })
}
