// What a canonical type says for coverage: the item, and the moment it was promised by, in working days too.
import { describe, expect, test } from 'vitest'
import { localTime } from '../../core/time.ts'
import { load, problemsOf } from './small.ts'

const files = (coverage: string): Record<string, string> => ({
  'codes/days-off.yaml': `title: t
codes: { "2026-09-25": { zh: 中秋节 }, "2026-10-01": { zh: 国庆节 }, "2026-10-02": { zh: 国庆节 } }
`,
  'codes/days-worked.yaml': 'title: t\ncodes: { "2026-10-10": { zh: 国庆节调休 } }\n',
  'canonical/thing.done.yaml': `title: t
key: no
deduplication: [no]
coverage: ${coverage}
fields:
  - { name: no, type: s20, req: Y }
  - { name: item, type: object, fields: [{ name: code, type: s31 }] }
  - { name: who, type: s20, personal: name }
  - { name: accepted, type: datetime }
  - { name: day, type: date, format: yyyyMMdd }
  - { name: promised, type: datetime }
  - { name: until, type: date }
  - { name: days, type: int }
  - { name: codes, type: list, of: s31 }
`,
})

function coverageOf(text: string) {
  const coverage = load(files(text)).types.get('thing.done')?.coverage
  if (!coverage) throw new Error('no coverage')
  return coverage
}

/** When it was promised, in Asia/Shanghai. */
function due(text: string, value: Record<string, unknown>): string | undefined {
  const moment = coverageOf(`{ item: item.code, due: ${text} }`).dueOf(value)
  return moment === undefined ? undefined : localTime(new Date(moment))
}

const working = '{ days: days, after: accepted, holidays: days-off, workdays: days-worked }'

test('the item is read where it stands, and is unknown where it does not', () => {
  const { itemOf, dueOf } = coverageOf('{ item: item.code }')
  expect(itemOf({ item: { code: '11510000' } })).toBe('11510000')
  expect(itemOf({ item: {} })).toBeUndefined()
  expect(dueOf({ promised: '2026-09-30 12:00:00' })).toBeUndefined()
})

describe('what is promised', () => {
  test.each([
    ['{ at: promised }', { promised: '2026-09-30 12:00:00' }, '2026-09-30 12:00:00'],
    ['{ at: promised }', {}, undefined],
    ['{ at: until }', { until: '2026-09-30' }, '2026-10-01 00:00:00'],
    // Wednesday; Friday the 25th is off, and so are Thursday and Friday of the week after
    [working, { accepted: '2026-09-23 16:00:00', days: 1 }, '2026-09-25 00:00:00'],
    [working, { accepted: '2026-09-23 16:00:00', days: 2 }, '2026-09-29 00:00:00'],
    [working, { accepted: '2026-09-23 16:00:00', days: 5 }, '2026-10-06 00:00:00'],
    // a Saturday that is worked
    [working, { accepted: '2026-10-09 09:00:00', days: 1 }, '2026-10-11 00:00:00'],
    // begun on a day off
    [working, { accepted: '2026-10-01 09:00:00', days: 1 }, '2026-10-06 00:00:00'],
    [working, { accepted: '2026-09-23 16:00:00', days: 0 }, '2026-09-24 00:00:00'],
    [working, { accepted: '2026-09-23 16:00:00', days: -1 }, undefined],
    [working, { accepted: '2026-09-23 16:00:00', days: 1e9 }, undefined],
    [working, { accepted: '2026-09-23 16:00:00' }, undefined],
    [working, { days: 3 }, undefined],
    ['{ days: days, after: day }', { day: '20260924', days: 1 }, '2026-09-26 00:00:00'],
    [
      '{ at: promised, days: days, after: accepted }',
      { promised: '2026-09-30 12:00:00', accepted: '2026-09-23 16:00:00', days: 1 },
      '2026-09-30 12:00:00',
    ],
    [
      '{ at: promised, days: days, after: accepted }',
      { accepted: '2026-09-23 16:00:00', days: 1 },
      '2026-09-25 00:00:00',
    ],
  ])('%s of %o', (text, value, expected) => {
    expect(due(text, value)).toBe(expected)
  })
})

test('the same days twice give the same', () => {
  const { dueOf } = coverageOf(`{ item: item.code, due: ${working} }`)
  const value = { accepted: '2026-09-23 16:00:00', days: 5 }
  expect(dueOf(value)).toBe(dueOf({ ...value }))
})

describe('the checker', () => {
  test.each([
    ['{ item: item.cod }', 'did you mean "code"'],
    ['{ item: who }', 'the item is a text that names nobody'],
    ['{ item: days }', 'the item is a text that names nobody'],
    ['{ item: "codes[*]" }', 'coverage reads one value'],
    ['{ item: item.code, due: {} }', 'what is promised is at: a moment'],
    ['{ item: item.code, due: { days: days } }', 'what is promised is at: a moment'],
    ['{ item: item.code, due: { after: accepted } }', 'what is promised is at: a moment'],
    ['{ item: item.code, due: { at: days } }', 'this is a date or a datetime'],
    ['{ item: item.code, due: { at: promise } }', 'did you mean "promised"'],
    ['{ item: item.code, due: { days: no, after: accepted } }', 'days are a whole number'],
    ['{ item: item.code, due: { days: days, after: no } }', 'this is a date or a datetime'],
    ['{ item: item.code, due: { days: days, after: day, holidays: day-off } }', 'did you mean "days-off"'],
    ['{ item: item.code, when: { no: 1 } }', 'unknown key "when"'],
  ])('says what is wrong with %s', (text, message) => {
    expect(problemsOf(files(text)).join('\n')).toContain(message)
  })

  test('refuses a calendar of something else than days, at the place that names it', () => {
    const strange = { 'codes/days-off.yaml': 'title: t\ncodes: { "2026-02-30": { zh: 元宵 } }\n' }
    const text = '{ item: item.code, due: { days: days, after: day, holidays: days-off } }'
    expect(problemsOf({ ...files(text), ...strange })).toEqual([
      expect.stringMatching(/^canonical\/thing.done.yaml:4:\d+: .*"2026-02-30" is none/),
    ])
  })
})
