// Outbound: canonical → platform, issues in the platform's own words.
import { describe, expect, it } from 'vitest'
import { context, issuesOf, load } from './small.ts'

const library = load({
  'codes/kind.yaml': 'title: k\ncodes: { "1": { zh: 甲 }, "2": { zh: 乙 } }\nmaps: { out: { A: "1" } }',
  'canonical/c.yaml': `
title: c
key: no
deduplication: [no]
fields:
  - { name: no, type: s9, req: Y }
  - { name: kind, type: s1, codes: kind }
  - { name: at, type: datetime }
  - { name: people, type: list, fields: [{ name: id, type: s18, personal: id }] }
  - { name: licence, type: object, fields: [{ name: number, type: s9 }] }`,
  'canonical/l.yaml':
    'title: l\nkey: no\ndeduplication: [no]\nfields: [{ name: no, type: s9, req: Y }, { name: extra, type: s9 }]',
  'schemas/p/o.yaml': `
title: o
root: RECORD
fields:
  - { name: ProjectNo, zh: 办件编号, type: s5, req: Y }
  - { name: Kind, type: s1 }
  - { name: Day, type: date, format: yyyyMMdd, req: N }
  - { name: People, type: list, fields: [{ name: Id, type: s18, req: Y, check: citizen-id, personal: id }] }
  - { name: Extra, type: s9 }
  - { name: Sign, type: s9 }`,
  'p/o.yaml': `
from: [c, l]
to: p/o
format: xml
charset: gbk
fields:
  Sign: { step: seal, path: value }
  Day: { date: at }
  ProjectNo: { text: no, limit: 5 }
  Kind: { code: kind, map: out, reverse: true, path: kind, otherwise: refuse }
  People: { each: people, fields: { Id: id } }
  Extra: extra`,
})
const outbound = library.outbound('p/o')
const value = { no: 'N1', kind: '1', at: '2024-02-29 08:00:00', people: [{ id: '510700190101010012' }] }

describe('outbound', () => {
  it('tells what a sender needs to know', () => {
    expect(outbound).toMatchObject({
      from: ['c', 'l'],
      to: 'p/o',
      format: 'xml',
      charset: 'gbk',
      root: 'RECORD',
    })
    expect(outbound?.personal).toEqual([{ path: 'People[*].Id', class: 'id' }])
    expect(library.intake('p/o')).toBeUndefined()
  })
  it('converts, in schema order, with results of earlier steps', () => {
    const result = outbound?.apply(value, { ...context, steps: { seal: { value: 'S' } } })
    expect(JSON.stringify(result)).toBe(
      '{"ProjectNo":"N1","Kind":"A","Day":"20240229","People":[{"Id":"510700190101010012"}],"Sign":"S"}',
    )
  })
  it('names the platform’s fields in issues', async () => {
    const bad = { no: 'N12345', kind: '2', at: 'x', people: [{ id: '510700190101010012' }, {}, { id: 'x' }] }
    expect(await issuesOf(() => outbound?.apply(bad, context))).toEqual([
      'ProjectNo length',
      'Kind code',
      'Day date',
      'People[2].Id citizen-id',
    ])
    expect(await issuesOf(() => outbound?.apply({}, context))).toEqual(['ProjectNo required'])
  })
})
