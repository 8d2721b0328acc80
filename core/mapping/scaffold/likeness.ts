// How alike two ends are by what their names and labels say: 0 to 1, before types and values are looked at.
import { type Bag, bagOf, best, compare, ideasOf, weights } from './bags.ts'
import type { Leaf } from './leaf.ts'
import { plain } from './leaf.ts'
import { bareLabel, type Ideas, likeness } from './names.ts'
import { contradiction } from './parties.ts'

/** A likeness with the words that explain it. */
export type Verdict = {
  score: number
  why: string
  /** roles or events contradict each other */
  against?: string
}

type Way = { bag: Bag; weights: ReadonlyMap<string, number>; trust: number; label: boolean }
type Profile = {
  ways: readonly Way[]
  alias: Bag | undefined
  own: Bag
  labels: readonly string[]
  name: string
  whole: string
}

/** every end is compared with every other: what it says is worked out once */
const profiles = new WeakMap<Leaf, Profile>()

function profileOf(leaf: Leaf): Profile {
  const known = profiles.get(leaf)
  if (known !== undefined) return known
  const { said, parents, alias } = leaf
  const spoken = parents.map(ideasOf)
  const both = parents.map((each) => [...new Set([...best(each.readings), ...each.label])])
  const way = (ideas: Ideas, above: readonly Ideas[], trust: number, label: boolean): Way => {
    const bag = bagOf(ideas, above)
    return { bag, weights: weights(bag), trust, label }
  }
  const name = plain(said.name)
  const profile: Profile = {
    ways: [
      ...(said.label.length > 0 ? [way(said.label, spoken, 1, true)] : []),
      ...(alias.length > 0 ? [way(alias, both, 0.9, false)] : []),
      ...said.readings.map((ideas) => way(ideas, both, said.pinyin ? 0.86 : 0.95, false)),
    ],
    alias: alias.length > 0 ? bagOf(alias, spoken) : undefined,
    own: bagOf(ideasOf(said), spoken),
    labels: labelsOf(leaf),
    name,
    whole: [...parents.map((each) => plain(each.name)), name].join(''),
  }
  profiles.set(leaf, profile)
  return profile
}

/** Every pair of ways to read the two ends; pinyin guesses count less. */
function readAlike(a: Profile, b: Profile): number {
  let most = 0
  let labels = -1
  for (const left of a.ways) {
    for (const right of b.ways) {
      const score = compare(left.bag, right.bag, left.weights, right.weights)
      if (left.label && right.label) labels = score
      most = Math.max(most, score * Math.min(left.trust, right.trust))
    }
  }
  // labels that say something else weigh more than names that happen to agree; an alias speaks as a label does
  if (labels >= 0 && b.alias !== undefined)
    labels = Math.max(labels, 0.9 * compare(a.own, b.alias, weights(a.own), weights(b.alias)))
  return labels < 0 ? most : labels >= most ? labels : 0.65 * labels + 0.35 * most
}

/** Ways a label may be written: alone, after its parents' labels, and a parent's alone where the end is only its name. */
function labelsOf({ said, parents }: Leaf): string[] {
  const own = bareLabel(said.zh)
  const above = parents.map(({ zh }) => bareLabel(zh)).filter((zh) => zh !== '')
  const near = above.at(-1)
  const result = own === '' ? [] : [own, ...above.map((zh) => zh + own)]
  if (near !== undefined && /^(姓名|名称|姓名或名称)$/.test(own)) result.push(near)
  return result
}

function labelAlike(a: Profile, b: Profile): Verdict {
  const [left, right] = [a.labels, b.labels]
  const same = left.find((label) => right.includes(label) && label.length > 1)
  if (same !== undefined) return { score: same.length > 2 ? 0.96 : 0.84, why: `label ${same}` }
  const [own, other] = [left[0] ?? '', right[0] ?? '']
  const contained = own.length > 2 && other.length > 2 && (own.includes(other) || other.includes(own))
  const near = likeness(own, other)
  return contained
    ? { score: Math.max(0.55, near * 0.8), why: 'label contained' }
    : { score: near * 0.7, why: 'label alike' }
}

/** Pinyin of one side's label is the other's identifier: `xmmc` for 项目名称. */
function pinyinAlike(a: Leaf, b: Leaf): Verdict {
  const spelled = (named: Leaf, labelled: Leaf): number => {
    const { name } = profileOf(named)
    const near = labelled.parents.at(-1)
    const forms = [labelled.said, ...(near === undefined ? [] : [near])]
    for (const [i, { initials, full }] of forms.entries()) {
      if (i > 0 && !/^(姓名|名称)$/.test(labelled.said.zh)) break
      if (name === full && full.length > 3) return 0.93
      if (name === initials && initials.length > 1) return initials.length > 3 ? 0.84 : 0.62
      const joined = (near?.initials ?? '') + initials
      if (name === joined && joined.length > 3) return 0.84
    }
    return 0
  }
  return { score: Math.max(spelled(a, b), spelled(b, a)), why: 'pinyin of the label' }
}

/** Identifiers that are equal but for case and separators, or equal but for a prefix. */
function nameAlike(a: Profile, b: Profile): Verdict {
  const [left, right, whole] = [a.name, b.name, b.whole]
  if (left === right && left.length > 2) {
    const generic = ['name', 'code', 'type', 'number', 'title', 'result', 'version'].includes(left)
    return { score: generic ? 0.5 : 0.9, why: 'same name' }
  }
  if (left.length > 5 && (left === whole || whole.endsWith(left)))
    return { score: 0.9, why: 'same name with its parents' }
  return { score: 0, why: '' }
}

/** What sort of value a name is by initials, in each of its shortest readings: 受理部门 and 受理编码 are both `slbm`. */
export function initialHeads({ said }: Leaf): ReadonlySet<string | undefined> {
  if (!said.pinyin || said.label.length > 0) return new Set()
  const shortest = Math.min(...said.readings.map((ideas) => ideas.length))
  const best = said.readings.filter((ideas) => ideas.length === shortest)
  return new Set(best.map((ideas) => bagOf(ideas, []).head))
}

/**
 * Likeness of a source and a target end by names alone.
 * @param main the role that is meant where none is said: the first required party of the target
 */
export function alike(source: Leaf, target: Leaf, main: string | undefined): Verdict {
  const [mine, yours] = [profileOf(source), profileOf(target)]
  const ideas = readAlike(mine, yours)
  const direct = [labelAlike(mine, yours), nameAlike(mine, yours), pinyinAlike(source, target)]
  const top = direct.reduce((a, b) => (b.score > a.score ? b : a))
  const bothLabelled = source.said.label.length > 0 && target.said.label.length > 0
  const isLabel = top.why.startsWith('label ') || !bothLabelled
  const words = { score: ideas, why: 'same words' }
  const chosen = top.score > ideas ? top : words
  // two witnesses are better than one; a name alone never overrules labels that say something else
  const score = isLabel
    ? Math.max(top.score, ideas) + 0.25 * (1 - Math.max(top.score, ideas)) * Math.min(top.score, ideas)
    : Math.max(ideas, 0.5 * ideas + 0.5 * top.score)
  const { factor, why } = contradiction(source, target, main, labelAlike(mine, yours).score >= 0.84)
  const verdict = { score: Math.min(1, score) * factor, why: chosen.why }
  return factor < 1 ? { ...verdict, against: why || 'another party' } : verdict
}
