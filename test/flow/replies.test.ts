// Reply rules are judged before a reply comes: what they read, whether they can hold, whether they are reached.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkReach } from '../../core/flow/check/reach.ts'
import { rulesOf } from '../../core/flow/check/written.ts'
import { compileReplies } from '../../core/flow/outcome.ts'
import { reportInto } from '../../core/mapping/problems.ts'
import { type Problem, readYaml } from '../../core/yaml.ts'
import { problemsAfter, told } from './small.ts'

const own = '  - { when: { status: 200 }, outcome: delivered }\n'
/** What is told of these rules in place of those of the store; the first stands in line 9. */
const ruled = (...rules: string[]): Problem[] =>
  problemsAfter([['systems/store.yaml', own, rules.map((rule) => `  - { ${rule} }\n`).join('')]])
const done = 'when: { status: 200 }, outcome: delivered'

describe('reply rules', () => {
  test.each<[string, string[], string[]]>([
    [
      'a misspelt head of a condition',
      [done, 'when: { stauts: 500 }, outcome: busy'],
      ['reply.path systems/store.yaml:10:15'],
    ],
    [
      'a misspelt head of a reason',
      ['when: { status: 400 }, outcome: rejected, reason: bdoy.message', done],
      ['reply.path systems/store.yaml:9:57'],
    ],
    [
      'a misspelt head of a result',
      ['when: { status: 200 }, outcome: delivered, result: { no: boddy.no }'],
      ['reply.path systems/store.yaml:9:64'],
    ],
    [
      'a misspelt head inside any, and of what is compared with',
      [done, 'when: { any: [{ bod.a: 1 }, { body.a: { not: { path: boy.b } } }] }, outcome: busy'],
      ['reply.path systems/store.yaml:10:23', 'reply.path systems/store.yaml:10:60'],
    ],
    [
      'something in a status',
      [done, 'when: { status.code: 500 }, outcome: busy'],
      ['reply.path systems/store.yaml:10:15'],
    ],
    [
      'all headers at once',
      [done, 'when: { header: x }, outcome: busy'],
      ['reply.path systems/store.yaml:10:15'],
    ],
    [
      'a header in capitals',
      [done, 'when: { header.Retry-After: { exists: true } }, outcome: busy'],
      ['reply.path systems/store.yaml:10:15'],
    ],
    [
      'paths from the root and whole bodies',
      ['when: { $.status: 500, body: { contains: x } }, outcome: busy', done],
      [],
    ],
    [
      'a status no reply has',
      ['when: { status: 2000 }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:23'],
    ],
    [
      'a status that is no number',
      ['when: { status: OK }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:23'],
    ],
    [
      'statuses beyond all',
      ['when: { status: { gte: 600 } }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:23'],
    ],
    [
      'an empty range',
      ['when: { status: { gte: 500, lt: 400 } }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:23'],
    ],
    [
      'an empty list',
      ['when: { status: [] }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:23'],
    ],
    [
      'one of several statuses',
      ['when: { status: [503, 5003] }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:29'],
    ],
    [
      'tests of one path that contradict each other',
      ['when: { status: 500, body.code: { equals: 1, not: 1 } }, outcome: busy', done],
      ['condition.never systems/store.yaml:9:39'],
    ],
    [
      'the same condition again',
      [done, 'when: { status: 200 }, outcome: rejected'],
      ['reply.unreachable systems/store.yaml:10:13 < systems/store.yaml:9'],
    ],
    [
      'a narrower condition behind a wider one',
      [done, 'when: { status: 200, body.code: "1" }, outcome: rejected'],
      ['reply.unreachable systems/store.yaml:10:13 < systems/store.yaml:9'],
    ],
    [
      'what several rules before take together',
      [
        'when: { status: 500 }, outcome: busy',
        'when: { status: { gt: 500 } }, outcome: transport',
        'when: { status: { gte: 500 }, body.code: 9 }, outcome: rejected',
        done,
      ],
      ['reply.unreachable systems/store.yaml:11:13 < systems/store.yaml:9 systems/store.yaml:10'],
    ],
    [
      'codes that are among those of a rule before, numbers or texts',
      [
        'when: { body.code: ["0", 1, 2] }, outcome: delivered',
        'when: { status: 200, body.code: [0, "2"] }, outcome: duplicate',
      ],
      ['reply.unreachable systems/store.yaml:10:13 < systems/store.yaml:9'],
    ],
    [
      'a text where anything was taken',
      [
        'when: { body.a: { exists: true } }, outcome: busy',
        'when: { body.a: { contains: x } }, outcome: rejected',
        done,
      ],
      ['reply.unreachable systems/store.yaml:10:13 < systems/store.yaml:9'],
    ],
    [
      'a rule behind one for everything',
      ['when: {}, outcome: delivered', 'when: { any: [{ status: 500 }, { body.a: x }] }, outcome: busy'],
      ['reply.unreachable systems/store.yaml:10:13 < systems/store.yaml:9'],
    ],
    [
      'rules that leave each other something',
      [
        'when: { status: 200, body.code: "0" }, outcome: delivered',
        'when: { status: 200, body.code: ["0", "1"] }, outcome: duplicate',
        'when: { status: 200, body.code: { exists: false } }, outcome: unknown',
        'when: { status: 200, body.text: { contains: E1 } }, outcome: busy',
        'when: { status: 200, body.text: { contains: E12 } }, outcome: busy',
        'when: { status: [200, 404] }, outcome: rejected',
      ],
      [],
    ],
    [
      'no rule that says delivered',
      ['when: { status: 200 }, outcome: busy'],
      ['reply.delivered systems/store.yaml:8:1 < systems/store.yaml:9'],
    ],
    [
      'an unknown outcome',
      ['when: { status: 200 }, outcome: deliverd'],
      ['file.content systems/store.yaml:9:39'],
    ],
    ['an unknown key', [`${done}, resaon: body.a`], ['file.content systems/store.yaml:9:50']],
    [
      'an unknown test',
      [done, 'when: { status: { over: 400 } }, outcome: busy'],
      ['file.content systems/store.yaml:10:31'],
    ],
  ])('%s', (_, rules, expected) => {
    expect(ruled(...rules).map(told)).toEqual(expected)
  })

  test('a system without rules is told to have one, one without operations needs none', () => {
    const without = problemsAfter([['systems/store.yaml', `replies:\n${own}`, '']])
    expect(without.map(({ rule }) => rule)).toEqual(['reply.delivered'])
    expect(problemsAfter([]).map(told)).toEqual([])
  })

  test('complaints say in both languages how to mend it', () => {
    const [problem] = ruled(done, 'when: { stauts: 500 }, outcome: busy')
    expect(problem?.en).toBe(
      '"stauts": a path of a reply begins with status, header or body; did you mean "status"?',
    )
    expect(problem?.zh).toContain('是否应为“status”？')
  })
})

// few paths, few values and many rules, so that rules often meet
const value = fc.constantFrom<unknown>('0', 0, '1', 'E1', null, '')
const single = fc.oneof(
  value,
  fc.array(value, { maxLength: 3 }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ not: value }),
  fc.record({ contains: fc.constantFrom('E', 'E1') }),
  fc.record({ startsWith: fc.constantFrom('E', 'E1') }),
  fc.record({ gte: fc.constantFrom(0, 1) }),
  fc.record({ equals: fc.record({ path: fc.constantFrom('body.a', 'body.b') }) }),
)
const paths = fc.dictionary(fc.constantFrom('body.a', 'body.b[*]'), single, { maxKeys: 2 })
const status = fc.constantFrom<unknown>(
  200,
  500,
  [200, 500],
  { gte: 500 },
  { gte: 200, lt: 501 },
  { not: 200 },
)
const group = fc.array(paths, { minLength: 1, maxLength: 2 })
const condition = fc.oneof(
  { weight: 4, arbitrary: paths },
  { weight: 4, arbitrary: fc.tuple(paths, status).map(([tests, code]) => ({ ...tests, status: code })) },
  { weight: 1, arbitrary: fc.tuple(paths, group).map(([tests, any]) => ({ ...tests, any })) },
  { weight: 1, arbitrary: paths.map((not) => (Object.keys(not).length === 0 ? {} : { not })) },
)
/** Conditions of which the later ones demand what earlier ones do, and more. */
const conditions = fc
  .tuple(fc.array(condition, { minLength: 2, maxLength: 3 }), fc.array(condition, { maxLength: 4 }))
  .map(([first, more]) => [...first, ...more.map((each, i) => ({ ...each, ...first[i % first.length] }))])
const found = fc.oneof(value, fc.array(value, { maxLength: 2 }), fc.constantFrom(undefined, {}, 'xE12'))
const reply = fc.record({
  status: fc.constantFrom(200, 404, 500, 503),
  header: fc.constant({}),
  body: fc.record({ a: found, b: found }),
})

test('a rule said to be never reached decides no reply', () => {
  let count = 0
  fc.assert(
    fc.property(conditions, fc.array(reply, { minLength: 80, maxLength: 80 }), (list, replies) => {
      const rules = list.map((when, i) => ({
        when,
        outcome: 'busy' as const,
        result: { [`r${i}`]: 'status' },
      }))
      const source = readYaml('systems/x.yaml', JSON.stringify({ replies: rules }, null, 1))
      const problems: Problem[] = []
      checkReach(rulesOf(source), reportInto(problems, source))
      const lines = list.map((_, i) => source.at(['replies', i]).line)
      const idle = problems
        .filter(({ rule }) => rule === 'reply.unreachable')
        .map(({ line }) => lines.findLastIndex((start) => start <= line))
      count += idle.length
      const judge = compileReplies(source, rules)
      for (const each of replies) {
        const [decided = ''] = Object.keys(judge(each).result)
        expect(idle.map((index) => `r${index}`)).not.toContain(decided)
      }
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(count).toBeGreaterThan(200)
})
