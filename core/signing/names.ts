// What a name in a recipe may be, and what to say of one that is none: the nearest name, a value that stands later.
import { nearest, suggestion } from '../nearest.ts'
import type { Context, Known, Mark } from './context.ts'

/** Words that mean something in a template, so that no value may have them as its name. */
export const reserved: readonly string[] = [
  'settings',
  'session',
  'secret',
  'content',
  'document',
  'method',
  'path',
  'sent',
  'it',
]

/** Words that stand before a dot: `{settings.appid}`. */
const heads = ['settings', 'session', 'secret', 'document']
/** Words that stand alone. */
const alone = reserved.filter((word) => !heads.includes(word) || word === 'document')

/** An earlier value of the recipe, noted as read; undefined when there is none of that name. */
export function useValue(name: string, context: Context): Known | undefined {
  const known = context.names.values.get(name)
  if (!known) return undefined
  context.uses.values.add(name)
  context.uses.sent ||= known.sent
  return known
}

/** Refuses a name that means nothing at its place. */
export function failUnknown(reference: string, context: Context): never {
  const { names, path, fail } = context
  const mark: Mark = { rule: 'name.unknown', related: relatedValues(reference, context) }
  if (names.all.includes(reference)) {
    fail(
      path,
      `{${reference}} stands later; a value is known only after its place: move it before`,
      `{${reference}} 在后面才定义，应移到此处之前`,
      mark,
    )
  }
  const known = [...names.values.keys()].join(', ') || 'none'
  const hint = suggestion(nearestName(reference, context))
  return fail(
    path,
    `{${reference}} is not known here${hint.en} (values before this place: ${known})`,
    `此处没有 {${reference}}${hint.zh}（此前的值：${known}）`,
    mark,
  )
}

function nearestName(reference: string, { names }: Context): string | undefined {
  const [head = '', ...rest] = reference.split('.')
  if (rest.length === 0)
    return nearest(reference, [...names.values.keys(), ...(names.request ? alone : ['it'])])
  const found = nearest(head, heads)
  return found === undefined ? undefined : [found, ...rest].join('.')
}

/** The values of the file, and the one that was probably meant. */
function relatedValues(reference: string, { names }: Context): NonNullable<Mark['related']> {
  if (names.all.length === 0) return []
  const near = nearest(reference, names.all)
  return [
    { at: ['values'], en: 'the values', zh: '各值' },
    ...(near === undefined
      ? []
      : [{ at: ['values', near], en: `the nearest value, ${near}`, zh: `最相近的值 ${near}` }]),
  ]
}
