// Who goes with whom: the best pairs first, each end once. A pair is sure when it is good and nothing else comes near it.
import { knownValues, weigh } from './fit.ts'
import type { Leaf, Source, Target } from './leaf.ts'
import { alike, role, type Verdict } from './likeness.ts'

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
  pairs.sort((a, b) => b.score - a.score || Number(b.target.required) - Number(a.target.required))
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
  if (chosen === undefined) return { target, chosen, sure: false, doubt: 'no source left', candidates }
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
  const table = chosen.target.field.codes
  if (
    table !== undefined &&
    chosen.source.codes !== table.name &&
    knownValues(chosen.source.field.values, table) === false
  )
    return `its values are not all known to ${table.name}`
  if (chosen.against !== undefined) return chosen.against
  if (chosen.score < SURE) return 'the likeness is too small'
  // a rival that has found a better place of its own is none
  const settled = (own: Pair | undefined, rival: Pair): boolean =>
    own !== undefined && own.score > rival.score + MARGIN
  const rival = mine.find(
    (pair) => pair !== chosen && pair.score > chosen.score - MARGIN && !settled(taken.get(pair.source), pair),
  )
  if (rival !== undefined) return `${rival.source.path} is as good`
  const other = pairs.find(
    (pair) =>
      pair.source === chosen.source &&
      pair !== chosen &&
      pair.score > chosen.score - MARGIN &&
      !settled(given.get(pair.target), pair),
  )
  return other === undefined ? '' : `${chosen.source.path} would fit ${other.target.path} as well`
}
