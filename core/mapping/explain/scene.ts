// Where a mapping stands while it is explained: what is known of the document, and the paths of the element at hand.
import { groupShape } from '../expression/grouping.ts'
import { PathError, parsePath, type Step } from '../path.ts'
import { joinPath } from '../run.ts'
import { elementOf, type Field } from '../schema/field.ts'
import { resolveSteps, type Shape } from '../schema/shape.ts'

/**
 * `prefix`: the element's path in the source document, `''` for the document itself; `outer`: the scene around it;
 * `isGroup`: the item is a group of rows, and `prefix` that of its rows.
 */
export type Scene = {
  root: Shape
  item: Shape
  prefix: string
  outer: Scene | undefined
  isGroup: boolean
}

/** A source path as it stands in the source document, with what its field table says of it. */
export type SourceField = {
  path: string
  zh: string | undefined
  type: string | undefined
  field: Field | undefined
}

/** Follows a path of a mapping file: `$` starts at the document, each `^` at the element one further out. */
export function locate(text: string, scene: Scene): SourceField {
  let here: Scene = scene
  let rest = text
  for (; rest.startsWith('^'); rest = rest.slice(1).replace(/^\./, '')) here = here.outer ?? here
  const fromRoot = rest.startsWith('$')
  const bare = rest === '.' || rest === '' ? '' : rest.replace(/^\$\.?/, '')
  const path = fromRoot ? bare : here.isGroup ? inGroup(here.prefix, bare) : joinPath(here.prefix, bare)
  const field = fieldAt(bare, fromRoot ? here.root : here.item)
  return { path: path === '' ? '$' : path, zh: field?.zh, type: field && typeText(field), field }
}

/** The scene inside a list; with `isGroup` inside the groups of its rows. */
export function enter(text: string, scene: Scene, isGroup = false): Scene {
  const { path, field } = locate(text, scene)
  const element = field?.type.kind === 'list' ? elementOf(field) : field
  const prefix = field?.type.kind === 'list' || !path.endsWith('[*]') ? `${path}[*]` : path
  const item = element && [element]
  return { root: scene.root, item: isGroup ? groupShape(item) : item, prefix, outer: scene, isGroup }
}

/** `first.x` of a group is `x` of a row to the sender, `rows` the list itself. */
function inGroup(prefix: string, bare: string): string {
  const word = /^(first|rows)(?![^.[])\.?/.exec(bare)
  if (word === null) return joinPath(prefix, bare)
  const rest = bare.slice(word[0].length)
  return joinPath(word[1] === 'first' ? prefix : prefix.replace(/\[\*\]$/, ''), rest)
}

function fieldAt(bare: string, shape: Shape): Field | undefined {
  const steps = stepsOf(bare)
  const found = steps && resolveSteps(shape, steps)
  return found?.found ? found.fields?.[0] : undefined
}

function stepsOf(bare: string): readonly Step[] | undefined {
  if (bare === '') return []
  try {
    return parsePath(bare).steps
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

/** The type as a field table writes it: `s50`, `n16,2`, `list of s20`. */
export function typeText(field: Field): string {
  const { type } = field
  if (type.kind === 'text') return `s${type.max}`
  if (type.kind === 'decimal') return `n${type.digits},${type.scale}`
  if (type.kind === 'list') return field.item ? `list of ${typeText(field.item)}` : 'list'
  return 'format' in type ? `${type.kind} ${type.format}` : type.kind
}
