// The targets of a mapping file one by one, with the expression of each, where it stands, and what it can read.
import type { Path } from '../../yaml.ts'
import { elementOf, type Field } from '../schema/field.ts'
import { enter, type Scene } from './scene.ts'

/** `path`: `applicant.name`, inside lists `items[*].name`; `at`: where the expression stands in the file. */
export type Target = {
  path: string
  field: Field | undefined
  expression: unknown
  at: Path
  scene: Scene
}

/** All targets of `fields`, lists before what is in them. */
export function listTargets(
  data: unknown,
  fields: readonly Field[] | undefined,
  scene: Scene,
  at: Path = ['fields'],
  prefix = '',
): Target[] {
  if (!isObject(data)) return []
  return Object.entries(data).flatMap(([name, expression]): Target[] => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const field = memberOf(fields, name)
    const here = [...at, name]
    const inner = isObject(expression) ? expression : {}
    const list = listSource(inner)
    if (inner.fields !== undefined && list === undefined) {
      return listTargets(inner.fields, field?.fields, scene, [...here, 'fields'], path)
    }
    const own: Target = { path, field, expression, at: here, scene }
    if (list === undefined) return [own]
    const inside = enter(list, scene)
    if (inner.fields !== undefined) {
      return [own, ...listTargets(inner.fields, field?.fields, inside, [...here, 'fields'], `${path}[*]`)]
    }
    const element = field?.type.kind === 'list' ? elementOf(field) : undefined
    if (inner.value === undefined) return [own]
    return [
      own,
      { path: `${path}[*]`, field: element, expression: inner.value, at: [...here, 'value'], scene: inside },
    ]
  })
}

/** The list that an expression makes elements from. */
export function listSource(expression: Record<string, unknown>): string | undefined {
  const found = expression.each ?? expression.flatten ?? expression.group
  return typeof found === 'string' ? found : undefined
}

function memberOf(fields: readonly Field[] | undefined, name: string): Field | undefined {
  const [first = '', ...rest] = name.split('.')
  const field = fields?.find((each) => each.name === first)
  return rest.length === 0 ? field : memberOf(field?.fields, rest.join('.'))
}

/** An object of YAML. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
