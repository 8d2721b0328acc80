// What a run will send: reproducible, in the order of a case's life, and with numbers that never meet.
import { describe, expect, test } from 'vitest'
import type { Applicant } from '../../sandbox/department/people.ts'
import { type Job, type PlanOptions, plan } from '../../sandbox/department/plan.ts'
import type { Entry } from '../../sandbox/department/record.ts'
import { kinds } from '../../sandbox/department/record.ts'

const options: PlanOptions = { cases: 60, seed: '1', run: 'a', faults: false }
const entriesOf = (jobs: Iterable<Job>): Entry[] =>
  [...jobs].flat().flatMap((posting) => [...posting.message.entries])
const bodies = (jobs: Iterable<Job>): string[] =>
  [...jobs].flat().map((p) => p.message.body.toString('base64'))
const caseNumbers = (jobs: Iterable<Job>) =>
  entriesOf(jobs).flatMap((entry) => (entry.kind === 'acceptance' ? [entry.case.no] : []))

describe('plan', () => {
  test('the same seed and run make the same bytes; another seed or run makes others', () => {
    expect(bodies(plan(options))).toEqual(bodies(plan(options)))
    expect(bodies(plan({ ...options, seed: '2' }))).not.toEqual(bodies(plan(options)))
  })

  test('case numbers are in Sichuan form and never used twice, also not by another run', () => {
    const all = ['a', 'b', 'c'].flatMap((run) => caseNumbers(plan({ ...options, cases: 300, run })))
    expect(all).toHaveLength(900)
    expect(new Set(all).size).toBe(900)
    for (const no of all) expect(no).toMatch(/^5107\d\d-20\d{6}-\d{6}$/)
  })

  test('every department sends every kind of message', () => {
    const seen = new Set([...plan({ ...options, cases: 300 })].flat().map((p) => p.message.path))
    for (const name of ['housing', 'social', 'market'])
      for (const kind of kinds) expect(seen).toContain(`/v1/${name}/${kind}`)
  })

  test('a case goes acceptance, materials, steps, completion, review, each later than the one before', () => {
    const life = new Map<string, Entry[]>()
    for (const entry of entriesOf(plan({ ...options, cases: 300 })))
      if ('case' in entry) life.set(entry.case.no, [...(life.get(entry.case.no) ?? []), entry])
    expect(life.size).toBe(300)
    for (const entries of life.values()) {
      const order = entries.map((entry) => entry.kind).join(' ')
      expect(order).toMatch(/^acceptance( material)+( process)( special)?( process)*( completion)( review)?$/)
      const times = entries.flatMap(timesOf)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
  })

  test('nobody living and no real company is in it', () => {
    const people = entriesOf(plan({ ...options, cases: 300 })).flatMap((entry) =>
      'case' in entry
        ? [entry.case.applicant]
        : entry.kind === 'licence'
          ? [entry.licence.holder]
          : [entry.subject],
    )
    const births = (who: Applicant) => (who.kind === 'person' ? who.idNo : who.legal.idNo).slice(6, 10)
    expect(people.length).toBeGreaterThan(300)
    for (const who of people) {
      expect(Number(births(who))).toBeLessThanOrEqual(1902)
      if (who.kind === 'company') expect(who.name).toContain('样例')
    }
  })

  test('bad reviews say why, and indicators start with the level', () => {
    const reviews = entriesOf(plan({ ...options, cases: 300 })).flatMap((e) =>
      e.kind === 'review' ? [e] : [],
    )
    expect(reviews.filter((review) => review.satisfaction < 3).length).toBeGreaterThan(5)
    for (const review of reviews) {
      for (const code of review.details) expect(code.charAt(0)).toBe(String(review.satisfaction))
      if (review.satisfaction < 3) expect(review.details.length > 0 || review.text).toBeTruthy()
    }
  })

  test('damaged messages appear only with faults, each before the good one', () => {
    expect([...plan(options)].flat().some((posting) => posting.bad)).toBe(false)
    const jobs = [...plan({ ...options, faults: true })]
    const bad = jobs.filter((job) => job[0]?.bad)
    expect(bad.length).toBeGreaterThan(3)
    for (const job of bad) {
      expect(job[1]?.bad).toBe(false)
      expect(job[1]?.message.path).toBe(job[0]?.message.path)
      expect(job[1]?.message.body.equals(job[0]?.message.body ?? Buffer.alloc(0))).toBe(false)
    }
  })
})

function timesOf(entry: Entry): number[] {
  switch (entry.kind) {
    case 'acceptance':
      return [entry.case.appliedAt, entry.case.acceptedAt]
    case 'process':
    case 'special':
      return [entry.startAt, entry.endAt]
    case 'completion':
      return [entry.completedAt]
    case 'review':
      return [entry.reviewedAt]
    default:
      return []
  }
}
