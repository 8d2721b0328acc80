import { describe, expect, test } from 'vitest'
import { compileSystem } from '../../core/flow/system.ts'
import { FileError, readYaml } from '../../core/yaml.ts'

const head = `kind: province
title: t
url: http://127.0.0.1:9
operations: { login: { path: /login } }
`
const compile = (tail: string) => () =>
  compileSystem(readYaml('systems/x.yaml', head + tail), { systems: {} })

describe('paths and steps in a system file', () => {
  test.each([
    ['a result', 'replies:\n  - { when: {}, outcome: delivered, result: { a: "b..c" } }\n', 6],
    ['a reason', 'replies:\n  - { when: {}, outcome: rejected, reason: "b..c" }\n', 6],
    ['a session value', 'session:\n  operation: login\n  reply: { token: "b..c" }\n', 7],
    [
      'a step of a decryption',
      'session:\n  operation: login\n  reply: { a: b }\n  decrypt:\n    a:\n      - decode: base64\n      - secret: x\n',
      11,
    ],
  ])('%s that leads nowhere is refused at its line, before anything is sent', (_, tail, line) => {
    expect(compile(tail)).toThrow(FileError)
    expect(compile(tail)).toThrow(new RegExp(`^systems/x.yaml:${line}:`))
  })
})
