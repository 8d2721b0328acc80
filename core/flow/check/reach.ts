// Rules over replies that do nothing: those that no reply meets, and those whose replies earlier rules take already.
import type { Report } from '../../mapping/problems.ts'
import { checkProspects } from '../../mapping/schema/prospects.ts'
import type { Path } from '../../yaml.ts'
import { takenBy, type Way, waysOf } from './ways.ts'
import type { Written, WrittenRule } from './written.ts'

/** Reports rules that never hold, and rules for which earlier ones leave nothing; `base`: where the list stands. */
export function checkReach(
  rules: readonly Pick<WrittenRule, 'when'>[],
  report: Report,
  base: Path = ['replies'],
): void {
  const earlier: Earlier[] = []
  for (const [index, { when }] of rules.entries()) {
    const at = [...base, index, 'when']
    if (checkStatuses(when, report, at)) continue
    checkProspects(when, () => undefined, report, at)
    const ways = waysOf(when)
    if (ways === undefined || ways.length === 0) continue
    checkCovered(ways, earlier, report, base, index)
    earlier.push({ index, ways })
  }
}

type Earlier = { index: number; ways: readonly Way[] }

/** Reports statuses that no reply has, one by one; answers whether none is left. */
function checkStatuses(when: Written, report: Report, at: Path): boolean {
  const { status } = when
  if (status === undefined || waysOf({ status })?.length !== 0) {
    const list = Array.isArray(status) ? status : []
    for (const [i, each] of list.entries()) {
      if (waysOf({ status: each })?.length === 0) noStatus(each, report, [...at, 'status', i])
    }
    return false
  }
  noStatus(status, report, [...at, 'status'])
  return true
}

function noStatus(test: unknown, report: Report, at: Path): void {
  const text = JSON.stringify(test)
  report(
    at,
    `no reply has the status ${text}: statuses are numbers from 100 to 599`,
    `没有状态码为 ${text} 的应答：状态码为 100 至 599 的数值`,
    { rule: 'condition.never' },
  )
}

function checkCovered(
  ways: readonly Way[],
  earlier: readonly Earlier[],
  report: Report,
  base: Path,
  own: number,
): void {
  const takers = new Set<number>()
  for (const way of ways) {
    const left = new Set(way.statuses)
    for (const { index, ways: wider } of earlier) {
      const taken = wider.flatMap((each) => takenBy(each, way))
      if (taken.length > 0) takers.add(index)
      for (const status of taken) left.delete(status)
    }
    if (left.size > 0) return
  }
  report(
    [...base, own, 'when'],
    'the rule is never reached: earlier rules take every reply it could take; move it up or drop it',
    '此规则永远不会用到：前面的规则已取走其全部应答，请上移或删除',
    {
      rule: 'reply.unreachable',
      related: [...takers].map((index) => ({
        ...report.placeOf([...base, index, 'when']),
        en: 'the earlier rule',
        zh: '前面的规则',
      })),
    },
  )
}
