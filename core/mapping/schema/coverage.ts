// What a canonical type says for coverage (两个一律): which item a message is about, and by when it was promised.
import { z } from 'zod'
import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import { compileDateConversion } from '../dates.ts'
import { compilePath } from '../path.ts'
import { pathAt, Refusal, type Report } from '../problems.ts'
import { scalarText } from '../run.ts'
import type { CodeTable } from './codes.ts'
import type { Field } from './field.ts'
import { resolveSteps, shapeOf } from './shape.ts'
import { compileWorkdays, readDays } from './workdays.ts'

/** Shape of `coverage:` in a canonical type. */
export const coverageShape = z.strictObject({
  item: z.string(),
  due: z
    .strictObject({
      at: z.string().optional(),
      days: z.string().optional(),
      after: z.string().optional(),
      holidays: z.string().optional(),
      workdays: z.string().optional(),
    })
    .optional(),
})
type CoverageRow = z.infer<typeof coverageShape>
type DueRow = NonNullable<CoverageRow['due']>

/** Reads them of a canonical document; milliseconds since 1970, and undefined for what the document does not have. */
export type Coverage = {
  itemOf(value: unknown): string | undefined
  /** the last moment that is in time */
  dueOf(value: unknown): number | undefined
  /** names of the code tables it reads */
  tables: readonly string[]
}

type Due = Coverage['dueOf']
type Scope = { fields: readonly Field[]; codes: ReadonlyMap<string, CodeTable>; report: Report }

const dayLength = 24 * 3600 * 1000

/** Compiles `coverage:`; throws Refusal, and reports what is wrong beside. */
export function compileCoverage(row: CoverageRow, scope: Scope, at: Path): Coverage {
  const item = fieldAt(row.item, scope, [...at, 'item'])
  if (item.type.kind !== 'text' || item.personal !== undefined)
    throw new Refusal(
      [...at, 'item'],
      'the item is a text that names nobody, for reports show it',
      'item 应为不含个人信息的文本字段（将出现在报表中）',
      { rule: 'coverage.item' },
    )
  const readItem = compilePath(row.item)
  const dueOf: Due = row.due === undefined ? () => undefined : compileDue(row.due, scope, [...at, 'due'])
  const tables = [row.due?.holidays, row.due?.workdays].filter((name) => name !== undefined)
  return { itemOf: (value) => scalarText(readItem(value)), dueOf, tables }
}

/** The moment the document holds; where it holds none, so many working days after one. */
function compileDue(row: DueRow, scope: Scope, at: Path): Due {
  const { at: moment, days, after } = row
  if ((moment === undefined && days === undefined) || (days === undefined) !== (after === undefined))
    throw new Refusal(
      at,
      'what is promised is at: a moment, or days: after: so many working days after one, or both',
      'due 应写 at（时刻），或 days 与 after（某时刻后的工作日数），或两者都写',
      { rule: 'coverage.due' },
    )
  const atMoment = moment === undefined ? undefined : compileMoment(moment, scope, [...at, 'at'])
  if (days === undefined || after === undefined) return (value) => atMoment?.(value)
  const daysLater = compileDays(days, after, row, scope, at)
  return (value) => atMoment?.(value) ?? daysLater(value)
}

/** A day is promised whole. */
function compileMoment(path: string, scope: Scope, at: Path): Due {
  const { type } = fieldAt(path, scope, at)
  if (type.kind !== 'date' && type.kind !== 'datetime') throw noMoment(at)
  const convert = compileDateConversion(type.format, 'epochMillis')
  const read = compilePath(path)
  const more = type.kind === 'date' ? dayLength : 0
  return (value) => {
    const found = convert(read(value))
    return found === undefined ? undefined : Number(found) + more
  }
}

function compileDays(path: string, after: string, row: DueRow, scope: Scope, at: Path): Due {
  if (fieldAt(path, scope, [...at, 'days']).type.kind !== 'int')
    throw new Refusal([...at, 'days'], 'days are a whole number', 'days 应为整数字段', {
      rule: 'coverage.due',
    })
  const { type } = fieldAt(after, scope, [...at, 'after'])
  if (type.kind !== 'date' && type.kind !== 'datetime') throw noMoment([...at, 'after'])
  const dayOf = compileDateConversion(type.format, 'yyyy-MM-dd')
  const count = compilePath(path)
  const read = compilePath(after)
  const end = compileWorkdays(
    daysOf(row.holidays, scope, [...at, 'holidays']),
    daysOf(row.workdays, scope, [...at, 'workdays']),
  )
  return (value) => {
    const day = dayOf(read(value))
    const number = count(value)
    return typeof day === 'string' && typeof number === 'number' ? end(day, number) : undefined
  }
}

function daysOf(name: string | undefined, { codes, report }: Scope, at: Path): ReadonlySet<string> {
  if (name === undefined) return new Set()
  const table = codes.get(name)
  if (table !== undefined) return readDays(table, report, at)
  const hint = suggest(name, codes.keys())
  throw new Refusal(at, `unknown code table "${name}"${hint.en}`, `未知的代码表“${name}”${hint.zh}`)
}

/** The one field of a path. */
function fieldAt(path: string, { fields }: Scope, at: Path): Field {
  const found = resolveSteps(shapeOf(fields), pathAt(path, at).steps)
  if (!found.found) throw new Refusal(at, found.en, found.zh, { rule: 'path.unknown' })
  const [field] = found.fields ?? []
  if (field === undefined || found.isMany)
    throw new Refusal(at, 'coverage reads one value', '此处应为单个值', { rule: 'coverage.due' })
  return field
}

const noMoment = (at: Path): Refusal =>
  new Refusal(at, 'this is a date or a datetime', '此处应为 date 或 datetime 字段', { rule: 'coverage.due' })
