// Whether the documents a mapping writes have a member: what signs or wraps a document may read only what is always there.
import type { Outbound } from './outbound.ts'
import type { Step } from './path.ts'
import type { Schema } from './schema/schema.ts'
import { resolveSteps, shapeOf } from './schema/shape.ts'

/** `lost`: the schema has no such member, and why; else whether every document has it. */
export type Member = { lost: { en: string; zh: string } } | { lost?: undefined; isCertain: boolean }

/**
 * Looks up a member of the document as it is sent.
 * @param path dotted, elements of lists by their number: `rows.0.no`
 */
export function memberOf(schema: Schema, { origins }: Pick<Outbound, 'origins'>, path: string): Member {
  const names = path.split('.')
  const steps = names.map(stepOf)
  const shape = shapeOf(schema.fields)
  for (let length = 1; length < steps.length; length++) {
    const outer = resolveSteps(shape, steps.slice(0, length))
    if (outer.found && outer.fields?.[0]?.holds !== undefined)
      return { lost: inText(names[length - 1] ?? '') }
  }
  const found = resolveSteps(shape, steps)
  if (!found.found) return { lost: { en: found.en, zh: found.zh } }
  return { isCertain: !found.isOptional || isAlwaysSet(names, origins) }
}

const stepOf = (name: string): Step =>
  /^\d+$/.test(name) ? { kind: 'index', index: Number(name) } : { kind: 'name', name }

/** Set by itself for every source; a member of an object that is made as a whole may be missing with it. */
function isAlwaysSet(names: readonly string[], origins: Outbound['origins']): boolean {
  const outer = names.slice(1).map((_, i) => names.slice(0, i + 1).join('.'))
  return origins.get(names.join('.'))?.isCertain === true && !outer.some((path) => origins.has(path))
}

function inText(name: string): { en: string; zh: string } {
  return {
    en: `"${name}" is sent as one text, nothing can be read in it`,
    zh: `“${name}”以文本形式发送，无法读取其内部字段`,
  }
}
