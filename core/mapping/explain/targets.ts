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

/** All targets of `fields`, lists before what is in them; a target that several lists fill comes once for each. */
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
    if (isObject(expression) && Object.keys(expression).length === 1 && expression.fields !== undefined)
      return listTargets(expression.fields, field?.fields, scene, [...here, 'fields'], path)
    const own: Target = { path, field, expression, at: here, scene }
    return [own, ...inside(own)]
  })
}

/** The targets inside the lists and objects an expression builds, whichever way it comes to them. */
function inside({ path, field, expression, at, scene }: Target): Target[] {
  if (!isObject(expression)) return []
  const part = (name: string, place: Path, where = scene): Target[] =>
    inside({
      path,
      field,
      expression: deep(expression, [name, ...place]),
      at: [...at, name, ...place],
      scene: where,
    })
  const list = listSource(expression)
  if (list === undefined) {
    const fields = listTargets(expression.fields, field?.fields, scene, [...at, 'fields'], path)
    const several = (['concat', 'first'] as const).flatMap((name) =>
      Array.isArray(expression[name]) ? expression[name].flatMap((_, i) => part(name, [i])) : [],
    )
    return [...fields, ...several, ...part('then', []), ...part('else', [])]
  }
  const within = enter(list, scene, expression.group !== undefined)
  if (expression.flatten !== undefined) return part('flatten', [], within)
  if (expression.fields !== undefined)
    return listTargets(expression.fields, field?.fields, within, [...at, 'fields'], `${path}[*]`)
  if (expression.value === undefined) return []
  const element = field?.type.kind === 'list' ? elementOf(field) : undefined
  const value = { path: `${path}[*]`, field: element, expression: expression.value }
  return [{ ...value, at: [...at, 'value'], scene: within }]
}

const deep = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)

/** The list that an expression makes elements from. */
export function listSource(expression: Record<string, unknown>): string | undefined {
  const found = expression.each ?? expression.group
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
