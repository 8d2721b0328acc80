// Working days (工作日): every Monday to Friday that is no public holiday, and the weekend days that are worked instead.
import { addDays, startOfDay } from '../../time.ts'
import type { Path } from '../../yaml.ts'
import { compileDateTest, DATE } from '../dates.ts'
import type { Report } from '../problems.ts'
import type { CodeTable } from './codes.ts'

// nothing is promised for longer, working days
const most = 2_000
// answers that are kept: days of acceptance by promised times, which are few
const kept = 10_000

const isDay = compileDateTest(DATE)

/** The days of a code table whose codes are days; a code that is none is reported. */
export function readDays({ name, codes }: CodeTable, report: Report, at: Path): ReadonlySet<string> {
  const strange = [...codes.keys()].find((code) => !isDay(code))
  if (strange !== undefined)
    report(
      at,
      `the codes of ${name} must be days yyyy-MM-dd; "${strange}" is none`,
      `${name} 的代码应为 yyyy-MM-dd 日期，“${strange}”不是`,
      { rule: 'coverage.days' },
    )
  return new Set(codes.keys())
}

/**
 * The end of the `count`th working day after a day `yyyy-MM-dd`, in milliseconds since 1970; of the day itself for 0. The
 * day of the beginning is not counted (民法典第201条). undefined for a count that cannot be meant.
 */
export function compileWorkdays(
  holidays: ReadonlySet<string>,
  workdays: ReadonlySet<string>,
): (day: string, count: number) => number | undefined {
  const known = new Map<string, number>()
  const isWorked = (day: string): boolean =>
    workdays.has(day) || (!holidays.has(day) && ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()))
  return (day, count) => {
    if (!Number.isInteger(count) || count < 0 || count > most) return undefined
    const name = `${day} ${count}`
    const before = known.get(name)
    if (before !== undefined) return before
    let last = day
    for (let left = count; left > 0; ) {
      last = addDays(last, 1)
      if (isWorked(last)) left--
    }
    const end = startOfDay(addDays(last, 1)).getTime()
    if (known.size >= kept) known.clear()
    known.set(name, end)
    return end
  }
}
