// The case runner itself: a case that is wrong must fail.
import { expect, it } from 'vitest'
import { runCases } from '../../core/mapping/cases.ts'
import { loadLibrary } from '../../core/mapping/library.ts'
import { readYaml } from '../../core/yaml.ts'

const files = {
  'schemas/d/s.yaml':
    'title: s\nfields: [{ name: a, type: s5 }, { name: l, type: list, fields: [{ name: a, type: s5 }] }]',
  'schemas/p/o.yaml': 'title: o\nfields: [{ name: A, type: s2, req: Y }, { name: M, type: s40 }]',
  'canonical/c.yaml': 'title: c\nkey: a\ndeduplication: [a]\nfields: [{ name: a, type: s5, req: Y }]',
  'd/m.yaml': 'from: d/s\nto: c\nfields: { a: a }',
  'd/s.yaml': 'from: d/s\nto: c\nsplit: l\nfields: { a: a }',
  'p/o.yaml': 'from: c\nto: p/o\nfields: { A: { text: a, limit: 2 }, M: { meta: key } }',
  'd/m.cases.yaml': `
- { case: right, given: { a: x }, expect: { a: x } }
- { case: wrong value, given: { a: x }, expect: { a: y } }
- { case: wrong error, given: { a: "" }, error: { path: a, rule: length } }
- { case: right error, given: { a: "" }, error: { path: a, rule: required } }
- { case: no error, given: { a: x }, error: { rule: required } }
- { case: unexpected error, given: {}, expect: { a: x } }
- { case: body error, text: "{", error: { code: body.json } }
- { case: neither, given: {} }
- { case: given has a stranger, given: { a: x, b: 1 }, expect: { a: x } }
- { case: given breaks its table, given: { a: x, l: [{ a: toolong }] }, expect: { a: x } }
- { case: a refusal may break it, given: { b: 1 }, error: { path: a, rule: required } }`,
  'd/s.cases.yaml': '- { case: split, given: { l: [{ a: x }, { a: y }] }, expect: [{ a: x }, { a: y }] }',
  'p/o.cases.yaml': `
- { case: right, given: { a: x }, expect: { A: x, M: x } }
- { case: given is not canonical, given: { a: x, b: 1, c: 2 }, meta: { key: k }, expect: { A: x, M: k } }
- { case: given is invalid, given: { a: toolong }, expect: { A: toolong } }
- { case: refused, given: { a: xxx }, error: { path: A, rule: length } }`,
}

it('passes right cases and fails wrong ones, saying what differed', async () => {
  const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
  const results = await runCases(loadLibrary(sources, {}), sources)
  expect(results.map(({ mapping, case: name, ok }) => `${mapping} ${name}: ${ok}`)).toEqual([
    'd/m right: true',
    'd/m wrong value: false',
    'd/m wrong error: false',
    'd/m right error: true',
    'd/m no error: false',
    'd/m unexpected error: false',
    'd/m body error: true',
    'd/m neither: false',
    'd/m given has a stranger: false',
    'd/m given breaks its table: false',
    'd/m a refusal may break it: true',
    'd/s split: true',
    'p/o right: true',
    'p/o given is not canonical: false',
    'p/o given is invalid: false',
    'p/o refused: true',
  ])
  expect(results[1]).toMatchObject({ file: 'd/m.cases.yaml', line: 3, message: 'a: expected "y", got "x"' })
  const messages = results.map(({ message }) => message)
  expect(messages[8]).toBe(
    'refused 被拒绝: message.invalid (given is no valid d/s)\nb: [undeclared] is not in the field table / 不在字段表中',
  )
  expect(messages[9]).toContain('l[0].a: [length]')
})
