// The JSON Schemas that editors use: as committed, as the code says, and true of every shipped file.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { kindOf, unlinedFiles, withLine } from '../../cli/mapping/schema-lines.ts'
import { staleSchemas } from '../../cli/mapping/schemas.ts'
import { fileSchemas } from '../../core/flow/editor/files.ts'
import { stepWords } from '../../core/flow/editor/steps.ts'
import { conditionTests } from '../../core/mapping/condition.ts'
import { testWords } from '../../core/mapping/condition-words.ts'
import { kinds } from '../../core/mapping/expression/expression.ts'
import { metaNames } from '../../core/mapping/expression/values.ts'
import { kindWords } from '../../core/mapping/expression/words.ts'
import { steps } from '../../core/signing/pipeline.ts'
import { readYaml } from '../../core/yaml.ts'

/** The mappings folders that are shipped. */
const shipped = ['mappings', ...readdirSync('examples').map((name) => join('examples', name, 'mappings'))]
const schemas = fileSchemas()
const judges = new Map(
  Object.entries(schemas).map(([name, schema]) => [name, z.fromJSONSchema(schema as never)] as const),
)

function filesOf(folder: string): { name: string; data: unknown }[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, data: readYaml(name, readFileSync(join(folder, name), 'utf8')).data }))
}

function complaint(kind: string, data: unknown): string | undefined {
  const result = judges.get(kind)?.safeParse(data)
  return result?.success === true ? undefined : (result?.error.message ?? 'no such kind')
}

describe('the schemas', () => {
  test('are committed as the code makes them (qiao mapping schemas)', () => {
    expect(staleSchemas('mappings/.schema')).toEqual([])
    const files = readdirSync('mappings/.schema').sort()
    expect(files).toEqual(
      Object.keys(schemas)
        .map((name) => `${name}.json`)
        .sort(),
    )
  })

  test('hold no reference that leads nowhere', () => {
    for (const [name, schema] of Object.entries(schemas)) {
      const definitions = Object.keys((schema.definitions ?? {}) as object)
      const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(
        ([, to]) => to,
      )
      expect(definitions, name).toEqual(expect.arrayContaining(refs))
      expect(
        definitions.filter((each) => !refs.includes(each)),
        `${name}: unused`,
      ).toEqual([])
    }
  })

  test('describe every key in both languages', () => {
    const silent: string[] = []
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value as object)) {
            const text = String((property as { description?: string }).description ?? '')
            if (!/[\u4e00-\u9fff]/.test(text) || !/[a-z]{2}/.test(text)) silent.push(`${path}.${name}`)
          }
        }
        visit(value, `${path}.${key}`)
      }
    }
    for (const [name, { definitions, ...schema }] of Object.entries(schemas)) {
      visit(schema, name)
      // steps say what they do as a whole
      const { step: _, operand: __, ...rest } = (definitions ?? {}) as Record<string, unknown>
      visit(rest, name)
    }
    expect(silent.filter((path) => !path.endsWith('.certificate-number'))).toEqual([])
  })
})

describe('the words', () => {
  test('name the kinds of expression and their options', () => {
    const code = [...kinds].map(([name, kind]) => [name, [...kind.keys].sort()])
    const words = Object.entries(kindWords).map(([name, kind]) => [name, Object.keys(kind.options).sort()])
    expect(Object.fromEntries(words)).toEqual(Object.fromEntries(code))
  })
  test('name the tests of conditions, the steps of recipes, and meta', () => {
    expect(Object.keys(testWords).sort()).toEqual(Object.keys(conditionTests).sort())
    expect(Object.keys(stepWords).sort()).toEqual([...steps.keys()].sort())
    expect(kindWords.meta?.options.meta?.type).toEqual(metaNames)
  })
})

describe('files', () => {
  test.each([...shipped, 'test/hub/road'])('of %s meet their schema', (folder) => {
    const files = filesOf(folder)
    expect(files.length).toBeGreaterThan(3)
    const wrong = files.flatMap(({ name, data }) => {
      const message = complaint(kindOf(name.replaceAll('\\', '/')), data)
      return message === undefined ? [] : [`${name}: ${message}`]
    })
    expect(wrong).toEqual([])
  })

  const mapping = (fields: unknown): unknown => ({ from: 'a/b', to: 'case.accepted', fields })
  const schema = (row: unknown): unknown => ({ title: 't', fields: [row] })
  const refused: [string, string, unknown][] = [
    ['a misspelt key', 'mapping', { from: 'a/b', to: 'c', feilds: {} }],
    ['a misspelt option', 'mapping', mapping({ x: { text: 'a', trimm: true } })],
    ['an option of another kind', 'mapping', mapping({ x: { date: 'a', upper: true } })],
    ['an unknown expression', 'mapping', mapping({ x: { lookup: 'a' } })],
    ['a number as expression', 'mapping', mapping({ x: 5 })],
    ['code without a source', 'mapping', mapping({ x: { code: 't', map: 'm' } })],
    ['code with two sources', 'mapping', mapping({ x: { code: 't', path: 'a', of: 'b' } })],
    ['each with fields and value', 'mapping', mapping({ x: { each: 'l', fields: {}, value: 'a' } })],
    ['a wrong meta', 'mapping', mapping({ x: { meta: 'id' } })],
    ['a wrong test', 'mapping', mapping(readYaml('x', 'x: { when: { a: { like: b } }, then: a }').data)],
    [
      'a wrong expression deep inside',
      'mapping',
      mapping({ x: { each: 'l', fields: { y: { first: [{ txt: 'a' }] } } } }),
    ],
    ['a wrong format', 'mapping', { ...(mapping({}) as object), format: 'yaml' }],
    ['a wrong type', 'schema', schema({ name: 'a', type: 'string' })],
    ['a wrong check', 'schema', schema({ name: 'a', type: 's50', check: 'id' })],
    ['a wrong class', 'schema', schema({ name: 'a', type: 's50', personal: 'phone' })],
    [
      'a wrong inner field',
      'schema',
      schema({ name: 'a', type: 'list', fields: [{ name: 'b', typ: 's5' }] }),
    ],
    [
      'a rule without words',
      'schema',
      { title: 't', fields: [{ name: 'a', type: 'int' }], rules: [{ require: ['a'] }] },
    ],
    ['a date that is none', 'codes', { title: 't', codes: { '1': { zh: 'x', from: '2026' } } }],
    ['a canonical type without key', 'canonical', schema({ name: 'a', type: 'int' })],
    [
      'a step name in capitals',
      'flow',
      { steps: [{ step: 'A', system: 's', operation: 'o', mapping: 'm' }] },
    ],
    [
      'an unknown outcome',
      'system',
      { kind: 'x', title: 't', replies: [{ when: { status: 200 }, outcome: 'ok' }] },
    ],
    ['a duration without unit', 'system', { kind: 'x', title: 't', timeout: '10' }],
    ['too many lanes', 'system', { kind: 'x', title: 't', lanes: 65 }],
    ['an unknown recipe step', 'signing', { title: 't', values: { a: [{ md6: 'x' }] } }],
    ['a wrong digest', 'signing', { title: 't', headers: { a: [{ digest: 'md6' }] } }],
    ['a key for settings that is none', 'settings', { systems: { province: { ulr: 'http://x' } } }],
    ['a case without name', 'mapping-cases', [{ given: {} }]],
    ['a recipe case without outcome', 'signing-cases', [{ case: 'x', given: {} }]],
  ]
  test.each(refused)('with %s are refused', (_, kind, data) => {
    expect(complaint(kind, data)).toBeTypeOf('string')
  })
})

describe('the line that names the schema', () => {
  test('is added, corrected, and left alone', () => {
    const right = '# yaml-language-server: $schema=../.schema/flow.json\nsteps: []\n'
    expect(withLine('flows/a.yaml', 'steps: []\n')).toBe(right)
    expect(withLine('flows/a.yaml', right.replace('flow.json', 'x.json'))).toBe(right)
    expect(withLine('flows/a.yaml', right)).toBe(right)
  })
  test('knows each kind of file', () => {
    const names = [
      'housing/a.yaml',
      'housing/a.cases.yaml',
      'schemas/x/a.yaml',
      'codes/a.yaml',
      'canonical/a.yaml',
    ]
    const more = ['flows/a.yaml', 'systems/a.yaml', 'signing/a.yaml', 'signing/a.cases.yaml']
    expect([...names, ...more].map(kindOf)).toEqual([
      'mapping',
      'mapping-cases',
      'schema',
      'codes',
      'canonical',
      'flow',
      'system',
      'signing',
      'signing-cases',
    ])
  })
  test('stands in every shipped file', () => {
    expect(shipped.flatMap(unlinedFiles)).toEqual([])
  })
})
