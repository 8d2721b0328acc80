// Random expressions of every kind, with every option, over random documents: they are refused with a place before they
// run, or give values that can be stored, or refuse the message.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { testWords } from '../../core/mapping/condition-words.ts'
import { kindWords, type OptionType } from '../../core/mapping/expression/words.ts'
import type { Library } from '../../core/mapping/library.ts'
import { FileError } from '../../core/yaml.ts'
import { context, load } from '../mapping/small.ts'
import { names, reservedNames, texts, values } from './inputs.ts'
import { fuzzLater } from './watch.ts'

const fields = `
fields:
  - { name: text, type: s20 }
  - { name: need, type: s20, req: Y }
  - { name: number, type: int }
  - { name: amount, type: "n16,2" }
  - { name: flag, type: bool }
  - { name: day, type: date }
  - { name: at, type: datetime, format: yyyyMMddHHmmss }
  - { name: kind, type: s1, codes: t }
  - { name: free, type: any }
  - { name: inner, type: object, fields: [{ name: text, type: s20 }, { name: list, type: list, of: s9 }] }
  - { name: rows, type: list, fields: [{ name: text, type: s20 }, { name: number, type: int }, { name: rows, type: list, fields: [{ name: text, type: s9 }] }] }`
const codes = `
title: t
codes: { "1": { zh: 一 }, "2": { zh: 二, until: 2020-01-01 } }
maps: { m: { A: "1", B: "2", C: "1" }, n: { X: "1", Y: "2" } }`

/** Mostly what belongs there, so that enough expressions run; now and then anything. */
const mostly = (good: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 40, arbitrary: good }, { weight: 1, arbitrary: odd })

const oddTexts = fc.oneof(texts, fc.constantFrom('', '$$', '[*]', '(', ...reservedNames))
const scalars = fc.oneof(texts, fc.integer({ min: -3, max: 200 }), fc.double(), fc.boolean())
const single = fc.constantFrom(
  'text',
  'need',
  'number',
  'amount',
  'flag',
  'day',
  'at',
  'kind',
  'free',
  'inner.text',
  'rows[0].text',
  '$.need',
  'free.a',
)
const lists = fc.constantFrom('rows', 'inner.list', 'rows[*].text', 'rows[*].rows', 'free', 'free[*].b')
const paths = mostly(
  fc.oneof({ weight: 4, arbitrary: single }, { weight: 2, arbitrary: lists }),
  fc.oneof(
    names,
    oddTexts,
    fc.constantFrom('inner', '.', '$', '^', '^^need', 'a..b', 'rows[', 'rows[2]', 'first.text'),
  ),
)
const formats = mostly(
  fc.constantFrom('yyyy-MM-dd', 'yyyyMMdd', 'yyyyMMddHHmmss', 'epochMillis', 'yyyy/MM', "yyyy'年'"),
  fc.oneof(oddTexts, fc.constantFrom('MM', 'yyyyyyyy')),
)

const tests = fc.oneof(
  scalars,
  fc.constant(null),
  fc.array(scalars, { maxLength: 3 }),
  ...Object.entries(testWords).map(([name, { operand }]) => {
    const operands: Record<typeof operand, fc.Arbitrary<unknown>> = {
      flag: fc.boolean(),
      value: fc.oneof(scalars, fc.record({ path: single })),
      values: fc.array(scalars, { maxLength: 3 }),
      'values or value': fc.oneof(scalars, fc.array(scalars, { maxLength: 3 })),
      expression: fc.constantFrom('^[a-z]+$', '\\p{L}', '(a|b)*'),
    }
    return fc.record({ [name]: mostly(operands[operand], fc.oneof(oddTexts, values)) })
  }),
)
const { condition: conditions } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(paths, tests).map(([path, test]) => ({ [String(path)]: test })),
    fc.record({ not: tie('condition') }),
    fc.dictionary(fc.constantFrom('any', 'all'), fc.array(tie('condition'), { maxLength: 3 }), {
      maxKeys: 1,
    }),
  ),
}))

/** Texts of options that may not be any text. */
const wordsOf: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  code: fc.constant('t'),
  map: fc.constantFrom('m', 'n'),
  otherwise: fc.constantFrom('refuse', '1'),
  to: formats,
  template: fc.constantFrom('{text}-{need}', '{{x}}', '{inner.text}{rows[0].text}', 'plain'),
  step: fc.constantFrom('seal', 'odd'),
  fn: fc.constantFrom('echo', 'fails'),
  type: fc.constantFrom('s50', 'int', '"n16,2"', 'n16,2', 'date', 'bool'),
  expr: fc.constantFrom(
    'text',
    '$sum(rows.number)',
    '$',
    '$root.free',
    'rows[number>1].text',
    '$string($)',
    '1/0',
    '$error("x")',
    '$meta.now & $steps.seal',
    'free.__proto__',
    '$merge([{"__proto__": 1}])',
  ),
}

/** A value for one option of one kind. */
function optionOf(type: OptionType, key: string, expression: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  if (typeof type !== 'string') return mostly(fc.constantFrom(...type), oddTexts)
  const targetNames = mostly(fc.constantFrom('a', 'b', 'a.c', 'd.e'), oddTexts).map(String)
  const members = (min: number): fc.Arbitrary<unknown> =>
    fc.dictionary(targetNames, expression, { minKeys: min, maxKeys: 3 })
  const kinds: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    expression,
    expressions: fc.array(expression, { minLength: 1, maxLength: 3 }),
    path: key === 'each' || key === 'group' ? lists : paths,
    paths: fc.array(fc.constantFrom('text', 'number'), { minLength: 1, maxLength: 2 }),
    condition: conditions,
    fields: members(1),
    arguments: members(0),
    formats: fc.oneof(formats, fc.array(formats, { minLength: 1, maxLength: 3 })),
    count: fc.integer({ min: 1, max: 10 }),
    number: fc.oneof(fc.integer({ min: -1, max: 12 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    flag: fc.boolean(),
    scalar: scalars,
    any: scalars,
  }
  return mostly(kinds[type] ?? wordsOf[key] ?? texts, fc.oneof(values, oddTexts))
}

const { expression: expressions } = fc.letrec<{ expression: unknown }>((tie) => {
  const kinds = Object.values(kindWords).map(({ options, one = [] }) => {
    const known = Object.entries(options)
    const model = known.map(([key, { type }]) => [key, optionOf(type, key, tie('expression'))] as const)
    const needed = known.filter(([, { need }]) => need === true).map(([key]) => key)
    return fc
      .tuple(
        fc.record(Object.fromEntries(model.filter(([key]) => !one.includes(key))), {
          requiredKeys: needed as never[],
        }),
        fc.record(Object.fromEntries(model.filter(([key]) => one.includes(key)))),
        fc.nat(),
        fc.option(scalars, { nil: undefined, freq: 8 }),
      )
      .map(([row, choices, choice, fallback]) => {
        const chosen = Object.entries(choices)[choice % Math.max(one.length, 1)]
        return {
          ...(row as object),
          ...(chosen === undefined ? {} : { [chosen[0]]: chosen[1] }),
          ...(fallback === undefined ? {} : { default: fallback }),
        }
      })
  })
  return {
    expression: mostly(
      fc.oneof(
        { maxDepth: 3, withCrossShrink: true, depthSize: 'small' },
        { weight: 6, arbitrary: paths },
        ...kinds.map((arbitrary) => ({ weight: 1, arbitrary: arbitrary as fc.Arbitrary<unknown> })),
      ),
      values,
    ),
  }
})

const documents = fc.record(
  {
    text: fc.oneof(texts, fc.constantFrom('x', 'a,b', '')),
    need: fc.oneof({ weight: 5, arbitrary: fc.constant('n') }, { weight: 1, arbitrary: values }),
    number: fc.oneof(fc.integer(), values),
    amount: fc.oneof(fc.constantFrom('12.50', 3, '0.005'), values),
    flag: fc.oneof(fc.boolean(), values),
    day: fc.oneof(fc.constantFrom('2026-03-02', '2026-02-30'), values),
    at: fc.oneof(fc.constantFrom('20260302093000'), values),
    kind: fc.constantFrom('1', '2', '3', 'A'),
    free: values,
    inner: fc.oneof(fc.record({ text: texts, list: fc.array(texts, { maxLength: 3 }) }), values),
    rows: fc.oneof(
      fc.array(
        fc.record({
          text: texts,
          number: fc.integer(),
          rows: fc.array(fc.record({ text: texts }), { maxLength: 2 }),
        }),
        { maxLength: 3 },
      ),
      values,
    ),
  },
  { requiredKeys: ['need'] },
)

const targets = fc.oneof(
  { weight: 3, arbitrary: fc.constant('type: any') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'type: s200',
      'type: int',
      'type: "n16,2"',
      'type: date',
      'type: bool',
      'type: object',
      'type: list, of: s200',
      'type: list, fields: [{ name: a, type: s200 }]',
      'type: object, fields: [{ name: a, type: any }, { name: b, type: s9 }]',
    ),
  },
)

const functions = {
  echo: (args: unknown) => args,
  fails: () => {
    throw new QiaoError('message.invalid', { issues: [{ path: '', rule: 'x', zh: '错', en: 'wrong' }] })
  },
}

type Way = 'in' | 'out'

/** Files of a mapping d/m with one expression: from a department's schema, or from a canonical type. */
function filesOf(way: Way, expression: unknown, target: string, settings: string): Record<string, string> {
  const canonical = `title: c\nkey: need\ndeduplication: [need]`
  const result = `\nfields: [{ name: need, type: s20 }, { name: result, ${target} }]`
  const body = `${settings}fields:\n  need: need\n  result: ${JSON.stringify(expression) ?? 'null'}\n`
  const common = { 'codes/t.yaml': codes }
  return way === 'in'
    ? {
        ...common,
        'schemas/d/s.yaml': `title: s${fields}`,
        'canonical/c.yaml': canonical + result,
        'd/m.yaml': `from: d/s\nto: c\n${body}`,
      }
    : {
        ...common,
        'canonical/c.yaml': canonical + fields,
        'schemas/d/s.yaml': `title: s${result}`,
        'd/m.yaml': `from: c\nto: d/s\n${body}`,
      }
}

/** The library, or undefined for an expression that was refused with a place in the file it stands in. */
function compile(files: Record<string, string>): Library | undefined {
  try {
    return load(files, functions as never)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const { file, line, column, en, zh } of error.problems) {
      expect(file).toBe('d/m.yaml')
      expect([line >= 1, column >= 1, en === '', zh === '']).toEqual([true, true, false, false])
    }
    return undefined
  }
}

/** What the mapping makes of a document, or nothing when it refuses it in a known way. */
async function run(library: Library, way: Way, document: Record<string, unknown>): Promise<unknown> {
  const steps = { seal: { a: [1] } }
  const text = JSON.stringify(document)
  try {
    return way === 'in'
      ? await library.intake('d/m')?.accept(Buffer.from(text), 'application/json', { ...context, steps })
      : await library.outbound('d/m')?.apply(JSON.parse(text), { ...context, steps })
  } catch (error) {
    expect(error).toBeInstanceOf(QiaoError)
    expect(['message.invalid', 'body.unsafe', 'body.empty', 'body.json']).toContain((error as QiaoError).code)
    return undefined
  }
}

const settings = {
  in: fc.constantFrom('', '', '', 'split: rows\n', 'split: rows\ngroup: [text]\n', 'split: free\n'),
  out: fc.constant(''),
}

describe.each(['in', 'out'] as const)('expressions of a mapping %s', (way) => {
  it('are refused before they run, or run on any document', async () => {
    let compiled = 0
    const inputs = fc.tuple(
      expressions,
      targets,
      settings[way],
      fc.array(documents, { minLength: 1, maxLength: 3 }),
    )
    await fuzzLater(1_500, inputs, async ([expression, target, words, list]) => {
      const library = compile(filesOf(way, expression, target, words))
      if (library === undefined) return
      compiled++
      for (const document of list) {
        const result = await run(library, way, document)
        if (result !== undefined) expect(JSON.parse(JSON.stringify(result))).toEqual(result)
      }
    })
    // a generator that only makes refused ones would prove nothing
    expect(compiled).toBeGreaterThan(150)
  })
})
