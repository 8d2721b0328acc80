// Damaged mapping files of every kind: the checker tells where and what is wrong, in both languages, or the files run.
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { adapters } from '../../adapters/index.ts'
import { type Files, inspectBundle } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { readYaml } from '../../core/yaml.ts'
import { createCone } from '../mutants/cone.ts'
import { mutated, names, reservedNames, texts } from './inputs.ts'
import { fuzz } from './watch.ts'

const shipped = readFiles(fileURLToPath(new URL('../../mappings', import.meta.url)))
const coneOf = createCone(shipped)
const kinds = ['codes', 'schemas', 'canonical', 'systems', 'flows', 'signing', 'mappings', 'cases'] as const

function kindOf(file: string): (typeof kinds)[number] {
  if (file.endsWith('.cases.yaml')) return 'cases'
  return kinds.find((kind) => file.startsWith(`${kind}/`)) ?? 'mappings'
}

/** Files of a kind that few others stand on, so that one check is quick. */
function filesOf(kind: (typeof kinds)[number]): string[] {
  return Object.keys(shipped)
    .filter((file) => file.endsWith('.yaml') && kindOf(file) === kind)
    .map((file) => ({ file, cone: sizeOf(coneOf(file, shipped[file] ?? '')) }))
    .sort((a, b) => a.cone - b.cone)
    .slice(0, 8)
    .map(({ file }) => file)
}

const sizeOf = (files: Files): number => Object.values(files).reduce((sum, text) => sum + text.length, 0)

/** Checks a changed file with what belongs to it. */
function expectVerdict(file: string, text: string): void {
  const files = { ...coneOf(file, text), [file]: text }
  const { bundle, problems } = inspectBundle(files, adapters(), { systems: {} })
  for (const { file: at, line, column, en, zh, rule, severity } of problems) {
    expect(Object.keys(files)).toContain(at)
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual((files[at] ?? '').split('\n').length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect([en === '', zh === '', rule === '']).toEqual([false, false, false])
    expect(['error', 'warning']).toContain(severity)
  }
  const isRefused = problems.some(({ severity }) => severity === 'error')
  expect(bundle === undefined).toBe(isRefused)
}

const pieces = [
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '&a ',
  '*a',
  '<<: *a',
  '!!binary ',
  '!x ',
  '"',
  "'",
  '|\n',
  '>\n',
  '#',
  '\t',
  '\n',
  '\n  ',
  '%YAML 1.2\n',
  '---\n',
  '...\n',
  '? ',
  '~',
  'null',
  'true',
  '1e999',
  '0x10',
  '.inf',
  '2026-03-02',
  '$',
  '[*]',
  '^',
  '*',
  '[*]: ',
  '__proto__: 1',
  'constructor: {}',
  'fields: {}',
  'type: list',
  'when: { a: 1 }',
  'each: .',
  '\ufeff',
]

/** A value put anywhere in a file. */
const { value: oddValues } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      texts,
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        '$',
        '.',
        '^',
        '[*]',
        'a[0].b',
        'list[*].c',
        '{a}',
        '{{',
        's50',
        'n10,2',
        'yyyy',
        ...reservedNames,
      ),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        names.filter((name) => name !== '__proto__'),
        fc.constantFrom(
          'path',
          'const',
          'fields',
          'each',
          'when',
          'then',
          'code',
          'map',
          'type',
          'name',
          'zh',
          'any',
          'not',
          'in',
        ),
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
}))

/** Every place of a value. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Object.entries(value).flatMap(([key, member]) =>
    placesOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return [path, ...inside]
}

type Change = {
  at: number
  how: 'replace' | 'rename' | 'remove' | 'wrap' | 'twice'
  value: unknown
  name: string
}

/** The value with one place changed. */
function change(root: unknown, { at, how, value, name }: Change): unknown {
  const places = placesOf(root)
  const path = places[Math.floor(at * places.length)] ?? []
  const walk = (now: unknown, rest: readonly (string | number)[]): unknown => {
    const [key, ...further] = rest
    if (key === undefined) return how === 'wrap' ? { [name]: now } : how === 'twice' ? [now, now] : value
    const leaves = further.length === 0
    if (Array.isArray(now)) {
      return now.flatMap((each, i) =>
        i !== key ? [each] : leaves && how === 'remove' ? [] : [walk(each, further)],
      )
    }
    const members = Object.entries(now as object).flatMap(([each, member]) => {
      if (each !== key) return [[each, member]]
      if (leaves && how === 'remove') return []
      return leaves && how === 'rename' ? [[name, member]] : [[each, walk(member, further)]]
    })
    return Object.fromEntries(members)
  }
  return walk(root, path)
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom('replace', 'rename', 'remove', 'wrap', 'twice'),
    value: oddValues,
    name: names.filter((name) => name !== '__proto__'),
  }),
  { minLength: 1, maxLength: 2 },
)

describe.each(kinds)('%s', (kind) => {
  const files = fc.constantFrom(...filesOf(kind))

  it('damaged as a text', () => {
    const inputs = files.chain((file) =>
      fc.tuple(fc.constant(file), mutated(fc.constant(shipped[file] ?? ''), pieces)),
    )
    fuzz(40, inputs, ([file, text]) => expectVerdict(file, text))
  })

  it('with other values and names in it', () => {
    fuzz(40, fc.tuple(files, changes), ([file, list]) => {
      const data = list.reduce(change, readYaml(file, shipped[file] ?? '').data)
      expectVerdict(file, stringify(data))
    })
  })
})
