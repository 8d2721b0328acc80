// The `code` expression: values through code tables, judged on a day.

import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import { compileDateTest } from '../dates.ts'
import { Refusal } from '../problems.ts'
import { businessDate, fail, INVALID, isAbsent, type Run, scalarText } from '../run.ts'
import { type CodeTable, isInForce } from '../schema/codes.ts'
import { failCode } from '../schema/faults.ts'
import { checkCoverage, codedFacts, type Use } from './coverage.ts'
import { mapScalar } from './scalar.ts'
import { compileSource, type Kind, labelOf, need, option, type Scope } from './scope.ts'

/**
 * `{ code: table, map: housing, path: a.b }`: outside code → standard code (`reverse: true`: standard → outside).
 * Without `map` the value must be a standard code. `on` is the path of the day the code is judged at. Where the schema
 * tells the values, each must have its counterpart, or `otherwise` says what becomes of the others: `refuse`, or a value.
 */
export const code: Kind = {
  keys: ['code', 'map', 'reverse', 'path', 'of', 'on', 'otherwise'],
  compile: (data, scope, at) => {
    const table = findTable(need(data, 'code', 'string', at), scope, [...at, 'code'])
    const operand = data.path === undefined ? 'of' : 'path'
    const source = scope.compile(data[operand], scope, [...at, operand], undefined)
    const reverse = option(data, 'reverse', 'boolean', at) === true
    const map = option(data, 'map', 'string', at)
    const pairs = map === undefined ? undefined : findMap(table, map, at)
    const otherwise = readOtherwise(data, at)
    const translate = compileTranslation(table, pairs, reverse, at)
    const use: Use = { table, map, reverse, otherwise }
    checkCoverage(source.facts, use, scope, at)
    const day = compileDay(data.on, scope, at)
    const read = mapScalar(source, (value, item, run) => {
      const result = translate(value)
      if (result === undefined && otherwise !== undefined && otherwise !== 'refuse') return otherwise
      if (result === undefined) return failCode(run, labelOf(source, run), source.field, table.title, false)
      const row = table.codes.get(reverse ? value : result)
      if (reverse || row === undefined || (row.from === undefined && row.until === undefined)) return result
      const on = day(item, run)
      if (on === INVALID || isInForce(row, on)) return result
      return failCode(run, labelOf(source, run), source.field, table.title, true)
    })
    const facts = codedFacts(source.facts, use)
    return { read, label: source.label, isCut: source.isCut, codes: reverse ? undefined : table, facts }
  },
}

function findTable(name: string, scope: Scope, at: Path): CodeTable {
  const table = scope.codes.get(name)
  scope.findings.tables.add(name)
  if (table !== undefined) return table
  const hint = suggest(name, scope.codes.keys())
  throw new Refusal(at, `unknown code table "${name}"${hint.en}`, `未知的代码表“${name}”${hint.zh}`)
}

type Pairs = ReadonlyMap<string, string>

function findMap(table: CodeTable, map: string, at: Path): Pairs {
  const pairs = table.maps.get(map)
  if (pairs !== undefined) return pairs
  const hint = suggest(map, table.maps.keys())
  throw new Refusal(
    [...at, 'map'],
    `${table.name} has no map "${map}"${hint.en}`,
    `代码表 ${table.name} 没有对照“${map}”${hint.zh}`,
  )
}

/** `otherwise: refuse` or the value that stands for all without a counterpart. */
function readOtherwise(data: Record<string, unknown>, at: Path): string | undefined {
  const given = data.otherwise
  if (given === undefined || typeof given === 'string') return given
  throw new Refusal([...at, 'otherwise'], 'otherwise is refuse or a text', 'otherwise 应为 refuse 或文本')
}

function compileTranslation(
  table: CodeTable,
  pairs: Pairs | undefined,
  reverse: boolean,
  at: Path,
): (value: string) => string | undefined {
  if (pairs === undefined) {
    if (reverse) throw new Refusal([...at, 'reverse'], 'reverse needs a map', 'reverse 需要 map')
    return (value) => (table.codes.has(value) ? value : undefined)
  }
  if (!reverse) return (value) => pairs.get(value)
  const inverse = inverted(pairs, at)
  return (value) => inverse.get(value)
}

function inverted(pairs: Pairs, at: Path): Pairs {
  const inverse = new Map<string, string>()
  for (const [outside, standard] of pairs) {
    if (inverse.has(standard)) {
      throw new Refusal(
        [...at, 'map'],
        `the map cannot be reversed: "${standard}" has several codes`,
        `该对照不能反向使用：“${standard}”对应多个代码`,
      )
    }
    inverse.set(standard, outside)
  }
  return inverse
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
