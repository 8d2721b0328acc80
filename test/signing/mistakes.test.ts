// Everything wrong with a recipe file is found when it is loaded, at its line and column.
import { describe, expect, it } from 'vitest'
import { compilePipeline } from '../../core/signing/pipeline.ts'
import { FileError } from '../../core/yaml.ts'
import { recipe } from './fixture.ts'

describe('mistakes are reported at their place', () => {
  const problemsOf = (yaml: string): string[] => {
    try {
      recipe(yaml)
    } catch (error) {
      if (error instanceof FileError)
        return error.problems.map(({ line, column, en }) => `${line}:${column} ${en}`)
      throw error
    }
    return []
  }

  it.each([
    ['an unknown step', 'values:\n  a: [ { hmc: sm3 } ]', '3:15 unknown step "hmc"; steps: text, join'],
    [
      'an unknown value',
      'headers:\n  X: "{sign}"',
      '3:6 {sign} is not known here (values before this place: none)',
    ],
    ['a later value', 'values:\n  a: "{b}"\n  b: "x"', '3:6 {b} is not known here'],
    ['an unknown key', 'header: {}', '2:1 unknown key "header"; did you mean "headers"?'],
    [
      'a key that is not of the step',
      'values:\n  a: [ { digest: sm3, of: x } ]',
      '3:8 Unrecognized key: "of"',
    ],
    ['a wrong option', 'values:\n  a:\n    - hmac: { hash: sha512, key: x }', '4:21 Invalid option'],
    [
      'bytes in a template',
      'values:\n  a: [ { digest: sm3 } ]\n  b: "{a}"',
      '4:6 {a} holds bytes; encode it first',
    ],
    ['bytes in a step', 'values:\n  a: [ { digest: sm3 }, { text: "{it}" } ]', '3:33 {it} holds bytes'],
    ['bytes in a header', 'headers:\n  X: [ { digest: sm3 } ]', '3:6 the result is bytes'],
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
    ['a reserved name', 'values:\n  session: "x"', '3:12 "session" cannot name a value'],
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
      '3:8 there is no value "z"',
    ],
    ['an empty list', 'values:\n  a: []', '3:6 neither a text nor a list of steps'],
    ['a step that is no mapping', 'values:\n  a: [ digest ]', '3:8 a step is a mapping'],
  ])('%s', (_, yaml, expected) => {
    const found = problemsOf(`title: x\n${yaml}\n`)
    expect(found).toHaveLength(1)
    expect(found[0]?.slice(0, expected.length)).toBe(expected)
  })

  it('reports all at once', () => {
    const found = problemsOf(
      'title: x\nvalues: { a: [ { no: 1 } ], b: "{nope}" }\nheaders: { x: "{a}{never}" }\n',
    )
    expect(found).toHaveLength(3)
    expect(found[0]).toMatch(/^2:22 unknown step "no"/)
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
