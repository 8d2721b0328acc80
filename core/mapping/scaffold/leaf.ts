// The ends of both trees, seen alike: where a value stands, what its names and labels say, what it may hold.
import type { Field, FieldType, PersonalClass } from '../schema/field.ts'
import type { DraftField } from './draft.ts'
import { type Ideas, labelIdeas, nameIdeas, spell, tokens } from './names.ts'
import { kinds } from './words.ts'

/** A name with what it says. */
export type Said = {
  name: string
  zh: string
  label: Ideas
  readings: readonly Ideas[]
  /** the readings are guesses from pinyin initials */
  pinyin: boolean
  initials: string
  full: string
}

/** One end of a source or target. */
export type Leaf = {
  /** path inside the item: `applicant.certNo` */
  path: string
  said: Said
  /** parents from the outside in */
  parents: readonly Said[]
  type: FieldType
  req: 'Y' | 'N' | 'C'
  codes: string | undefined
  personal: PersonalClass | undefined
  /** what else tells what it is: the title of its code table, the number its validator judges */
  alias: Ideas
}

export type Source = Leaf & { field: DraftField }
export type Target = Leaf & { field: Field; required: boolean }

/** What a name and its label say. */
export function say(name: string, zh: string): Said {
  const { readings, pinyin } = nameIdeas(name)
  return { name, zh, label: labelIdeas(zh), readings, pinyin, ...spell(zh) }
}

/** The identifier without case and separators. */
export function plain(name: string): string {
  return tokens(name).join('')
}

/** The ends below `fields`; lists are ends themselves, objects are not. */
export function sourceLeaves(
  fields: readonly DraftField[],
  prefix = '',
  parents: readonly Said[] = [],
): Source[] {
  return fields.flatMap((field): Source[] => {
    const said = say(field.name, field.zh)
    const path = `${prefix}${field.name}`
    if (field.type.kind === 'object' && field.fields !== undefined)
      return sourceLeaves(field.fields, `${path}.`, [...parents, said])
    const { type, req, codes, personal } = field
    const meant = 'format' in type ? timed(said) : said
    return [{ path, said: meant, parents, type, req, codes, personal, field, alias: [] }]
  })
}

/** The ends of a target. `required` holds when the parents are required too. */
export function targetLeaves(
  fields: readonly Field[],
  prefix = '',
  parents: readonly Said[] = [],
  required = true,
): Target[] {
  return fields.flatMap((field): Target[] => {
    const said = say(field.name, field.zh === field.name ? '' : field.zh)
    const path = `${prefix}${field.name}`
    const needed = required && field.req === 'Y'
    if (field.type.kind === 'object' && field.fields !== undefined)
      return targetLeaves(field.fields, `${path}.`, [...parents, said], needed)
    const { type, req, personal } = field
    const alias = aliasOf(field)
    return [
      { path, said, parents, type, req, codes: field.codes?.name, personal, field, required: needed, alias },
    ]
  })
}

/** A moment that is only called by what happened, `accepted`, is the time of it. */
function timed(said: Said): Said {
  const add = (ideas: Ideas): Ideas =>
    ideas.length === 0 || ideas.some((idea) => kinds.get(idea) === 'head') ? ideas : [...ideas, 'time']
  return { ...said, label: add(said.label), readings: said.readings.map(add) }
}

function aliasOf({ codes, check }: Field): Ideas {
  if (check?.name === 'certificate-number') return ['cert', 'number']
  return codes === undefined ? [] : labelIdeas(codes.title)
}
