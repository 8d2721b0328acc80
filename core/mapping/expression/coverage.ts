// Whether every value a source may have has its counterpart in a code table, and what is known of what comes out.
import type { Path } from '../../yaml.ts'
import type { CodeTable } from '../schema/codes.ts'
import { countCharacters } from '../text.ts'
import { quote, relatedPlaces, tablePlace } from './complaint.ts'
import { type Facts, listOf, textFacts } from './facts.ts'
import type { Scope } from './scope.ts'

/** How a `code` expression uses its table. */
export type Use = {
  table: CodeTable
  map: string | undefined
  reverse: boolean
  /** `refuse`, or the value that stands for all without a counterpart */
  otherwise: string | undefined
}

/** Reports a source that holds other codes, is no code at all, or has values without a counterpart. */
export function checkCoverage(from: Facts, use: Use, scope: Scope, at: Path): void {
  const facts = from.kind === 'list' && from.element !== undefined ? from.element : from
  const related = relatedPlaces(facts)
  const { table, map, reverse, otherwise } = use
  if ((map === undefined || reverse) && facts.codes !== undefined && facts.codes.name !== table.name) {
    scope.report(
      [...at, 'code'],
      `the source holds codes of ${facts.codes.name}, not of ${table.name}`,
      `来源是 ${facts.codes.name} 的代码，不是 ${table.name} 的`,
      { rule: 'fit.code', related },
    )
    return
  }
  const known = takes(use)
  const isNoCode = ['object', 'list', 'date', 'decimal'].includes(facts.kind)
  if (isNoCode || (facts.kind === 'int' && ![...known].some((code) => /^\d+$/.test(code)))) {
    const [en, zh] = isNoCode ? ['is no code', '不是代码'] : ['is none of these codes', '不是其中任何代码']
    scope.report(at, `the source is ${facts.kind}, which ${en}`, `来源为 ${facts.kind}，${zh}`, {
      rule: 'fit.type',
      related,
    })
    return
  }
  checkLength(facts, known, scope, at)
  const missing = [...(facts.values ?? [])].filter((value) => !known.has(value))
  if (otherwise !== undefined || missing.length === 0) return

  scope.report(
    at,
    `${quote(missing)} of the source has no counterpart; add it to the map, or say otherwise: refuse | a value`,
    `来源的 ${quote(missing)} 没有对应代码，应补入对照，或写明 otherwise: refuse | 某值`,
    { rule: 'code.missing', related: [...related, tablePlace(table, map)] },
  )
}

/** The values the expression takes: outside codes of its map, standard codes when reversed or without one. */
function takes({ table, map, reverse }: Use): ReadonlySet<string> {
  const pairs = map === undefined ? undefined : table.maps.get(map)
  return new Set(reverse ? pairs?.values() : (pairs ?? table.codes).keys())
}

/** The values that come out where there is a counterpart. */
function gives({ table, map, reverse }: Use): Iterable<string> {
  const pairs = map === undefined ? undefined : table.maps.get(map)
  return pairs === undefined ? table.codes.keys() : reverse ? pairs.keys() : pairs.values()
}

/** A source too short for any of the codes is another field, or has a wrong length. */
function checkLength(facts: Facts, known: ReadonlySet<string>, scope: Scope, at: Path): void {
  if (facts.kind !== 'text' || facts.max === undefined) return
  const shortest = Math.min(...[...known].map(countCharacters))
  if (shortest <= facts.max) return
  scope.report(
    at,
    `the source holds ${facts.max} characters, the codes have ${shortest} and more`,
    `来源最长 ${facts.max} 个字符，代码至少 ${shortest} 个字符`,
    { rule: 'fit.length', related: relatedPlaces(facts) },
  )
}

/** What is known of the outcome: which codes, and how long; of a list, of its elements. */
export function codedFacts(from: Facts, use: Use): Facts {
  if (from.kind === 'list' && from.element !== undefined) {
    return listOf(codedFacts(from.element, use), { isOptional: from.isOptional })
  }
  const { otherwise } = use
  const values = new Set(gives(use))
  if (otherwise !== undefined && otherwise !== 'refuse') values.add(otherwise)
  const { sources, isOptional, origins } = from
  const max = Math.max(...[...values].map(countCharacters))
  const codes = use.reverse ? undefined : use.table
  return textFacts(max, { sources, isOptional, origins, values, codes })
}
