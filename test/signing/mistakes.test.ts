// Everything wrong with a recipe file is found when it is loaded, at its line and column.
import { describe, expect, it } from 'vitest'
import { compilePipeline } from '../../core/signing/pipeline.ts'
import { FileError, type Problem } from '../../core/yaml.ts'
import { recipe } from './fixture.ts'

describe('mistakes are reported at their place', () => {
  const caught = (yaml: string): readonly Problem[] => {
    try {
      recipe(yaml)
    } catch (error) {
      if (error instanceof FileError) return error.problems
      throw error
    }
    return []
  }
  const problemsOf = (yaml: string): string[] =>
    caught(yaml).map(({ line, column, en }) => `${line}:${column} ${en}`)

  it.each([
    ['an unknown step', 'values:\n  a: [ { hmc: sm3 } ]', '3:10 unknown step "hmc"; did you mean "hmac"?'],
    [
      'an unknown value',
      'headers:\n  X: "{sign}"',
      '3:6 {sign} is not known here (values before this place: none)',
    ],
    ['a later value', 'values:\n  a: "{b}"\n  b: "x"', '3:6 {b} stands later'],
    ['an unknown key', 'header: {}', '2:1 unknown key "header"; did you mean "headers"?'],
    ['a key that is not of the step', 'values:\n  a: [ { digest: sm3, of: x } ]', '3:23 unknown key "of"'],
    [
      'a key of another algorithm',
      'values:\n  a: [ { text: x }, { encrypt: { algorithm: sm4-ecb, key: x, order: C1C3C2 } } ]',
      '3:62 unknown key "order"; known: algorithm, key, encoding',
    ],
    [
      'an algorithm that is none',
      'values:\n  a: [ { text: x }, { encrypt: { algorithm: sm5, key: x } } ]',
      '3:45 encrypt.algorithm: "sm5" is not possible; did you mean "sm2"?',
    ],
    [
      'a misspelt key inside one of two ways to write',
      'values:\n  a: [ { text: x }, { hmac: { hash: sm3, key: { valu: x } } } ]',
      '3:49 unknown key "valu"; did you mean "value"?',
    ],
    [
      'neither of two ways to write',
      'values:\n  a: [ { text: x }, { hmac: { hash: sm3, key: 5 } } ]',
      '3:47 hmac.key: must be a text or an object',
    ],
    [
      'a wrong option',
      'values:\n  a:\n    - hmac: { hash: sha512, key: x }',
      '4:21 hmac.hash: "sha512" is not possible',
    ],
    [
      'bytes in a template',
      'values:\n  a: [ { text: x }, { digest: sm3 } ]\n  b: "{a}"',
      '4:6 {a} holds bytes; encode it first',
    ],
    [
      'bytes in a step',
      'values:\n  a: [ { text: x }, { digest: sm3 }, { text: "{it}" } ]',
      '3:46 {it} holds bytes',
    ],
    [
      'bytes in a header, at its last step',
      'headers:\n  X:\n    - text: x\n    - digest: sm3',
      '5:7 the result is bytes',
    ],
    [
      'a step that throws away what was done',
      'values:\n  a:\n    - text: x\n    - join: [ "{content}" ]',
      '5:7 "join" begins anew',
    ],
    ['a step before there is anything', 'values:\n  a: [ { digest: sm3 } ]', '3:8 "digest" has nothing'],
    ['{it} before there is anything', 'headers:\n  X: "{it}"', '3:6 {it} is nothing here'],
    [
      'a misspelt kind of name',
      'headers:\n  X: "{setings.sid}"',
      '3:6 {setings.sid} is not known here; did you mean "settings.sid"?',
    ],
    [
      'a body of its own bytes',
      'values:\n  a: [ { sent: true } ]\nbody: { x: "{a}" }',
      '4:7 the body cannot depend',
    ],
    [
      'a body of its own bytes through another value',
      'values:\n  a: [ { sent: true } ]\n  b: "{a}"\nbody: { x: "{b}" }',
      '5:7 the body cannot depend',
    ],
    ['body and form', 'body: {}\nform: {}', '3:7 a recipe has a body or a form'],
    ['a reserved name', 'values:\n  session: "x"', '3:3 "session" cannot name a value'],
    ['a single brace', 'headers:\n  X: "{"', '3:6 a brace without its partner'],
    ['a time format', 'values:\n  a: [ { time: YYYY } ]', '3:16 "YYYY" is no time format'],
    [
      'CBC without iv',
      'values:\n  a: [ { encrypt: { algorithm: sm4-cbc, key: x } } ]',
      '3:19 CBC needs an iv',
    ],
    [
      'ECB with iv',
      `values:\n  a: [ { encrypt: { algorithm: sm4-ecb, key: x, iv: "${'0'.repeat(32)}" } } ]`,
      '3:19 ECB has no iv',
    ],
    [
      'a user id for RSA',
      'values:\n  a: [ { sign: { algorithm: rsa-sha256, key: x, userId: y } } ]',
      '3:16 form and userId',
    ],
    [
      'a sorted list in a sorted list',
      'headers:\n  X: [ { sort: { from: headers } } ]',
      '3:16 a sorted list cannot hold',
    ],
    [
      'a key value that is none',
      'values:\n  a: [ { hmac: { hash: sm3, key: { value: z } } } ]',
      '3:43 {z} is not known here',
    ],
    ['an empty list', 'values:\n  a: []', '3:6 neither a text nor a list of steps'],
    ['a step that is no mapping', 'values:\n  a: [ digest ]', '3:8 a step is a mapping'],
  ])('%s', (_, yaml, expected) => {
    const found = problemsOf(`title: x\n${yaml}\n`)
    expect(found).toHaveLength(1)
    expect(found[0]?.slice(0, expected.length)).toBe(expected)
  })

  it.each([
    [
      'a value of another name: its nearest',
      'values:\n  qtime: [ { time: epochMillis } ]\nheaders:\n  X: "{rtime}"',
      'name.unknown',
      ['2:1 the values', '3:10 the nearest value, qtime'],
    ],
    [
      'a value that is gone: where the values stand',
      'values:\n  nonce: [ { nonce: 8 } ]\nheaders:\n  X: "{rtime}"',
      'name.unknown',
      ['2:1 the values'],
    ],
    [
      'a value that stands later: its place',
      'values:\n  a: "{b}"\n  b: "x"',
      'name.unknown',
      ['2:1 the values', '4:6 the nearest value, b'],
    ],
    [
      'bytes: the last step of the value',
      'values:\n  a:\n    - text: x\n    - digest: sm3\nheaders:\n  X: "{a}"',
      'value.bytes',
      ['5:7 last step of a'],
    ],
    [
      'a step that throws away what was done: what is lost',
      'values:\n  a:\n    - text: x\n    - content: true',
      'step.lost',
      ['4:7 the step that is lost'],
    ],
  ])('%s is pointed at', (_, yaml, rule, places) => {
    const [problem] = caught(`title: x\n${yaml}\n`)
    expect(problem?.rule).toBe(rule)
    expect(problem?.related?.map(({ line, column, en }) => `${line}:${column} ${en}`)).toEqual(places)
  })

  it('says what a recipe reads and where, each place once, and which values nothing reads', () => {
    const { needs, unused } = recipe(`title: x
values:
  list: [ { sort: { from: form } } ]
  left: "{document.a.b}"
form: { a: "{settings.sid}{session.token}", list: "{document.list}" }
headers: { x: "{list}", y: [ { text: x }, { hmac: { hash: sm3, key: "@secret" } }, { encode: hex } ] }
`)
    const places = (list: typeof unused): string[] => list.map(({ name, at }) => `${name} ${at.join('.')}`)
    expect(places(needs.settings)).toEqual(['sid form.a'])
    expect(places(needs.session)).toEqual(['token form.a', 'secret headers.y.1.hmac.key'])
    expect(places(needs.document)).toEqual(['list form.list', 'a.b values.left'])
    expect(places(unused)).toEqual(['left values.left'])
  })

  it('reports all at once', () => {
    const found = problemsOf(
      'title: x\nvalues: { a: [ { no: 1 } ], b: "{nope}" }\nheaders: { x: "{a}{never}" }\n',
    )
    expect(found).toHaveLength(3)
    expect(found[0]).toMatch(/^2:18 unknown step "no"/)
    expect(found[1]).toMatch(/^2:32 \{nope\} is not known/)
    expect(found[2]).toMatch(/^3:15 \{never\} is not known/)
  })

  it('knows no request in a pipeline that stands alone', () => {
    const fail = (path: readonly unknown[], en: string): never => {
      throw new Error(`${path.join('.')} ${en}`)
    }
    expect(() => compilePipeline([{ content: true }], fail)).toThrow('0.content there is no content')
    expect(() => compilePipeline([{ text: '{document}' }], fail)).toThrow('0.text {document} is not known')
    expect(() => compilePipeline([{ sort: { from: 'query' } }], fail)).toThrow('0.sort')
  })
})
