// The case runner: passing cases pass, and each kind of failing case is told.
import { describe, expect, it } from 'vitest'
import { runRecipeCases } from '../../core/signing/cases.ts'
import { FileError, readYaml } from '../../core/yaml.ts'

const number = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'
const recipe = readYaml(
  'signing/test.yaml',
  `
title: test
values:
  raw: [ { text: abc }, { digest: sm3 } ]
  hash: [ { text: abc }, { hmac: { hash: sm3, key: shared } }, { encode: hex } ]
  sealed: [ { content: true }, { encrypt: { algorithm: sm2, key: review } }, { encode: hex } ]
body: { data: "{document}", sealed: "{sealed}", nonce: "{settings.n}" }
headers: { x-hash: "{hash}", x-sign: [ { text: m }, { sign: { algorithm: sm2, key: hub } }, { encode: base64 } ] }
query: { at: [ { time: yyyyMMdd } ] }
`,
)
const given = `{ settings: { n: 1 }, secrets: { shared: secret }, sm2Keys: { hub: ${number}, review: ${number} }, now: 1600000000000, document: { a: [1, 2] } }`
const run = async (expectation: string) => {
  const cases = readYaml('signing/test.cases.yaml', `- case: one\n  given: ${given}\n  ${expectation}\n`)
  return (await runRecipeCases(recipe, cases))[0]
}
const hash = '96042a28529e7a438af81eece5b293e0699f481fd372c08c5ac01b8dc4b81856'

describe('recipe cases', () => {
  it('pass with exact texts, and with matchers where the result is new each time', async () => {
    const result = await run(`expect:
    values: { raw: 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0 }
    headers: { x-hash: "${hash}", x-sign: { $verify: { key: hub, text: m } } }
    query: { at: "20200913" }
    body: { data: { a: [1, 2] }, sealed: { $decrypt: { key: review, text: '{"a":[1,2]}', encode: hex } }, nonce: { $matches: "\\\\d" } }
    contentType: application/json; charset=utf-8`)
    expect(result).toEqual({
      file: 'signing/test.cases.yaml',
      case: 'one',
      position: { line: 1, column: 3 },
      problems: [],
    })
  })

  it.each([
    ['another header', 'headers: { x-hash: abc }', `headers.x-hash: expected "abc", got "${hash}"`],
    ['a missing header', 'headers: { x-none: abc }', 'headers.x-none: expected "abc", got undefined'],
    ['another list item', 'body: { data: { a: [1, 3] } }', 'body.data.a[1]: expected 3, got 2'],
    ['a list too long', 'body: { data: { a: [1] } }', 'body.data.a[1]: expected undefined, got 2'],
    ['a field too many', 'body: { data: { a: [1, 2] } }', 'body.nonce: expected undefined, got "1"'],
    [
      'a signature of another text',
      'headers: { x-sign: { $verify: { key: hub, text: n } } }',
      '$verify does not hold',
    ],
    [
      'another pattern',
      'query: { at: { $matches: "\\\\d{4}" } }',
      'query.at: $matches does not hold: 20200913',
    ],
    ['an unknown key', 'headers: { x-sign: { $verify: { key: none, text: m } } }', 'gives no key "none"'],
  ])('fail for %s', async (_, expectation, problem) => {
    const result = await run(`expect: { ${expectation} }`)
    expect(result?.problems.join('\n')).toContain(problem)
  })

  it('judge errors', async () => {
    const cases = readYaml(
      'c.yaml',
      '[ { case: a, given: {}, error: settings.n }, { case: b, given: {}, error: other }, { case: c, given: {}, expect: {} } ]',
    )
    const bare = readYaml('signing/bare.yaml', '{ title: x, headers: { n: "{settings.n}" } }')
    const [a, b, c] = await runRecipeCases(bare, cases)
    expect(a?.problems).toEqual([])
    expect(b?.problems[0]).toContain('settings.n')
    expect(c?.problems[0]).toContain('settings.n')
    const fine = await runRecipeCases(
      readYaml('f.yaml', '{ title: x }'),
      readYaml('c.yaml', '[{ case: a, given: {}, error: x }]'),
    )
    expect(fine[0]?.problems).toEqual(['expected the error "x", got none'])
  })

  it('are themselves checked', async () => {
    await expect(
      runRecipeCases(recipe, readYaml('c.yaml', '[{ case: a, given: { secret: {} }, expect: {} }]')),
    ).rejects.toThrow(FileError)
    await expect(runRecipeCases(recipe, readYaml('c.yaml', '[]'))).rejects.toThrow(FileError)
  })
})
