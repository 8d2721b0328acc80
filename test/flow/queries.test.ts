// How a platform is asked what it has is judged before anything is in doubt: the question fits, the answers answer.
import { describe, expect, test } from 'vitest'
import { type Change, problemsAfter, told } from './small.ts'

const store = 'systems/store.yaml'
const flow = 'flows/thing.done.yaml'
const found = '{ when: { status: 200, body.no: { exists: true } }, answer: found }'
const absent = '{ when: { status: 404 }, answer: absent }'
const answers = [`      - ${found}`, `      - ${absent}`].join('\n')
const drop = '  drop: { takes: store/drop, path: /drop }\n'
const query = 'query: { operation: find, by: { NO: NO } }'
const find = `  find:
    takes: store/find
    path: /find
    answers:
${answers}
`
/** Of the store, line 6 asks, and the rules from line 11 on answer; what is sent always has what is asked by. */
const good: readonly Change[] = [
  [store, drop, `  drop: { takes: store/drop, path: /drop, ${query} }\n${find}`],
  ['schemas/store/drop.yaml', 'req: N', 'req: Y'],
  [
    flow,
    '  - step: store\n',
    '  - { step: drop, system: store, operation: drop, mapping: store/drop }\n  - step: store\n',
  ],
]
const more = {
  'schemas/store/find.yaml':
    'title: t\nfields:\n  - { name: NO, type: s20, req: Y }\n  - { name: KIND, type: s2 }\n',
}
const said = (...changes: Change[]) => problemsAfter([...good, ...changes], more).map(told)
const asking = (by: string): Change => [store, 'by: { NO: NO }', `by: ${by}`]

describe('queries', () => {
  test('a good one', () => {
    expect(said()).toEqual([])
    expect(said(asking('{ NO: NO, KIND: { const: A } }'))).toEqual([])
  })

  test.each<[string, Change[], string[]]>([
    [
      'an operation that is not there',
      [[store, 'operation: find', 'operation: fnid']],
      ['name.unknown systems/store.yaml:6:63', 'query.unused systems/store.yaml:10:5'],
    ],
    [
      'one that does not answer',
      [[store, 'operation: find', 'operation: put']],
      ['query.answers systems/store.yaml:6:63', 'query.unused systems/store.yaml:10:5'],
    ],
    [
      'a value that the document does not have',
      [asking('{ NO: ON }')],
      ['query.path systems/store.yaml:6:79'],
    ],
    [
      'a member that the question does not have',
      [asking('{ NO: NO, KNID: { const: A } }')],
      ['query.member systems/store.yaml:6:83'],
    ],
    [
      'a question that lacks what it needs',
      [asking('{ KIND: { const: A } }')],
      ['query.required systems/store.yaml:6:73'],
    ],
    [
      'a constant that does not fit',
      [asking('{ NO: NO, KIND: { const: ABC } }')],
      ['fit.length systems/store.yaml:6:89 < schemas/store/find.yaml:4'],
    ],
    [
      'a value that does not fit',
      [asking('{ NO: NO, KIND: NO }')],
      ['fit.length systems/store.yaml:6:89 < schemas/store/find.yaml:4 schemas/store/drop.yaml:3'],
    ],
    [
      'what a document may lack',
      [
        ['schemas/store/drop.yaml', 'req: Y', 'req: N'],
        ['store/drop.yaml', 'NO: no', 'NO: paper'],
      ],
      ['query.optional systems/store.yaml:6:79 < store/drop.yaml:3 flows/thing.done.yaml:6'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(said(...changes)).toEqual(expected)
  })

  test('a list has no one value to ask by', () => {
    const list: Change[] = [
      [
        'schemas/store/drop.yaml',
        '{ name: NO, type: s20, req: Y }',
        '{ name: NO, type: list, of: s20, req: Y }',
      ],
      ['store/drop.yaml', 'NO: no', 'NO: [no]'],
      asking('{ NO: "NO[*]" }'),
    ]
    expect(said(...list)).toContain('query.path systems/store.yaml:6:79')
  })
})

describe('answers', () => {
  test.each<[string, Change[], string[]]>([
    [
      'that never say absent',
      [[store, `\n      - ${absent}`, '']],
      ['query.endless systems/store.yaml:10:5'],
    ],
    ['that never say found', [[store, `      - ${found}\n`, '']], ['query.endless systems/store.yaml:10:5']],
    [
      'a misspelt head',
      [[store, '{ status: 404 }', '{ stauts: 404 }']],
      ['reply.path systems/store.yaml:12:19'],
    ],
    [
      'a rule that is never reached',
      [[store, 'status: 404 }', 'status: 200, body.no: { exists: true } }']],
      ['reply.unreachable systems/store.yaml:12:17 < systems/store.yaml:11'],
    ],
    ['a comparison with what was sent', [[store, 'exists: true', 'equals: { path: sent.NO }']], []],
    [
      'a comparison with what is not sent',
      [[store, 'exists: true', 'equals: { path: sent.ON }']],
      ['query.sent systems/store.yaml:11:59'],
    ],
    [
      'a result of what is not sent',
      [[store, 'answer: found', 'answer: found, result: { no: sent.ON }']],
      ['query.sent systems/store.yaml:11:90'],
    ],
    [
      'that a flow sends records to',
      [[flow, 'operation: drop, mapping', 'operation: find, mapping']],
      [
        'step.answers flows/thing.done.yaml:6:45',
        'step.takes flows/thing.done.yaml:6:60 < flows/thing.done.yaml:6 systems/store.yaml:8 store/drop.yaml:2',
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(said(...changes)).toEqual(expected)
  })

  test('an answer leaves what a later step reads, or the adapter does', () => {
    const seal = 'systems/seal.yaml'
    const sign = '  sign: { takes: seal/sign, path: /sign'
    const asked: Change[] = [
      [
        seal,
        `${sign} }\n`,
        `${sign}, query: { operation: find, by: {} } }\n  find:\n    path: /find\n    answers:\n${answers}\n`,
      ],
    ]
    expect(said(...asked)).toEqual(['query.result systems/seal.yaml:10:9 < store/put.yaml:4'])
    expect(said(...asked, [seal, 'answer: found', 'answer: found, result: { mark: body.mark }'])).toEqual([])
    expect(said(...asked, ['store/put.yaml', 'path: mark', 'path: seal.esID'])).toEqual([])
  })
})
