// A source as scaffold sees it, whatever it was read from: fields with what is known of them, and sample values that
// serve as evidence and are never written out.
import type { Format } from '../format/format.ts'
import type { Field, FieldType, PersonalClass } from '../schema/field.ts'

/** One field of a source. */
export type DraftField = {
  name: string
  /** label; empty when none was given */
  zh: string
  type: FieldType
  req: 'Y' | 'N'
  /** name of a code table the source declares */
  codes: string | undefined
  personal: PersonalClass | undefined
  /** what was guessed, and why; becomes a comment */
  notes: string[]
  /** type and length were told, not guessed from values */
  told: boolean
  fields: DraftField[] | undefined
  /** element of a list of single values */
  item: DraftField | undefined
  /** distinct sample values, as text */
  values: Set<string>
}

export type Draft = {
  title: string
  /** `sample x.json`, `DDL x.sql` … */
  origin: string
  root: string | undefined
  format: Format
  charset: 'utf-8' | 'gb18030'
  /** the document itself is a list of what `fields` describes */
  isList: boolean
  /** CSV: what separates columns, when it is no comma */
  delimiter?: string | undefined
  fields: DraftField[]
}

/** A field that says nothing yet. */
export function emptyField(name: string, type: FieldType): DraftField {
  return {
    name,
    zh: '',
    type,
    req: 'N',
    codes: undefined,
    personal: undefined,
    notes: [],
    told: false,
    fields: undefined,
    item: undefined,
    values: new Set(),
  }
}

/** The fields of an existing schema. */
export function draftFields(fields: readonly Field[]): DraftField[] {
  return fields.map((field) => ({
    ...emptyField(field.name, field.type),
    zh: field.zh === field.name ? '' : field.zh,
    req: field.req === 'Y' ? 'Y' : 'N',
    codes: field.codes?.name,
    personal: field.personal,
    told: true,
    values: new Set(field.values),
    fields: field.fields === undefined ? undefined : draftFields(field.fields),
    item: field.item === undefined ? undefined : draftFields([field.item])[0],
  }))
}

/** How a type is written in a field table. */
export function typeText(type: FieldType): string {
  if (type.kind === 'text') return `s${type.max}`
  if (type.kind === 'decimal') return `n${type.digits},${type.scale}`
  return type.kind
}

/**
 * Lays what a sample shows over fields that were told elsewhere: values and missing rows are added, what was told stays.
 * Names are compared without regard to case, as databases do.
 */
export function mergeFields(told: DraftField[], shown: readonly DraftField[]): DraftField[] {
  const known = new Map(told.map((field) => [field.name.toLowerCase(), field]))
  for (const field of shown) {
    const own = known.get(field.name.toLowerCase())
    if (own === undefined) {
      told.push({ ...field, notes: [...field.notes, 'in the sample only'] })
      continue
    }
    for (const value of field.values) own.values.add(value)
    if (!own.told) own.personal ??= field.personal
    if (field.fields !== undefined) own.fields = mergeFields(own.fields ?? [], field.fields)
    if (field.item !== undefined) for (const value of field.item.values) own.item?.values.add(value)
  }
  return told
}
