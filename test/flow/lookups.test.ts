// What a mapping reads of earlier steps is there when it runs: the step, its place in the order, and the result by name.
import { describe, expect, test } from 'vitest'
import { type Change, problemsAfter, told } from './small.ts'

const flow = 'flows/thing.done.yaml'
const seal = 'systems/seal.yaml'
const put = 'store/put.yaml'
const storeStep = `  - step: store
    system: store
    operation: put
    mapping: store/put
    needs: [seal]
`
/** A step between the two, and whom it and the last need. */
const between = (own: string, last: string): Change => [
  flow,
  storeStep,
  `  - { step: drop, system: store, operation: drop, mapping: store/drop, ${own} }
${storeStep.replace('[seal]', last)}`,
]

describe('lookups of steps', () => {
  test.each<[string, Change[], string[]]>([
    [
      'a step that the flow does not have',
      [[put, 'step: seal', 'step: saal']],
      ['lookup.step store/put.yaml:4:17 < flows/thing.done.yaml:6'],
    ],
    [
      'a result that the reply does not leave, with the nearest',
      [[put, 'path: mark', 'path: makr']],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:11 systems/seal.yaml:10'],
    ],
    [
      'a result misspelt where it is kept',
      [[seal, 'mark: body', 'makr: body']],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:11 systems/seal.yaml:10'],
    ],
    [
      'a result that is kept no more',
      [[seal, '      mark: body.mark\n', '']],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:10'],
    ],
    [
      'no results at all',
      [[seal, '    result:\n      mark: body.mark\n      time: body.time\n', '']],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:6'],
    ],
    [
      'a result of a reply that did not succeed',
      [
        [seal, 'outcome: rejected,', 'outcome: rejected, result: { late: body.late },'],
        [put, 'path: mark', 'path: late'],
      ],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:10'],
    ],
    ['part of a result', [[put, 'path: mark', 'path: mark.part']], []],
    ['the whole result', [[put, ', path: mark', '']], []],
    ['a result the adapter adds', [[put, 'path: mark', 'path: seal.esID']], []],
    [
      'a lookup with a default is judged all the same',
      [[put, 'path: mark', 'path: makr, default: x']],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:11 systems/seal.yaml:10'],
    ],
    [
      'a step that is not waited for',
      [[flow, '    needs: [seal]\n', '']],
      ['lookup.needs flows/thing.done.yaml:6:5 < store/put.yaml:4'],
    ],
    [
      'a step that waits for another',
      [between('needs: []', '[drop]')],
      ['lookup.needs flows/thing.done.yaml:11:12 < store/put.yaml:4'],
    ],
    ['a step that waits through another', [between('needs: [seal]', '[drop]')], []],
    [
      'a step that waits through one that may be left out',
      [between('needs: [seal], when: { paper: x }', '[drop]')],
      ['lookup.needs flows/thing.done.yaml:11:12 < store/put.yaml:4'],
    ],
    [
      'its own result',
      [
        [put, 'step: seal', 'step: store'],
        ['systems/store.yaml', 'outcome: delivered', 'outcome: delivered, result: { mark: body.mark }'],
      ],
      ['lookup.needs flows/thing.done.yaml:10:12 < store/put.yaml:4'],
    ],
    [
      'another step, which leaves no such result',
      [[put, 'step: seal', 'step: store']],
      ['lookup.result store/put.yaml:4:30 < systems/store.yaml:5'],
    ],
    [
      'a mapping no flow runs yet: the step',
      [
        [flow, storeStep, ''],
        [put, 'step: seal', 'step: saal'],
      ],
      ['lookup.step store/put.yaml:4:17 < flows/thing.done.yaml:1'],
    ],
    [
      'a mapping no flow runs yet: the result',
      [
        [flow, storeStep, ''],
        [put, 'path: mark', 'path: makr'],
      ],
      ['lookup.result store/put.yaml:4:29 < systems/seal.yaml:11 systems/seal.yaml:10'],
    ],
    ['a mapping no flow runs yet, well written', [[flow, storeStep, '']], []],
    [
      'a mapping that takes in',
      [['department/thing.yaml', '{ text: no, limit: 20 }', '{ step: seal, path: mark }']],
      ['lookup.step department/thing.yaml:4:15'],
    ],
    [
      'nothing more where the flow itself is wrong',
      [[flow, '[seal]', '[seel]']],
      ['flow.order flows/thing.done.yaml:10:13'],
    ],
    [
      'nothing more where the system is wrong',
      [[seal, 'outcome: delivered', 'outcome: deliverd']],
      ['file.content systems/seal.yaml:9:14'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(problemsAfter(changes).map(told)).toEqual(expected)
  })

  const other = {
    'canonical/other.done.yaml': `title: t
key: no
deduplication: [no]
fields:
  - { name: no, type: s20, req: Y }
`,
    'flows/other.done.yaml': `steps:
  - { step: store, system: store, operation: put, mapping: store/put }
`,
  }

  test('a mapping of several flows is judged in each', () => {
    const shared: Change = [put, 'from: thing.done', 'from: [thing.done, other.done]']
    expect(problemsAfter([shared], other).map(told)).toEqual([
      'lookup.step flows/other.done.yaml:2:5 < store/put.yaml:4',
    ])
    expect(problemsAfter([shared, [put, 'step: seal', 'step: saal']], other).map(told)).toEqual([
      'lookup.step store/put.yaml:4:17 < flows/thing.done.yaml:6 flows/other.done.yaml:2',
    ])
  })

  test('rows of a dataset get no reply, so there is no result', () => {
    const feed = {
      'systems/seal.yaml': `kind: province
title: seal
transport: feed
feeds: [things]
operations:
  sign: { takes: seal/sign, dataset: things }
`,
    }
    expect(problemsAfter([], feed).map(told)).toEqual([
      'lookup.result store/put.yaml:4:29 < systems/seal.yaml:6',
    ])
  })

  test('the step that does leave the result is named', () => {
    const [problem] = problemsAfter([[put, 'step: seal', 'step: store']])
    expect(problem?.en).toBe('step "store" of thing.done leaves no result "mark"; step "seal" does')
    expect(problem?.zh).toContain('步骤 "seal" 有此结果')
  })
})
