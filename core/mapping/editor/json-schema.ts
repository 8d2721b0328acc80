// JSON Schema of a file's zod shape with words for every key: what an editor needs to complete, check and explain.
// Draft 7: the dialect that yaml-language-server and every other editor understands.
import { z } from 'zod'

/** A JSON Schema, or a part of one. */
export type JsonSchema = { [keyword: string]: unknown }

/** What a key means; `schema` says what its value is where the shape only says "an object". */
export type Hint = { en: string; zh: string; schema?: JsonSchema }

/** Hints by dotted key; list elements, record values and alternatives add nothing to the path. */
export type Hints = Readonly<Record<string, Hint>>

/** One kind of file. `parts`: shapes that stand in it by name, as `part.key` in the hints. */
export type FileKind = {
  title: { en: string; zh: string }
  shape: z.ZodType
  parts?: Readonly<Record<string, z.ZodType>>
  hints: Hints
  definitions?: Readonly<Record<string, JsonSchema>>
}

/** Both languages as one description. */
export function bilingual({ en, zh }: { en: string; zh: string }): string {
  return `${en}\n\n${zh}`
}

/** The JSON Schema of a file kind. Throws when a key has no hint, or a hint no key: the words would have drifted. */
export function schemaOfKind({ title, shape, parts = {}, hints, definitions = {} }: FileKind): JsonSchema {
  const metadata = z.registry<{ id?: string }>()
  for (const [id, part] of Object.entries(parts)) metadata.add(part, { id })
  const plain = z.toJSONSchema(shape, {
    target: 'draft-07',
    io: 'input',
    metadata,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // a coerced text may be written as a number
      const { def } = zodSchema._zod
      if (def.type === 'string' && 'coerce' in def && def.coerce === true) {
        jsonSchema.type = ['string', 'number', 'boolean'] as never
      }
    },
  }) as JsonSchema
  const { $schema, definitions: own = {}, ...rest } = plain
  const unused = new Set(Object.keys(hints))
  const root = addWords(rest, '', hints, unused)
  const named = Object.fromEntries(
    Object.entries(own as Record<string, JsonSchema>).map(([id, each]) => [
      id,
      addWords(each, `${id}.`, hints, unused),
    ]),
  )
  if (unused.size > 0) throw new Error(`hints for no key: ${[...unused].join(', ')}`)
  const all = { ...named, ...definitions }
  return {
    $schema,
    title: `${title.en} / ${title.zh}`,
    ...root,
    ...(Object.keys(all).length > 0 ? { definitions: all } : {}),
  }
}

/** A copy of `node` with the words of every property below it. */
function addWords(node: JsonSchema, prefix: string, hints: Hints, unused: Set<string>): JsonSchema {
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner)
    return isSchema(value) ? addWords(value, prefix, hints, unused) : value
  }
  const result: JsonSchema = {}
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === 'properties')
      result.properties = addToProperties(value as JsonSchema, prefix, hints, unused)
    else if (keyword === 'propertyNames') {
      if ('pattern' in (value as JsonSchema)) result.propertyNames = value
    } else if (['items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf'].includes(keyword)) {
      result[keyword] = inner(value)
    } else if (!isOdd(keyword, value, node)) result[keyword] = value
  }
  return result
}

function addToProperties(
  properties: JsonSchema,
  prefix: string,
  hints: Hints,
  unused: Set<string>,
): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const path = prefix + name
      const hint = hints[path]
      if (hint === undefined) throw new Error(`no words for the key ${path}`)
      unused.delete(path)
      const inside = hint.schema ?? addWords(value as JsonSchema, `${path}.`, hints, unused)
      const { $ref, ...described }: JsonSchema = { description: bilingual(hint), ...inside }
      // draft 7 ignores what stands beside a $ref
      return [name, $ref === undefined ? described : { ...described, allOf: [{ $ref }] }]
    }),
  )
}

/** Keywords that would mislead: limits of JavaScript, and defaults in another form than they are written. */
function isOdd(keyword: string, value: unknown, node: JsonSchema): boolean {
  if ((keyword === 'minimum' || keyword === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
    return true
  if (keyword === 'pattern' && node.format === 'date-time') return true
  return (
    keyword === 'default' &&
    (typeof value === 'object' || (node.type === 'string' && typeof value !== 'string'))
  )
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}
