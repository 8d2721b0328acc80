// Expressions that give one value: path, const, meta, step, template, text, number, code.
import type { Path } from '../yaml.ts'
import { type CodeTable, isInForce } from './codes.ts'
import { compileDateTest } from './dates.ts'
import { compileDecimal } from './decimal.ts'
import { failCode } from './faults.ts'
import { suggest } from './nearest.ts'
import { compilePath, PathError } from './path.ts'
import { Refusal } from './problems.ts'
import { businessDate, fail, INVALID, isAbsent, type Run, scalarText } from './run.ts'
import { type Compiled, compileSource, type Kind, labelOf, need, option, type Scope } from './scope.ts'
import { cutText, foldWidth } from './text.ts'

/** `a.b` or `{ path: a.b }` */
export const path: Kind = {
  keys: ['path'],
  compile: (data, scope, at) => compileSource(data.path, scope, [...at, 'path']),
}

/** `{ const: "p51" }`: any YAML value. */
export const constant: Kind = {
  keys: ['const'],
  compile: (data) => {
    const value = data.const
    return { read: () => value }
  },
}

const metaNames = ['messageId', 'acceptedAt', 'now', 'source', 'type', 'key']

/** `{ meta: acceptedAt }`: a value of the message itself. */
export const meta: Kind = {
  keys: ['meta'],
  compile: (data, _, at) => {
    const name = need(data, 'meta', 'string', at)
    if (!metaNames.includes(name)) {
      const hint = suggest(name, metaNames)
      throw new Refusal(
        [...at, 'meta'],
        `unknown meta "${name}"${hint.en || `; known: ${metaNames.join(', ')}`}`,
        `未知的 meta“${name}”${hint.zh}`,
      )
    }
    return { read: (_item, run) => run.context.meta[name] }
  },
}

/** `{ step: seal, path: signedValue }`: what an earlier step's reply left. */
export const step: Kind = {
  keys: ['step', 'path'],
  compile: (data, _, at) => {
    const name = need(data, 'step', 'string', at)
    const inner = option(data, 'path', 'string', at)
    try {
      const walk = inner === undefined ? (value: unknown) => value : compilePath(inner)
      return { read: (_item, run) => walk(run.context.steps[name]) }
    } catch (error) {
      if (error instanceof PathError) throw new Refusal([...at, 'path'], error.message, error.zh)
      throw error
    }
  },
}

/** `{ template: "关于{name}的{item}业务" }`; absent when one of its values is; `{{` writes a brace. */
export const template: Kind = {
  keys: ['template'],
  compile: (data, scope, at) => {
    const text = need(data, 'template', 'string', at)
    const parts = [...text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)].map(([token, inner]) => {
      if (token === '{' || token === '}') {
        throw new Refusal([...at, 'template'], 'a brace is not closed', '花括号未配对')
      }
      if (inner === undefined) return token === '{{' ? '{' : token === '}}' ? '}' : token
      return compileSource(inner, scope, [...at, 'template'])
    })
    const label = parts.find((part) => typeof part !== 'string')?.label
    const read = (item: unknown, run: Run): unknown => {
      let result = ''
      for (const part of parts) {
        const value = typeof part === 'string' ? part : part.read(item, run)
        if (isAbsent(value)) return undefined
        const piece = scalarText(value)
        if (piece === undefined) return failScalar(run, label?.(run) ?? '')
        result += piece
      }
      return result
    }
    return { read, label }
  },
}

/** Notes that a scalar was expected. */
export function failScalar(run: Run, at: string): typeof INVALID {
  return fail(run, at, 'type', '应为单个文本或数值', 'a single text or number is needed')
}

/** `{ text: a.b, trim, fold, upper, lower, cut: 100, pad: 6 }` in this order; pad fills zeros on the left. */
export const text: Kind = {
  keys: ['text', 'trim', 'fold', 'upper', 'lower', 'cut', 'pad'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.text, scope, [...at, 'text'], undefined)
    const steps: ((value: string) => string)[] = []
    if (option(data, 'fold', 'boolean', at)) steps.push(foldWidth)
    if (option(data, 'trim', 'boolean', at)) steps.push((value) => value.trim())
    if (option(data, 'upper', 'boolean', at)) steps.push((value) => value.toUpperCase())
    if (option(data, 'lower', 'boolean', at)) steps.push((value) => value.toLowerCase())
    const cut = option(data, 'cut', 'number', at)
    if (cut !== undefined) steps.push((value) => cutText(value, cut))
    const pad = option(data, 'pad', 'number', at)
    if (pad !== undefined) steps.push((value) => value.padStart(pad, '0'))
    const convert = (value: string): string => steps.reduce((result, next) => next(result), value)
    return { ...source, read: mapScalar(source, (value) => convert(value)) }
  },
}

/** Applies a conversion to a scalar, or to each scalar of a list; undefined from it means the scalar is wrong. */
function mapScalar(
  source: Compiled,
  convert: (text: string, item: unknown, run: Run) => unknown,
): Compiled['read'] {
  const one = (value: unknown, item: unknown, run: Run): unknown => {
    if (value === INVALID || isAbsent(value)) return value
    const scalar = scalarText(value)
    return scalar === undefined ? failScalar(run, labelOf(source, run)) : convert(scalar, item, run)
  }
  return (item, run) => {
    const value = source.read(item, run)
    return Array.isArray(value) ? value.map((each) => one(each, item, run)) : one(value, item, run)
  }
}

/** `{ number: a.b, multiply: 100, fixed: 2 }`: exact decimals; `fixed` gives text with that many places. */
export const number: Kind = {
  keys: ['number', 'multiply', 'fixed'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.number, scope, [...at, 'number'], undefined)
    const multiply = option(data, 'multiply', 'number', at)
    const fixed = option(data, 'fixed', 'number', at)
    if (fixed !== undefined && !(Number.isInteger(fixed) && fixed >= 0 && fixed <= 10)) {
      throw new Refusal([...at, 'fixed'], 'fixed is 0 to 10', 'fixed 应为 0 到 10')
    }
    const compute = compileDecimal(multiply, fixed)
    const read = mapScalar(
      source,
      (value, _, run) =>
        compute(value.trim()) ?? fail(run, labelOf(source, run), 'type', '应为数值', 'must be a number'),
    )
    return { read, label: source.label }
  },
}

/**
 * `{ code: table, map: housing, path: a.b }`: outside code → standard code (`reverse: true`: standard → outside).
 * Without `map` the value must be a standard code. `on` is the path of the day the code is judged at.
 */
export const code: Kind = {
  keys: ['code', 'map', 'reverse', 'path', 'of', 'on'],
  compile: (data, scope, at) => {
    const table = findTable(need(data, 'code', 'string', at), scope, [...at, 'code'])
    const operand = data.path === undefined ? 'of' : 'path'
    const source = scope.compile(data[operand], scope, [...at, operand], undefined)
    const reverse = option(data, 'reverse', 'boolean', at) === true
    const translate = compileTranslation(table, option(data, 'map', 'string', at), reverse, at)
    const day = compileDay(data.on, scope, at)
    const read = mapScalar(source, (value, item, run) => {
      const result = translate(value)
      if (result === undefined) return failCode(run, labelOf(source, run), source.field, table.title, false)
      const row = table.codes.get(reverse ? value : result)
      if (reverse || row === undefined || (row.from === undefined && row.until === undefined)) return result
      const on = day(item, run)
      if (on === INVALID || isInForce(row, on)) return result
      return failCode(run, labelOf(source, run), source.field, table.title, true)
    })
    return { read, label: source.label, isCut: source.isCut, codes: reverse ? undefined : table }
  },
}

function findTable(name: string, scope: Scope, at: Path): CodeTable {
  const table = scope.codes.get(name)
  if (table !== undefined) return table
  const hint = suggest(name, scope.codes.keys())
  throw new Refusal(at, `unknown code table "${name}"${hint.en}`, `未知的代码表“${name}”${hint.zh}`)
}

function compileTranslation(
  table: CodeTable,
  map: string | undefined,
  reverse: boolean,
  at: Path,
): (value: string) => string | undefined {
  if (map === undefined) {
    if (reverse) throw new Refusal([...at, 'reverse'], 'reverse needs a map', 'reverse 需要 map')
    return (value) => (table.codes.has(value) ? value : undefined)
  }
  const pairs = table.maps.get(map)
  if (pairs === undefined) {
    const hint = suggest(map, table.maps.keys())
    throw new Refusal(
      [...at, 'map'],
      `${table.name} has no map "${map}"${hint.en}`,
      `代码表 ${table.name} 没有对照“${map}”${hint.zh}`,
    )
  }
  if (!reverse) return (value) => pairs.get(value)
  const inverse = new Map<string, string>()
  for (const [outside, standard] of pairs) {
    if (inverse.has(standard)) {
      throw new Refusal(
        [...at, 'map'],
        `map "${map}" cannot be reversed: "${standard}" has several codes`,
        `对照“${map}”不能反向使用：“${standard}”对应多个代码`,
      )
    }
    inverse.set(standard, outside)
  }
  return (value) => inverse.get(value)
}

/** The day a code is judged at: `on`'s value when given (`yyyy-MM-dd…` or `yyyyMMdd…`), else the day of acceptance. */
function compileDay(
  on: unknown,
  scope: Scope,
  at: Path,
): (item: unknown, run: Run) => string | typeof INVALID {
  if (on === undefined) return (_, run) => businessDate(run)
  const source = compileSource(on, scope, [...at, 'on'])
  const dashed = compileDateTest('yyyy-MM-dd')
  return (item, run) => {
    const value = scalarText(source.read(item, run)) ?? ''
    const day = /^\d{8}/.test(value)
      ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`
      : value.slice(0, 10)
    if (dashed(day)) return day
    return isAbsent(value)
      ? businessDate(run)
      : fail(run, source.label(run), 'date', '应为有效日期', 'must be a real date')
  }
}
