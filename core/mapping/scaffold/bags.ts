// The ideas of two ends held against each other: what sort of value they are, and what marks them.
import type { Said } from './leaf.ts'
import type { Ideas } from './names.ts'
import { kinds } from './words.ts'

/** Ideas of an end by what they do. */
export type Bag = {
  head: string | undefined
  marks: readonly string[]
  near: readonly string[]
  far: readonly string[]
}

/** Kind of an idea; what no row tells of is a mark. */
export const kindOf = (idea: string): string => kinds.get(idea) ?? 'mark'
const headed = (idea: string): boolean => kindOf(idea) === 'head'
/** heads that mean nearly the same in some systems */
const cousins = new Map([
  ['number code', 0.85],
  ['method channel', 0.75],
  ['method type', 0.45],
  ['shape method', 0.55],
  ['shape type', 0.5],
  ['text opinion', 0.7],
  ['text remark', 0.45],
  ['text reason', 0.5],
  ['text result', 0.4],
  ['credit code', 0.95],
  ['credit number', 0.7],
  ['quantity times', 0.4],
  ['text comment', 0.6],
])

/** What a word says besides itself: an issuer is an organisation. */
export const implied: Readonly<Record<string, string>> = {
  issuer: 'org',
  company: 'org',
  builder: 'org',
  inspector: 'handler',
}

/** Ideas of an end sorted by what they do. A person, body or thing without a head is meant by its name. */
export function bagOf(ideas: Ideas, parents: readonly Ideas[]): Bag {
  const at = ideas.includes('whether') ? ideas.indexOf('whether') : ideas.findLastIndex(headed)
  const named = ideas.some((idea) => ['role', 'thing'].includes(kindOf(idea)))
  const head = at >= 0 ? ideas[at] : named ? 'name' : undefined
  const near = parents.at(-1) ?? []
  const above = new Set(near.flatMap((idea) => [idea, implied[idea] ?? idea]))
  const marks = ideas.filter((idea) => idea !== head && idea !== 'name' && !above.has(idea))
  return { head, marks, near, far: parents.slice(0, -1).flat() }
}

function headLikeness(a: string | undefined, b: string | undefined): number {
  if (a === b) return a === undefined ? 0.8 : 1
  if (a === undefined || b === undefined) return 0.3
  return cousins.get(`${a} ${b}`) ?? cousins.get(`${b} ${a}`) ?? 0
}

/** How much each idea of an end counts. */
export function weights({ marks, near, far }: Bag): Map<string, number> {
  const result = new Map<string, number>()
  const add = (ideas: readonly string[], weight: number): void => {
    for (const idea of ideas) result.set(idea, Math.max(result.get(idea) ?? 0, weight))
  }
  add(far, 0.1)
  add(near, marks.length === 0 ? 0.8 : 0.25)
  add(marks, 1)
  return result
}

/** True when a word of these implies the idea. */
function says(words: ReadonlyMap<string, number>, idea: string): boolean {
  for (const word of words.keys()) if (implied[word] === idea) return true
  return false
}

function covered(of: ReadonlyMap<string, number>, by: ReadonlyMap<string, number>): number {
  let all = 0
  let found = 0
  for (const [idea, weight] of of) {
    all += weight
    if (by.has(idea) || says(by, idea)) found += weight
  }
  return all === 0 ? 1 : found / all
}

/** Likeness of two bags: the head must fit, and each side's marks should stand on the other. */
export function compare(
  a: Bag,
  b: Bag,
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
): number {
  const head = headLikeness(a.head, b.head)
  if (head === 0) return 0
  if (left.size === 0 && right.size === 0) return head * 0.9
  // one side says nothing but its head: the other's place is no contradiction, its own words are
  if (left.size === 0 || right.size === 0) return head * (a.marks.length + b.marks.length === 0 ? 0.78 : 0.45)
  const [there, back] = [covered(left, right), covered(right, left)]
  const marks = there + back === 0 ? 0 : (2 * there * back) / (there + back)
  return head * (0.2 + 0.8 * marks)
}

/** The likeliest reading. */
export const best = (readings: readonly Ideas[]): Ideas => readings[0] ?? []
/** What an end says: its label, or else its name. */
export const ideasOf = (said: Said): Ideas => (said.label.length > 0 ? said.label : best(said.readings))
