// Which words of the language the files of a page use: every key of every kind of file and every choice it has, as the
// JSON Schemas for editors tell them. What no example uses is missing from the page.
import type { JsonSchema } from '../../../core/mapping/editor/json-schema.ts'

type Definitions = Readonly<Record<string, JsonSchema>>

/** Every key (`retry.first`, `kind-text.cut`) and choice (`format=csv`) a kind of file has. */
export function wordsOf(schema: JsonSchema): Set<string> {
  const words = new Set<string>()
  const definitions = (schema.definitions ?? {}) as Definitions
  const done = new Set<string>()
  const walk = (node: JsonSchema, path: string): void => {
    const to = definitionOf(node)
    if (to !== undefined) {
      if (done.has(to)) return
      done.add(to)
      walk(definitions[to] ?? {}, to)
      return
    }
    for (const choice of choicesOf(node)) words.add(`${path}=${choice}`)
    for (const [key, inner] of Object.entries(propertiesOf(node))) {
      words.add(joined(path, key))
      walk(inner, joined(path, key))
    }
    for (const inner of insideOf(node)) walk(inner, path)
    if (isSchema(node.additionalProperties)) walk(node.additionalProperties, path)
  }
  walk(schema, '')
  return words
}

/** Those that a file uses. */
export function usedIn(schema: JsonSchema, data: unknown): Set<string> {
  const used = new Set<string>()
  const definitions = (schema.definitions ?? {}) as Definitions
  const walk = (node: JsonSchema, path: string, value: unknown): void => {
    const to = definitionOf(node)
    if (to !== undefined) walk(definitions[to] ?? {}, to, value)
    if (to !== undefined || !fits(node, value, definitions)) return
    for (const choice of choicesOf(node)) if (choice === value) used.add(`${path}=${choice}`)
    if (Array.isArray(value)) {
      for (const each of value) if (isSchema(node.items)) walk(node.items, path, each)
    } else if (isSchema(value)) {
      const properties = propertiesOf(node)
      for (const [key, inner] of Object.entries(value)) {
        const property = Object.hasOwn(properties, key) ? properties[key] : undefined
        if (property !== undefined) used.add(joined(path, key))
        if (property !== undefined) walk(property, joined(path, key), inner)
        else if (isSchema(node.additionalProperties)) walk(node.additionalProperties, path, inner)
      }
    }
    for (const inner of alternativesOf(node)) walk(inner, path, value)
  }
  walk(schema, '', data)
  return used
}

/** Whether a value may be meant by a schema: its type, its choices, and for objects their keys. */
function fits(node: JsonSchema, value: unknown, definitions: Definitions): boolean {
  const to = definitionOf(node)
  if (to !== undefined) return fits(definitions[to] ?? {}, value, definitions)
  const choices = choicesOf(node)
  if (choices.length > 0 && !choices.includes(value)) return false
  if (node.type === 'object' || node.properties !== undefined) {
    if (!isSchema(value) || Array.isArray(value)) return false
    const properties = propertiesOf(node)
    const need = (node.required ?? []) as string[]
    if (need.some((key) => !Object.hasOwn(value, key))) return false
    return (
      node.additionalProperties !== false || Object.keys(value).every((key) => Object.hasOwn(properties, key))
    )
  }
  if (node.type === 'array') return Array.isArray(value)
  return typeof node.type !== 'string' || typeof value === (node.type === 'integer' ? 'number' : node.type)
}

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function definitionOf(node: JsonSchema): string | undefined {
  return typeof node.$ref === 'string' ? node.$ref.replace('#/definitions/', '') : undefined
}

function choicesOf(node: JsonSchema): unknown[] {
  if (Array.isArray(node.enum)) return node.enum
  return node.const === undefined || typeof node.const === 'boolean' ? [] : [node.const]
}

const propertiesOf = (node: JsonSchema) => (node.properties ?? {}) as Record<string, JsonSchema>

const alternativesOf = (node: JsonSchema): JsonSchema[] =>
  ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (node[word] ?? []) as JsonSchema[])

const insideOf = (node: JsonSchema): JsonSchema[] => [
  ...alternativesOf(node),
  ...(isSchema(node.items) ? [node.items] : []),
]

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}
