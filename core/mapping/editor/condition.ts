// JSON Schema of conditions: used by mappings, schema rules, flows and reply rules.
import { joinWords, testWords } from '../condition-words.ts'
import { bilingual, type JsonSchema } from './json-schema.ts'

const scalar: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] }
const operand: JsonSchema = {
  anyOf: [
    scalar,
    {
      type: 'object',
      description: bilingual({ en: 'the value at another path', zh: '另一路径的值' }),
      properties: { path: { type: 'string' } },
      required: ['path'],
      additionalProperties: false,
    },
  ],
}
const operands: JsonSchema = { type: 'array', items: { $ref: '#/definitions/operand' } }

const operandTypes: Readonly<Record<string, JsonSchema>> = {
  flag: { type: 'boolean' },
  value: { anyOf: [{ $ref: '#/definitions/operand' }] },
  values: operands,
  'values or value': { anyOf: [{ $ref: '#/definitions/operand' }, operands] },
  expression: { type: 'string', format: 'regex' },
}

const condition = { $ref: '#/definitions/condition' }
const conditions: JsonSchema = { type: 'array', items: condition, minItems: 1 }

/** Definitions that `#/definitions/condition` needs. */
export function conditionDefinitions(): Record<string, JsonSchema> {
  const tests = Object.entries(testWords).map(([name, words]) => [
    name,
    { description: bilingual(words), ...operandTypes[words.operand] },
  ])
  return {
    operand,
    test: {
      anyOf: [
        scalar,
        { ...operands, description: bilingual({ en: 'one of these', zh: '在列表中' }) },
        {
          type: 'object',
          properties: Object.fromEntries(tests),
          additionalProperties: false,
          minProperties: 1,
        },
      ],
    },
    condition: {
      type: 'object',
      description: bilingual({
        en: 'path: test, all of which must hold; a plain value means equals, a list one of; `any`, `all`, `not` join',
        zh: '“路径: 判断”，须全部满足；单个值表示等于，列表表示其中之一；any、all、not 用于组合',
      }),
      properties: {
        any: { ...conditions, description: bilingual(joinWords.any) },
        all: { ...conditions, description: bilingual(joinWords.all) },
        not: { description: bilingual(joinWords.not), allOf: [condition] },
      },
      additionalProperties: { $ref: '#/definitions/test' },
    },
  }
}
