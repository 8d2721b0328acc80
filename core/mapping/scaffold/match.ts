// Who goes with whom: the best pairs first, each end once. A pair is sure when it is good and nothing else comes near it.
import { knownValues, separatorOf, weigh } from './fit.ts'
import { type Leaf, plain, type Source, type Target } from './leaf.ts'
import { alike, initialHeads, type Verdict } from './likeness.ts'
import { role } from './parties.ts'

export type Candidate = { source: Source } & Verdict

export type Match = {
  target: Target
  /** the source it was given, sure or not */
  chosen: Candidate | undefined
  sure: boolean
  /** why it is not sure */
  doubt: string
  /** the best sources, chosen first */
  candidates: readonly Candidate[]
}

/** A pair below this is a gap. */
export const SURE = 0.72
/** A pair must be this much better than what else could stand in its place. */
export const MARGIN = 0.07
/** What is not even worth a word. */
const FLOOR = 0.4

type Pair = Candidate & { target: Target }

/** Gives each target its source. */
export function match(sources: readonly Source[], targets: readonly Target[]): Match[] {
  const main =
    mainRole(targets) ?? mainRole(sources.map((source) => ({ ...source, required: source.req === 'Y' })))
  const pairs = targets.flatMap((target) =>
    sources.map(
      (source): Pair => ({ source, target, ...weigh(source, target, alike(source, target, main)) }),
    ),
  )
  const rank = (pair: Pair): number => pair.score + (isSamePlace(pair) ? MARGIN : 0)
  pairs.sort((a, b) => rank(b) - rank(a) || Number(b.target.required) - Number(a.target.required))
  const taken = new Map<Source, Pair>()
  const given = new Map<Target, Pair>()
  for (const pair of pairs) {
    if (pair.score < FLOOR || taken.has(pair.source) || given.has(pair.target)) continue
    taken.set(pair.source, pair)
    given.set(pair.target, pair)
  }
  return targets.map((target) => judge(target, given.get(target), pairs, taken, given))
}

/** The first required party is meant where a source names nobody. */
function mainRole(ends: readonly (Leaf & { required: boolean })[]): string | undefined {
  return ends
    .filter(({ required, personal }) => required && personal !== undefined)
    .map(role)
    .find((each) => each !== undefined)
}

function judge(
  target: Target,
  chosen: Pair | undefined,
  pairs: readonly Pair[],
  taken: ReadonlyMap<Source, Pair>,
  given: ReadonlyMap<Target, Pair>,
): Match {
  const mine = pairs.filter((pair) => pair.target === target && pair.score >= FLOOR)
  const candidates = [
    ...(chosen === undefined ? [] : [chosen]),
    ...mine.filter((pair) => pair !== chosen),
  ].slice(0, 3)
  if (chosen === undefined) {
    const doubt = candidates.length === 0 ? 'the source has nothing like it' : 'another target has its source'
    return { target, chosen, sure: false, doubt, candidates }
  }
  const doubt = doubtOf(chosen, mine, pairs, taken, given)
  return { target, chosen, sure: doubt === '', doubt, candidates }
}

/** Why a pair is not sure; empty when it is. */
function doubtOf(
  chosen: Pair,
  mine: readonly Pair[],
  pairs: readonly Pair[],
  taken: ReadonlyMap<Source, Pair>,
  given: ReadonlyMap<Target, Pair>,
): string {
  const own = ownDoubt(chosen)
  if (own !== '') return own
  const isRival = rivalOf(chosen)
  const rival = mine.find((pair) => isRival(pair, taken.get(pair.source)))
  if (rival !== undefined) return `${rival.source.path} is as good`
  const other = pairs.find((pair) => pair.source === chosen.source && isRival(pair, given.get(pair.target)))
  return other === undefined ? '' : `${chosen.source.path} would fit ${other.target.path} as well`
}

/** What speaks against a pair by itself. */
function ownDoubt({ source, target, score, why, against }: Pair): string {
  const table = target.field.codes
  const isOther = table !== undefined && source.codes !== table.name
  if (isOther && knownValues(source.field.values, table) === false)
    return `its values are not all known to ${table.name}`
  if (against !== undefined) return against
  if (why.startsWith('same words') && source.field.values.size === 0 && initialHeads(source).size > 1)
    return 'its initials can be read otherwise'
  if (separatorOf(target.said.zh) !== undefined && !isPieces(source)) return 'the target joins several values'
  return score < SURE ? 'the likeness is too small' : ''
}

/**
 * Whether another pair comes near a chosen one. A pair whose end has a better place (`place`) does not, nor one across
 * places when the chosen stands at the same place on both sides.
 */
function rivalOf(chosen: Pair): (pair: Pair, place: Pair | undefined) => boolean {
  const home = isSamePlace(chosen)
  return (pair, place) =>
    pair !== chosen &&
    pair.score > chosen.score - MARGIN &&
    !(home && !isSamePlace(pair)) &&
    !(place !== undefined && place.score > pair.score + MARGIN)
}

/** True when both ends hang below a parent of the same name. */
function isSamePlace({ source, target }: Pair): boolean {
  const [mine, yours] = [source.parents.at(-1), target.parents.at(-1)]
  return mine !== undefined && yours !== undefined && plain(mine.name) === plain(yours.name)
}

function isPieces({ type, said }: Source): boolean {
  return type.kind === 'list' || separatorOf(said.zh) !== undefined
}
