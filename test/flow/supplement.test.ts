// Supplement tasks before anything is asked of a ledger: how a row is read, what is told, and what the checker says of a file.
import { describe, expect, test } from 'vitest'
import { isMeant, nameOfWish } from '../../core/flow/supplement-task.ts'
import { compileSystem } from '../../core/flow/system.ts'
import { FileError, readYaml } from '../../core/yaml.ts'
import { type Change, problemsAfter, told } from './small.ts'

const words = `supplement:
  operation: wanted
  by: { page: page, of: { const: hub } }
  rows: body.data
  task: id
  reason: why
  deadline: until
  records: list
  record: { table: kind, no: no.value }
  key: case
  from: first
  to: last
  tell:
    operation: told
    by: { task: task, done: delivered, left: refused, list: records, at: finished }
    record: { number: no, state: state }
    states: { delivered: 1, later: 2, unknown: 3, gone: 4 }
`
const compile = (text = words) =>
  compileSystem(readYaml('systems/x.yaml', `kind: province\ntitle: t\nurl: http://127.0.0.1:9\n${text}`), {
    systems: {},
  }).supplement ?? expect.fail('no plan')

describe('a row', () => {
  const plan = compile()
  const task = (row: object) => plan.taskOf({ id: 'T1', ...row })

  test('names records one by one; what stands in the task holds for each', () => {
    const list = [
      { kind: 'a', no: { value: 7 } },
      { no: { value: '8' }, case: 'C2' },
    ]
    expect(task({ kind: 'b', case: 'C1', why: ' lost ', list })).toEqual({
      task: 'T1',
      reason: 'lost',
      deadline: null,
      wishes: [
        { members: { table: 'a', no: '7' }, key: 'C1', from: null, to: null },
        { members: { table: 'b', no: '8' }, key: 'C2', from: null, to: null },
      ],
    })
  })

  test('may mean all of a key, or of days', () => {
    expect(task({ case: 'C1' })).toMatchObject({ wishes: [{ members: {}, key: 'C1' }] })
    expect(task({ kind: 'a', first: '20260301', list: [] })).toMatchObject({
      wishes: [{ members: { table: 'a' }, from: '2026-03-01', to: '2026-03-01' }],
    })
    expect(task({ first: '2026-03-01 08:00:00', last: '2026-03-03' })).toMatchObject({
      wishes: [{ members: {}, from: '2026-03-01', to: '2026-03-03' }],
    })
  })

  test.each([
    ['2026-03-01', '2026-03-01T16:00:00.000Z'],
    ['20260301', '2026-03-01T16:00:00.000Z'],
    ['2026-03-01 12:30:00', '2026-03-01T04:30:00.000Z'],
    [1772339400000, '2026-03-01T04:30:00.000Z'],
    ['soon', null],
  ])('has the deadline %s', (until, moment) => {
    expect(task({ case: 'C1', until })).toMatchObject({ deadline: moment === null ? null : new Date(moment) })
  })

  test('that would mean everything, or has no id, is no task', () => {
    expect(task({})).toContain('which records')
    expect(task({ kind: 'a' })).toContain('which records')
    expect(task({ list: [{ kind: 'a', no: { value: 1 } }, { kind: 'a' }] })).toContain('which records')
    expect(plan.taskOf({ case: 'C1' })).toContain('without an id')
    expect(plan.taskOf(null)).toContain('without an id')
  })

  test('means the records that have what it names', () => {
    const wish = { members: { table: 'a' }, key: null, from: '2026-03-01', to: '2026-03-01' }
    expect(isMeant(wish, { table: 'a', no: '1' })).toBe(true)
    expect(isMeant(wish, { table: 'b', no: '1' })).toBe(false)
    expect(nameOfWish(wish, plan.members)).toBeUndefined()
    expect(nameOfWish({ ...wish, members: { table: 'a', no: '1' } }, plan.members)).toBe('a 1')
  })
})

test('a page is asked for, and an outcome told, in the words of the file', () => {
  const plan = compile()
  expect(plan.question(2)).toEqual({ page: 2, of: 'hub' })
  const records = [
    { members: { table: 'a', no: '1' }, state: 'delivered' as const },
    { members: { table: 'a', no: '2' }, state: 'unknown' as const },
  ]
  expect(plan.tell?.document({ task: 'T1', finished: '2026-03-01 12:00:00', records })).toEqual({
    task: 'T1',
    done: 1,
    left: 1,
    list: [
      { number: '1', state: 1 },
      { number: '2', state: 3 },
    ],
    at: '2026-03-01 12:00:00',
  })
  expect(() => compile(words.replace('number: no,', 'number: nr,'))).toThrow(FileError)
  expect(() => compile(words.replace('task: id', 'task: a..b'))).toThrow(FileError)
})

describe('the checker', () => {
  const store = 'systems/store.yaml'
  // line 6 asks by NO; the supplement begins at line 11
  const good: readonly Change[] = [
    [
      store,
      'drop: { takes: store/drop, path: /drop }',
      'drop: { takes: store/drop, path: /drop, query: { operation: find, by: { NO: NO } } }',
    ],
    [
      store,
      '  login: { path: /login }\n',
      `  login: { path: /login }
  find: { path: /find, answers: [{ when: { status: 200 }, answer: found }, { when: { status: 404 }, answer: absent }] }
  wanted: { path: /wanted, takes: store/wanted }
  told: { path: /told, takes: store/told }
supplement:
  operation: wanted
  by: { PAGE: page }
  rows: body.data
  task: id
  record: { NO: no }
  tell: { operation: told, by: { TASK: task } }
`,
    ],
    ['schemas/store/drop.yaml', 'req: N', 'req: Y'],
  ]
  const more = {
    'schemas/store/wanted.yaml': 'title: t\nfields: [{ name: PAGE, type: int, req: Y }]\n',
    'schemas/store/told.yaml': 'title: t\nfields: [{ name: TASK, type: s20, req: Y }]\n',
  }
  const said = (...changes: Change[]) => problemsAfter([...good, ...changes], more).map(told)

  test('takes a good one', () => {
    expect(said()).toEqual([])
  })

  test.each<[string, Change, string]>([
    ['an operation that is not there', [store, 'operation: wanted', 'operation: wnated'], 'name.unknown'],
    ['one to tell that is not there', [store, 'operation: told', 'operation: tlod'], 'name.unknown'],
    ['a member the question does not have', [store, 'PAGE: page', 'PAGE: page, PGAE: size'], 'query.member'],
    ['a question that lacks one', [store, 'by: { PAGE: page }', 'by: {}'], 'query.required'],
    ['an outcome that lacks one', [store, 'by: { TASK: task }', 'by: {}'], 'query.required'],
    [
      'names by which nothing is asked',
      [store, 'record: { NO: no }', 'record: { NR: no }'],
      'supplement.record',
    ],
  ])('finds %s', (_, change, rule) => {
    expect(said(change)).toEqual([expect.stringContaining(`${rule} ${store}:`)])
  })
})
