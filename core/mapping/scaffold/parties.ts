// Whose data an end is, and at what event: the agent's number is not the applicant's, a start is no end.
import { ideasOf, implied, kindOf } from './bags.ts'
import type { Leaf, Said } from './leaf.ts'

const roleOf = (said: Said): string | undefined => ideasOf(said).find((idea) => kindOf(idea) === 'role')
const eventOf = (said: Said): readonly string[] =>
  (said.pinyin && said.label.length === 0 ? said.readings.flat() : ideasOf(said)).filter(
    (idea) => kindOf(idea) === 'event',
  )

/** Whose data it is: the nearest that says so. */
export function role(leaf: Leaf): string | undefined {
  const chain = [...leaf.parents, leaf.said]
  const found = chain.findLast((said) => roleOf(said) !== undefined)
  return found === undefined ? undefined : roleOf(found)
}

/** Whether it is a body's: a department's, an office's, an issuer's. */
function isBody({ parents, said }: Leaf): boolean {
  const near = parents.at(-1)
  const ideas = [...(near ? [near] : []), said].flatMap((each) =>
    each.label.length > 0 ? each.label : each.readings.flat(),
  )
  return ideas.some((idea) => idea === 'org' || implied[idea] === 'org')
}

function parentRole({ parents }: Leaf): string | undefined {
  const found = parents.findLast((said) => roleOf(said) !== undefined)
  return found === undefined ? undefined : roleOf(found)
}

/** Roles and events that contradict each other: the agent's number is not the applicant's, a start is no end. */
export function contradiction(
  a: Leaf,
  b: Leaf,
  main: string | undefined,
  isSameLabel: boolean,
): { factor: number; why: string } {
  const [left, right] = [role(a), role(b)]
  let factor = 1
  let why = ''
  if (left !== right) {
    if (left !== undefined && right !== undefined) factor = 0.4
    else if ((left ?? right) !== main) factor = 0.7
    if (factor < 1) why = `${left ?? 'nobody'} is not ${right ?? 'nobody'}`
  }
  // a body's code or name is no party's: a source that names nobody may be anybody's
  if (!isSameLabel && left === undefined && right === undefined && isBody(b) && !isBody(a)) {
    factor *= 0.7
    why = 'it does not say whose it is'
  }
  // the parents too: an applicant's type below the agent is the agent's
  const [above, over] = [parentRole(a), parentRole(b)]
  if (above !== undefined && over !== undefined && above !== over) factor *= 0.8
  const [mine, yours] = [eventOf(a.said), eventOf(b.said)]
  if (mine.length > 0 && yours.length > 0 && !mine.some((event) => yours.includes(event))) {
    factor *= 0.5
    why = `${mine.join(' ')} is not ${yours.join(' ')}`
  }
  const turned = (one: readonly string[], two: readonly string[]): boolean =>
    one.includes('start') && two.includes('end')
  if (turned(mine, yours) || turned(yours, mine)) factor *= 0.4
  return { factor, why }
}
