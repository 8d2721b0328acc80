// JSON Schema of expressions, made from the words of the kinds: one alternative a kind, so that an editor offers the
// options of the kind that was begun.
import { defaultWords, type KindWords, kindWords, type OptionType } from '../expression/words.ts'
import { conditionDefinitions } from './condition.ts'
import { bilingual, type JsonSchema } from './json-schema.ts'

const expression = { $ref: '#/definitions/expression' }
const text: JsonSchema = { type: 'string' }
const orList = (each: JsonSchema): JsonSchema => ({
  anyOf: [each, { type: 'array', items: each, minItems: 1 }],
})

const types: Readonly<Record<Exclude<OptionType, readonly string[]>, JsonSchema>> = {
  expression,
  expressions: orList(expression),
  path: { $ref: '#/definitions/path' },
  paths: { type: 'array', items: { $ref: '#/definitions/path' }, minItems: 1 },
  condition: { $ref: '#/definitions/condition' },
  fields: { $ref: '#/definitions/fields' },
  arguments: { type: 'object', additionalProperties: expression },
  formats: orList(text),
  text,
  count: { type: 'integer', minimum: 0 },
  number: { type: 'number' },
  flag: { type: 'boolean' },
  scalar: { type: ['string', 'number', 'boolean'] },
  any: {},
}

function typeOf(type: OptionType): JsonSchema {
  return typeof type === 'string' ? types[type] : { type: 'string', enum: [...type] }
}

function described(words: { en: string; zh: string }, schema: JsonSchema): JsonSchema {
  const description = bilingual(words)
  // draft 7 ignores what stands beside a $ref
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema }
}

/** One alternative, or one for each of the options that exclude each other. */
function kindSchema(name: string, kind: KindWords): JsonSchema {
  const { one } = kind
  if (one === undefined) return variant(name, kind, [])
  return { anyOf: one.map((key) => variant(name, kind, [key], one)) }
}

function variant(
  name: string,
  kind: KindWords,
  need: readonly string[],
  one: readonly string[] = [],
): JsonSchema {
  const options = Object.entries({ ...kind.options, default: defaultWords }).filter(
    ([key]) => need.includes(key) || !one.includes(key),
  )
  return {
    type: 'object',
    title: name,
    description: `${bilingual(kind)}\n\n${kind.example}`,
    properties: Object.fromEntries(
      options.map(([key, option]) => [key, described(option, typeOf(option.type))]),
    ),
    required: [...options.filter(([, option]) => option.need === true).map(([key]) => key), ...need],
    additionalProperties: false,
  }
}

/** Definitions that `#/definitions/fields` and `#/definitions/expression` need. */
export function expressionDefinitions(): Record<string, JsonSchema> {
  const kinds = Object.entries(kindWords)
  return {
    ...conditionDefinitions(),
    path: {
      type: 'string',
      description: bilingual({
        en: 'a source path: a.b · list[0].c · list[*].c · $.x from the root · ^x from the item around this one · . the item itself',
        zh: '来源路径：a.b · list[0].c · list[*].c · $.x 从根开始 · ^x 从外层条目开始 · . 当前项',
      }),
    },
    fields: {
      type: 'object',
      description: bilingual({
        en: 'target: source; a dot in the target builds objects',
        zh: '“目标: 来源”；目标中的点号生成对象',
      }),
      additionalProperties: expression,
    },
    expression: {
      anyOf: [
        { $ref: '#/definitions/path' },
        ...kinds.map(([name]) => ({ $ref: `#/definitions/${definitionName(name)}` })),
      ],
    },
    ...Object.fromEntries(kinds.map(([name, kind]) => [definitionName(name), kindSchema(name, kind)])),
  }
}

/** Apart from `fields` and `path`, which are definitions of their own. */
function definitionName(kind: string): string {
  return `kind-${kind}`
}
