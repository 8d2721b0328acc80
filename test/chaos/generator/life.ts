// The life of one case with as many records as are asked for: acceptance, a long middle, completion, review.
// Every record says its place by its time, so that a platform can tell when order is broken.
import { HOUR, MINUTE } from '../../../sandbox/department/calendar.ts'
import type { Department } from '../../../sandbox/department/catalog.ts'
import { liveCase, openCase } from '../../../sandbox/department/life.ts'
import type { Random } from '../../../sandbox/department/random.ts'
import type { Case, Completion, Entry, Review } from '../../../sandbox/department/record.ts'

/** The fewest records a case can have. */
export const shortest = 3

/** `count` records of case `no`, first to last; `day` is the midnight before its acceptance. */
export function longCase(
  department: Department,
  random: Random,
  no: string,
  day: number,
  count: number,
): Entry[] {
  const subject = openCase(department, random, no, day)
  const usual = liveCase(department, subject, random)
  const [acceptance] = usual
  const completion = usual.find((entry) => entry.kind === 'completion')
  if (!acceptance || !completion) throw new Error('a case needs a beginning and an end')
  const middle = Array.from({ length: count - shortest }, (_, i) =>
    between(department, random, subject, i + 1),
  )
  const completedAt = subject.acceptedAt + count * MINUTE + HOUR
  const { licence } = completion
  const end: Completion = {
    ...completion,
    completedAt,
    ...(licence ? { licence: { ...licence, issuedAt: completedAt } } : {}),
  }
  return [acceptance, ...middle, end, review(subject, completedAt + HOUR)]
}

/** The n-th record of the middle, n minutes after the acceptance. */
function between(department: Department, random: Random, subject: Case, n: number): Entry {
  const startAt = subject.acceptedAt + n * MINUTE
  const officer = random.pick(department.officers)
  switch (random.pick(['process', 'process', 'process', 'material', 'special'] as const)) {
    case 'process': {
      const [step, opinion] = [random.pick(subject.item.steps), `第${n}步，材料齐全，同意。`]
      const id = `${subject.no}-P${n}`
      return {
        kind: 'process',
        case: subject,
        id,
        step,
        action: 'pass',
        officer,
        opinion,
        startAt,
        endAt: startAt,
      }
    }
    case 'material': {
      const name = random.pick(subject.item.materials)
      return { kind: 'material', case: subject, id: `${subject.no}-M${n}`, name, way: 'paper', copies: 1 }
    }
    case 'special':
      return {
        kind: 'special',
        case: subject,
        id: `${subject.no}-S${n}`,
        sort: 'other',
        name: '专家评审',
        reason: '申请事项技术复杂，依法需组织专家评审',
        startAt,
        endAt: startAt,
        result: '专家评审通过',
        officer,
      }
  }
}

function review(subject: Case, reviewedAt: number): Review {
  return {
    kind: 'review',
    case: subject,
    round: 2,
    times: 1,
    channel: 2,
    satisfaction: 5,
    details: ['510'],
    reviewedAt,
  }
}
