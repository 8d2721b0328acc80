// Signing recipes are judged against the systems and mappings that use them, before anything is sent.
import { describe, expect, test } from 'vitest'
import { inspectBundle } from '../../core/flow/bundle.ts'
import type { Problem } from '../../core/yaml.ts'

const session = `session:
  operation: login
  reply: { token: t, secret: s, expiresIn: e }
  decrypt:
    secret:
      - decode: base64
      - decrypt: { algorithm: aes-128-ecb, key: p }
`
const files = {
  'canonical/thing.done.yaml': `title: t
key: no
deduplication: [ no ]
fields:
  - { name: no, type: s20, req: Y }
  - { name: note, type: s20, req: N }
`,
  'schemas/p/thing.yaml': `title: t
fields:
  - { name: NO, type: s20, req: Y }
  - { name: KIND, type: s20, req: N }
  - { name: NOTE, type: s20, req: N }
  - name: AT
    type: object
    req: N
    fields:
      - { name: AREA, type: s20, req: Y }
  - { name: ROWS, type: list, of: s20, req: N, min: 1 }
  - name: DOC
    type: document
    holds: { format: json }
    req: Y
    fields:
      - { name: NO, type: s20, req: Y }
`,
  'p/thing.yaml': `from: thing.done
to: p/thing
fields:
  NO: no
  KIND: { const: A }
  NOTE: note
  AT.AREA: { const: "510703" }
  DOC.NO: no
`,
  'flows/thing.done.yaml': `steps:
  - { step: push, system: p, operation: push, mapping: p/thing }
`,
  'systems/p.yaml': `kind: province
title: p
url: http://127.0.0.1:9
settings: { appid: hub, area: "51" }
operations:
  login: { path: /login, recipe: login }
  push: { takes: p/thing, path: /push, recipe: push }
${session}replies:
  - { when: { status: 200 }, outcome: delivered }
`,
  'signing/login.yaml': `title: t
headers:
  x-appid: "{settings.appid}"
`,
  'signing/push.yaml': `title: t
values:
  sign:
    - text: "{settings.area}{document.NO}{document.KIND}{document.AT.AREA}"
    - hmac: { hash: sm3, key: "@secret" }
    - encode: hex
headers:
  x-token: "{session.token}"
  x-sign: "{sign}"
`,
}
type File = keyof typeof files

/** The problems after some lines were written otherwise. */
function problemsAfter(changes: readonly (readonly [File, string, string])[]): readonly Problem[] {
  const changed: Record<string, string> = { ...files }
  for (const [file, from, to] of changes) {
    expect(changed[file]).toContain(from)
    changed[file] = (changed[file] ?? '').replaceAll(from, to)
  }
  return inspectBundle(changed, [], { systems: {} }).problems
}

const told = ({ rule, file, line, column }: Problem): string => `${rule} ${file}:${line}:${column}`
const places = ({ related = [] }: Problem): string[] => related.map(({ file, line }) => `${file}:${line}`)

describe('recipes, and the systems and mappings that use them', () => {
  test('fit as they stand', () => {
    expect(problemsAfter([])).toEqual([])
  })

  test.each<[string, File, string, string, string[]]>([
    [
      'a misspelt setting',
      'signing/push.yaml',
      'settings.area',
      'settings.arae',
      ['setting.unused systems/p.yaml:4:25', 'setting.unknown signing/push.yaml:4:13'],
    ],
    [
      'a setting the system lacks, where it is read',
      'systems/p.yaml',
      'settings: { appid: hub, area: "51" }',
      'settings: { area: "51" }',
      ['setting.unknown signing/login.yaml:3:12'],
    ],
    [
      'a setting that nothing reads',
      'systems/p.yaml',
      'appid: hub',
      'appid: hub, other: x',
      ['setting.unused systems/p.yaml:4:25'],
    ],
    [
      'a misspelt session value',
      'signing/push.yaml',
      'session.token',
      'session.tokne',
      ['session.unknown signing/push.yaml:8:12', 'session.unused systems/p.yaml:10:12'],
    ],
    [
      'a misspelt key of the session',
      'signing/push.yaml',
      '@secret',
      '@secrte',
      ['session.unknown signing/push.yaml:5:31', 'session.unused systems/p.yaml:10:22'],
    ],
    [
      'a session value that nothing reads',
      'systems/p.yaml',
      'expiresIn: e',
      'expireIn: e',
      ['session.unused systems/p.yaml:10:33'],
    ],
    [
      'a decryption of what the reply does not have',
      'systems/p.yaml',
      '    secret:\n',
      '    secrt:\n',
      ['session.decrypt systems/p.yaml:12:5'],
    ],
    [
      'a session value in the call that signs in',
      'signing/login.yaml',
      '{settings.appid}',
      '{settings.appid}{session.token}',
      ['session.early signing/login.yaml:3:12'],
    ],
    [
      'a session value of a system that signs in nowhere',
      'systems/p.yaml',
      session,
      '',
      ['session.unknown signing/push.yaml:8:12', 'session.unknown signing/push.yaml:5:31'],
    ],
    [
      'a member the document does not have',
      'signing/push.yaml',
      'document.KIND',
      'document.KNID',
      ['document.unknown signing/push.yaml:4:13'],
    ],
    [
      'a member that is not in every document',
      'signing/push.yaml',
      'document.KIND',
      'document.NOTE',
      ['document.optional signing/push.yaml:4:13'],
    ],
    [
      'a member the mapping does not set',
      'p/thing.yaml',
      '  KIND: { const: A }\n',
      '',
      ['document.optional signing/push.yaml:4:13'],
    ],
    [
      'a member of an object that is made as a whole, on a condition',
      'p/thing.yaml',
      'AT.AREA: { const: "510703" }',
      'AT: { when: { note: { exists: true } }, then: { fields: { AREA: no } } }',
      ['document.optional signing/push.yaml:4:13'],
    ],
    [
      'an element of a list that may be missing',
      'signing/push.yaml',
      'document.KIND',
      'document.ROWS.0',
      ['document.optional signing/push.yaml:4:13'],
    ],
    [
      'a member of a document that is sent as text',
      'signing/push.yaml',
      'document.KIND',
      'document.DOC.NO',
      ['document.unknown signing/push.yaml:4:13'],
    ],
    [
      'a member of a document that signing in does not send',
      'signing/login.yaml',
      '{settings.appid}',
      '{settings.appid}{document.NO}',
      ['document.unknown signing/login.yaml:3:12'],
    ],
    [
      'a value that nothing reads',
      'signing/push.yaml',
      '  x-sign: "{sign}"\n',
      '',
      ['value.unused signing/push.yaml:3:3'],
    ],
  ])('%s', (_, file, from, to, expected) => {
    expect(
      problemsAfter([[file, from, to]])
        .map(told)
        .sort(),
    ).toEqual(expected.sort())
  })

  test.each<[string, File, string, string, string, string[]]>([
    [
      'a misspelt setting points at the nearest of the system',
      'signing/push.yaml',
      'settings.area',
      'settings.arae',
      'setting.unknown',
      ['systems/p.yaml:4', 'systems/p.yaml:7', 'systems/p.yaml:4'],
    ],
    [
      'a setting misspelt in the system points at what reads it',
      'systems/p.yaml',
      'area: "51"',
      'arae: "51"',
      'setting.unused',
      ['signing/push.yaml:4'],
    ],
    [
      'a misspelt session value points at what signing in gives',
      'signing/push.yaml',
      '@secret',
      '@secrte',
      'session.unknown',
      ['systems/p.yaml:10', 'systems/p.yaml:7', 'systems/p.yaml:10'],
    ],
    [
      'a member that may be missing points at the mapping and the step',
      'signing/push.yaml',
      'document.KIND',
      'document.NOTE',
      'document.optional',
      ['p/thing.yaml:6', 'flows/thing.done.yaml:2'],
    ],
    [
      'an unknown member points at the field table and the step',
      'signing/push.yaml',
      'document.KIND',
      'document.KNID',
      'document.unknown',
      ['schemas/p/thing.yaml:2', 'flows/thing.done.yaml:2'],
    ],
  ])('%s', (_, file, from, to, rule, expected) => {
    const problem = problemsAfter([[file, from, to]]).find((each) => each.rule === rule)
    expect(problem && places(problem)).toEqual(expected)
  })

  test('the nearest name is told in both languages', () => {
    const [problem] = problemsAfter([['signing/push.yaml', 'settings.area', 'settings.arae']]).filter(
      ({ rule }) => rule === 'setting.unknown',
    )
    expect(problem?.en).toBe('system p has no setting "arae"; did you mean "area"?')
    expect(problem?.zh).toBe('系统 p 没有设置“arae”，是否应为“area”？')
  })

  test('a member the mapping sets on no condition is enough, and so is a required one', () => {
    expect(
      problemsAfter([['schemas/p/thing.yaml', 'KIND, type: s20, req: N', 'KIND, type: s20, req: Y']]),
    ).toEqual([])
  })

  test('a setting that only the environment gives is one', () => {
    const lacking = { ...files, 'systems/p.yaml': files['systems/p.yaml'].replace(', area: "51"', '') }
    const overlay = { systems: { p: { settings: { area: '51' } } } }
    expect(inspectBundle(lacking, [], overlay).problems).toEqual([])
  })

  test('a recipe that does not compile is told once: what it reads is not known', () => {
    const rules = problemsAfter([['signing/push.yaml', '"{sign}"', '"{sgin}"']]).map(told)
    expect(rules).toEqual(['name.unknown signing/push.yaml:9:11'])
  })
})
