// `{ date: applyTime, from: "yyyy-MM-dd'T'HH:mm:ss", to: "yyyy-MM-dd HH:mm:ss" }`
// Defaults: `from` is the source field's own format, `to` the target field's, canonical where no schema tells.
import type { Path } from '../../yaml.ts'
import {
  compileDateConversion,
  DATETIME,
  DateFormatError,
  exampleDate,
  formatLength,
  isEpoch,
} from '../dates.ts'
import { Refusal } from '../problems.ts'
import { fail, INVALID, isAbsent } from '../run.ts'
import type { Field } from '../schema/field.ts'
import { relatedPlaces } from './complaint.ts'
import { type Facts, textFacts } from './facts.ts'
import { type Kind, labelOf, need, option, type Scope } from './scope.ts'

/** Date conversion; `from` may list several formats, the first that fits is taken. */
export const date: Kind = {
  keys: ['date', 'from', 'to'],
  compile: (data, scope, at, target) => {
    const source = scope.compile(data.date, scope, [...at, 'date'], undefined)
    const to = option(data, 'to', 'string', at) ?? formatOf(target) ?? DATETIME
    const formats = readFormats(data.from, [...at, 'from']) ?? [formatOf(source.field) ?? DATETIME]
    const conversions = formats.map((from) => compileAt(from, to, at))
    const known = formats.join(', ')
    checkFormats(source.facts, data.from, formats, scope, at)
    const { sources, isOptional, personal, origins } = source.facts
    return {
      label: source.label,
      facts: {
        // a format that is named makes a text of it where a text is wanted
        kind: data.to !== undefined && target?.type.kind === 'text' ? 'text' : 'date',
        format: to,
        max: formatLength(to),
        example: exampleDate(to),
        sources,
        isOptional,
        personal,
        origins,
      },
      read: (item, run) => {
        const value = source.read(item, run)
        if (value === INVALID || isAbsent(value)) return value
        for (const convert of conversions) {
          const result = convert(value)
          if (result !== undefined) return result
        }
        return fail(
          run,
          labelOf(source, run),
          'date',
          `应为有效日期，格式 ${known}`,
          `must be a real date as ${known}`,
        )
      },
    }
  },
}

/**
 * `{ batch: <datetime>, every: 60, digits: 5 }`: a batch number, the day and the run of that day, counted in spans of so
 * many minutes: `2024-02-29 08:30:00` is in run 9 of `every: 60`, so `2024022900009`. The same for every attempt.
 */
export const batch: Kind = {
  keys: ['batch', 'every', 'digits'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.batch, scope, [...at, 'batch'], undefined)
    const every = need(data, 'every', 'number', at)
    const digits = option(data, 'digits', 'number', at) ?? 5
    if (!Number.isInteger(every) || every < 1 || every > 1440 || !(digits >= 1 && digits <= 9)) {
      throw new Refusal(
        at,
        'every is 1 to 1440 minutes, digits 1 to 9',
        'every 应为 1 到 1440 分钟，digits 应为 1 到 9',
      )
    }
    const from = formatOf(source.field) ?? source.facts.format ?? DATETIME
    checkFormats(source.facts, undefined, [from], scope, at)
    const convert = compileAt(from, 'yyyyMMddHHmm', at)
    const { sources, isOptional } = source.facts
    return {
      label: source.label,
      facts: textFacts(8 + digits, { sources, isOptional, example: '20260302'.padEnd(8 + digits, '0') }),
      read: (item, run) => {
        const value = source.read(item, run)
        if (value === INVALID || isAbsent(value)) return value
        const moment = convert(value) as string | undefined
        if (moment === undefined) {
          return fail(
            run,
            labelOf(source, run),
            'date',
            `应为有效日期，格式 ${from}`,
            `must be a real date as ${from}`,
          )
        }
        const minutes = Number(moment.slice(8, 10)) * 60 + Number(moment.slice(10))
        return moment.slice(0, 8) + String(Math.floor(minutes / every) + 1).padStart(digits, '0')
      },
    }
  },
}

/** A format the source cannot have is a mistake: another one than its schema says, or longer than its text. */
function checkFormats(from: Facts, given: unknown, formats: readonly string[], scope: Scope, at: Path): void {
  const place = given === undefined ? [...at, 'date'] : [...at, 'from']
  if (from.kind === 'date' && from.format !== undefined && !formats.includes(from.format)) {
    scope.report(
      place,
      `the source is a date as ${from.format}, not as ${formats.join(', ')}`,
      `来源的日期格式为 ${from.format}，不是 ${formats.join('、')}`,
      { rule: 'fit.date', related: relatedPlaces(from) },
    )
  } else if (
    ['bool', 'object', 'list', 'decimal'].includes(from.kind) ||
    (from.kind === 'int' && !formats.some(isEpoch))
  ) {
    scope.report(place, `a ${from.kind} is no date`, `${from.kind} 不是日期`, {
      rule: 'fit.date',
      related: relatedPlaces(from),
    })
  } else if (
    from.kind === 'text' &&
    from.max !== undefined &&
    formats.every((format) => formatLength(format) > (from.max ?? 0))
  ) {
    scope.report(
      place,
      `the source holds ${from.max} characters, too few for ${formats.join(', ')}`,
      `来源最长 ${from.max} 个字符，不足以容纳 ${formats.join('、')}`,
      { rule: 'fit.date', related: relatedPlaces(from) },
    )
  }
}

function formatOf(field: Field | undefined): string | undefined {
  return field !== undefined && 'format' in field.type ? field.type.format : undefined
}

function readFormats(data: unknown, at: Path): string[] | undefined {
  if (data === undefined) return undefined
  const list = Array.isArray(data) ? data : [data]
  if (list.length > 0 && list.every((each) => typeof each === 'string')) return list
  throw new Refusal(at, 'from is a date format or a list of them', 'from 应为日期格式或其列表')
}

function compileAt(from: string, to: string, at: Path): ReturnType<typeof compileDateConversion> {
  try {
    return compileDateConversion(from, to)
  } catch (error) {
    if (error instanceof DateFormatError)
      throw new Refusal(at, error.message, `日期格式不正确：${from} → ${to}`)
    throw error
  }
}
