// Lists of lists: members of the enclosing item, flattening, grouping rows and joining lists, with the sender's places.
import { describe, expect, it } from 'vitest'
import { context, issuesOf, load } from './small.ts'

const rows = `
title: rows
fields:
  - name: rows
    type: list
    req: Y
    fields:
      - { name: no, type: s9, req: Y }
      - { name: who, type: s9, req: Y }
      - { name: line, type: s3, req: Y }`

const files = {
  'canonical/c.yaml': `
title: c
key: no
deduplication: [no]
fields:
  - { name: no, type: s9, req: Y }
  - { name: who, type: s9, req: N }
  - { name: lines, type: list, req: N, fields: [{ name: line, type: s3, req: Y, pattern: "^[0-9]+$" }] }
  - name: orders
    type: list
    fields:
      - { name: no, type: s9, req: Y }
      - { name: items, type: list, fields: [{ name: sku, type: s9, req: Y }, { name: tags, type: list, of: s5 }] }
  - { name: other, type: list, fields: [{ name: no, type: s9, req: Y }, { name: sku, type: s9, req: Y }] }`,
  'schemas/d/rows.yaml': rows,
  'd/grouped.yaml': `
from: d/rows
to: c
split: rows
group: [no]
fields:
  no: first.no
  who: first.who
  lines: { each: rows, fields: { line: line } }`,
  'schemas/p/flat.yaml': `
title: flat
fields:
  - name: ROWS
    type: list
    req: Y
    fields:
      - { name: CASE, type: s9, req: Y }
      - { name: ORDER, type: s9, req: Y }
      - { name: SKU, type: s9, req: Y, pattern: "^[a-z0-9]+$" }
      - { name: TAG, type: s5, req: N }
  - { name: BATCH, type: s13, req: Y, pattern: "^[0-9]{13}$" }
  - { name: ALL, type: list, of: s9 }`,
  'p/flat.yaml': `
from: c
to: p/flat
fields:
  ROWS:
    concat:
      - each: orders
        flatten: { each: items, fields: { CASE: ^^no, ORDER: ^no, SKU: sku, TAG: "tags[0]" } }
      - { each: other, fields: { CASE: ^no, ORDER: no, SKU: sku } }
  BATCH: { batch: { meta: acceptedAt }, every: 60 }
  ALL: { each: orders, flatten: { each: items, value: sku } }`,
  'schemas/p/back.yaml': `
title: back
fields:
  - name: GROUPS
    type: list
    fields:
      - { name: SKU, type: s9, req: Y }
      - { name: COUNT, type: list, fields: [{ name: NO, type: s9, req: Y }, { name: CASE, type: s9, req: Y }] }`,
  'p/back.yaml': `
from: c
to: p/back
fields:
  GROUPS:
    group: other
    by: [sku]
    fields: { SKU: first.sku, COUNT: { each: rows, fields: { NO: no, CASE: ^^no } } }`,
}
const library = load(files)
const intake = library.intake('d/grouped')
const json = 'application/json'
const body = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const row = (no: string, line: string): unknown => ({ no, who: 'w', line })

describe('groups of rows at intake', () => {
  it('become one record each, in the order of their first row', async () => {
    const given = { rows: [row('A', '1'), row('B', '2'), row('A', '3')] }
    const records = await intake?.accept(body(given), json, context)
    expect(records?.map(({ value }) => value)).toEqual([
      { no: 'A', who: 'w', lines: [{ line: '1' }, { line: '3' }] },
      { no: 'B', who: 'w', lines: [{ line: '2' }] },
    ])
  })
  it('name the row of the sender in issues', async () => {
    const given = { rows: [row('A', '1'), { no: 'B', who: 'far too long a name', line: '2' }, row('A', 'x')] }
    expect(await issuesOf(() => intake?.accept(body(given), json, context))).toEqual([
      'rows[2].line pattern',
      'rows[1].who length',
    ])
  })
  it('tell where each target comes from', () => {
    expect(intake?.origins.get('who')?.sources).toEqual(['rows[*].who'])
    expect(intake?.origins.get('lines[*].line')?.sources).toEqual(['rows[*].line'])
  })
})

describe('lists within lists', () => {
  const value = {
    no: 'C1',
    orders: [
      { no: 'O1', items: [{ sku: 'a', tags: ['x', 'y'] }, { sku: 'b' }] },
      { no: 'O2', items: [{ sku: 'c' }] },
    ],
    other: [
      { no: 'O9', sku: 'z' },
      { no: 'O8', sku: 'y' },
      { no: 'O7', sku: 'z' },
    ],
  }
  it('become rows that know the items around them', async () => {
    const result = await library.outbound('p/flat')?.apply(value, context)
    expect(result).toEqual({
      ROWS: [
        { CASE: 'C1', ORDER: 'O1', SKU: 'a', TAG: 'x' },
        { CASE: 'C1', ORDER: 'O1', SKU: 'b' },
        { CASE: 'C1', ORDER: 'O2', SKU: 'c' },
        { CASE: 'C1', ORDER: 'O9', SKU: 'z' },
        { CASE: 'C1', ORDER: 'O8', SKU: 'y' },
        { CASE: 'C1', ORDER: 'O7', SKU: 'z' },
      ],
      BATCH: '2026030200010',
      ALL: ['a', 'b', 'c'],
    })
  })
  it('and rows become groups again', async () => {
    const result = await library.outbound('p/back')?.apply(value, context)
    expect(result).toEqual({
      GROUPS: [
        {
          SKU: 'z',
          COUNT: [
            { NO: 'O9', CASE: 'C1' },
            { NO: 'O7', CASE: 'C1' },
          ],
        },
        { SKU: 'y', COUNT: [{ NO: 'O8', CASE: 'C1' }] },
      ],
    })
  })
  it('tell the origin of a target inside', () => {
    const { origins } = library.outbound('p/flat') ?? {}
    expect(origins?.get('ROWS[*].ORDER')?.sources).toEqual(['orders[*].no', 'other[*].no'])
    expect(origins?.get('ROWS[*].CASE')?.sources).toEqual(['no'])
  })
})

describe('faults', () => {
  it.each([
    ['no: ^no', /there is no item around this one/],
    ['lines: { each: lines, flatten: line, value: line }', /each has one of fields, value and flatten/],
    ['lines: { group: lines, by: [], fields: { line: first.line } }', /by is a list of paths/],
    [
      'lines: { group: lines, by: [lin], fields: { line: first.line } }',
      /no field "lin".*did you mean "line"/,
    ],
    ['lines: { group: lines, by: [line], fields: { line: line } }', /no field "line"/],
    ['who: { batch: no, every: 60 }', /holds 9 characters, too few/],
    ['who: { batch: { meta: now }, every: 0 }', /every is 1 to 1440/],
  ])('%s', (text, message) => {
    const schema = `title: s\nfields: [{ name: no, type: s9, req: Y }, { name: lines, type: list, fields: [{ name: line, type: s3, req: Y }] }]`
    const fields = text.startsWith('no:') ? text : `no: no\n  ${text}`
    const all = { ...files, 'schemas/d/x.yaml': schema, 'd/x.yaml': `from: d/x\nto: c\nfields:\n  ${fields}` }
    expect(() => load(all)).toThrow(message)
  })
})
