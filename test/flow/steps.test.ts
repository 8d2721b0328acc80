// Steps of a flow are judged against the mappings and operations they name, before anything is sent.
import { describe, expect, test } from 'vitest'
import { type Change, problemsAfter, told } from './small.ts'

const flow = 'flows/thing.done.yaml'
const store = 'systems/store.yaml'
const again = (more: string): Change => [
  flow,
  'needs: [seal]\n',
  `needs: [seal]\n  - { step: again, system: seal, operation: sign, mapping: seal/sign${more} }\n`,
]

describe('steps', () => {
  test('are told nothing when all fits', () => {
    expect(problemsAfter([])).toEqual([])
  })

  test.each<[string, Change[], string[]]>([
    [
      'an unknown system',
      [[flow, 'system: store', 'system: stoer']],
      ['name.unknown flows/thing.done.yaml:7:13'],
    ],
    [
      'an unknown operation',
      [[flow, 'operation: put', 'operation: pot']],
      ['name.unknown flows/thing.done.yaml:8:16'],
    ],
    [
      'an unknown mapping',
      [[flow, 'mapping: store/put', 'mapping: store/pot']],
      ['name.unknown flows/thing.done.yaml:9:14'],
    ],
    [
      'an unknown schema of an operation, once',
      [[store, 'takes: store/put', 'takes: store/pot']],
      ['name.unknown systems/store.yaml:5:17'],
    ],
    [
      'another operation of the system',
      [[flow, 'operation: put', 'operation: drop']],
      [
        'step.takes flows/thing.done.yaml:9:14 < flows/thing.done.yaml:8 systems/store.yaml:6 store/put.yaml:2',
      ],
    ],
    [
      'an operation that takes nothing',
      [[flow, 'operation: put', 'operation: login']],
      [
        'step.takes flows/thing.done.yaml:9:14 < flows/thing.done.yaml:8 systems/store.yaml:7 store/put.yaml:2',
      ],
    ],
    [
      'another mapping',
      [[flow, 'mapping: store/put', 'mapping: store/drop']],
      [
        'step.takes flows/thing.done.yaml:9:14 < flows/thing.done.yaml:8 systems/store.yaml:5 store/drop.yaml:2',
      ],
    ],
    [
      'a mapping that takes in',
      [[flow, 'mapping: store/put', 'mapping: department/thing']],
      ['step.mapping flows/thing.done.yaml:9:14'],
    ],
    ['a call made twice', [again('')], ['step.twice flows/thing.done.yaml:11:5 < flows/thing.done.yaml:2']],
    [
      'a call made twice for some messages',
      [again(', when: { paper: x }')],
      ['step.twice flows/thing.done.yaml:11:5 < flows/thing.done.yaml:2'],
    ],
    [
      'a call for some messages here, for others there',
      [
        again(', when: { paper: { exists: false } }'),
        [flow, 'mapping: seal/sign\n', 'mapping: seal/sign\n    when: { paper: { exists: true } }\n'],
      ],
      [],
    ],
    [
      'a condition over a field the type lacks',
      [[flow, 'needs: [seal]', 'needs: [seal]\n    when: { papr: x }']],
      ['file.content flows/thing.done.yaml:11:19'],
    ],
    [
      'a test there is not',
      [[flow, 'needs: [seal]', 'needs: [seal]\n    when: { paper: { equal: x } }']],
      ['file.content flows/thing.done.yaml:11:29'],
    ],
    [
      'two steps of one name',
      [[flow, 'step: store', 'step: seal']],
      ['flow.order flows/thing.done.yaml:6:11'],
    ],
    ['a step that needs itself', [[flow, '[seal]', '[store]']], ['flow.order flows/thing.done.yaml:10:13']],
    [
      'a step that needs none there is',
      [[flow, '[seal]', '[seel]']],
      ['flow.order flows/thing.done.yaml:10:13'],
    ],
    [
      'a step that needs a later one',
      [[flow, 'mapping: seal/sign', 'mapping: seal/sign\n    needs: [store]']],
      ['flow.order flows/thing.done.yaml:6:13'],
    ],
    ['an unknown key', [[flow, '    needs:', '    neds:']], ['file.content flows/thing.done.yaml:10:5']],
  ])('%s', (_, changes, expected) => {
    expect(problemsAfter(changes).map(told)).toEqual(expected)
  })

  test('a mapping of another type points at what it maps', () => {
    const more = {
      'canonical/other.done.yaml': `title: t
key: no
deduplication: [no]
fields:
  - { name: no, type: s20, req: Y }
`,
      'store/other.yaml': 'from: other.done\nto: store/drop\nfields:\n  NO: no\n',
    }
    const changes: Change[] = [
      [flow, 'mapping: store/put', 'mapping: store/other'],
      [flow, 'operation: put', 'operation: drop'],
    ]
    expect(problemsAfter(changes, more).map(told)).toEqual([
      'step.mapping flows/thing.done.yaml:9:14 < store/other.yaml:1',
    ])
  })

  test('what would fit is said in both languages', () => {
    const [problem] = problemsAfter([[flow, 'operation: put', 'operation: drop']])
    expect(problem?.en).toContain('did you mean operation: put or mapping: store/drop?')
    expect(problem?.zh).toContain('是否应为 operation: put 或 mapping: store/drop？')
  })

  test('a flow of no type, and a type without a flow', () => {
    const renamed = problemsAfter([], { 'flows/thing.don.yaml': 'steps: []\n' })
    expect(renamed.map(told)).toEqual(['name.unknown flows/thing.don.yaml:1:1'])
    expect(renamed[0]?.en).toContain('did you mean "thing.done"?')
    const more = {
      'canonical/other.done.yaml': `title: t
key: no
deduplication: [no]
fields:
  - { name: no, type: s20, req: Y }
`,
    }
    const without = problemsAfter([['department/thing.yaml', 'to: thing.done', 'to: other.done']], more)
    expect(without.map(told)).toEqual(['name.unknown systems/department.yaml:5:10 < department/thing.yaml:2'])
  })

  test('a department cannot post through a mapping of a platform', () => {
    const changed = problemsAfter([
      ['systems/department.yaml', 'thing: department/thing', 'thing: store/put'],
    ])
    expect(changed.map(told)).toEqual(['name.unknown systems/department.yaml:5:10'])
  })
})
