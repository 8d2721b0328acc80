// What is known of a value before any message comes: the ground the checker stands on. Facts are worked out while an
// expression is compiled and never looked at when it runs.
import { exampleDate, formatLength } from '../dates.ts'
import type { CodeTable } from '../schema/codes.ts'
import { elementOf, type Field, type PersonalClass } from '../schema/field.ts'

/** Kind of a value; `date` is text in a known format, `any` is something nothing is known of. */
export type FactKind = 'text' | 'int' | 'decimal' | 'bool' | 'date' | 'object' | 'list' | 'any'

/** Absent members are unknown. */
export type Facts = {
  kind: FactKind
  /** source paths it is made of (`applicant.certNo`, `rows[*].no`), `step seal.signedValue`, `meta acceptedAt` */
  sources: readonly string[]
  /** may be absent though the source is valid */
  isOptional: boolean
  /** classes of personal data in it, whatever its depth */
  personal: ReadonlySet<PersonalClass>
  /** most characters of its text */
  max?: number | undefined
  decimal?: { digits: number; scale: number } | undefined
  /** of a date */
  format?: string | undefined
  /** a standard code of this table */
  codes?: CodeTable | undefined
  /** the only texts it can be */
  values?: ReadonlySet<string> | undefined
  /** one text it can be, where all it can be look alike: dates, constants and what is made of them */
  example?: string | undefined
  /** validator it passed in the source */
  check?: string | undefined
  /** members of an object or of each element of a list; undefined where nothing is known */
  fields?: readonly Field[] | undefined
  /** of a list */
  element?: Facts | undefined
  /** the field tables it comes from, to point at */
  origins: readonly Field[]
}

const nobody: ReadonlySet<PersonalClass> = new Set()

/** A value nothing is known of. */
export const unknown: Facts = { kind: 'any', sources: [], isOptional: false, personal: nobody, origins: [] }

/** A text the hub makes itself. */
export function textFacts(max: number | undefined, over: Partial<Facts> = {}): Facts {
  return { ...unknown, kind: 'text', max, ...over }
}

/** Facts of a constant. */
export function constantFacts(value: unknown): Facts {
  if (typeof value === 'boolean') return { ...unknown, kind: 'bool', values: new Set([String(value)]) }
  if (typeof value === 'number') {
    return { ...unknown, kind: Number.isInteger(value) ? 'int' : 'decimal', values: new Set([String(value)]) }
  }
  return typeof value === 'string'
    ? textFacts([...value].length, { values: new Set([value]), example: value })
    : { ...unknown, isOptional: value === null }
}

/** Facts of a value that the schema describes. */
export function factsOf(field: Field, sources: readonly string[], isOptional = field.req !== 'Y'): Facts {
  const { type } = field
  const facts: Facts = {
    ...unknown,
    kind: kindOf(field),
    sources,
    isOptional,
    personal: personalOf(field),
    origins: [field],
    codes: field.codes,
    values: field.codes === undefined ? field.values : new Set(field.codes.codes.keys()),
    check: field.check?.name,
  }
  if (type.kind === 'text') return { ...facts, max: type.max }
  if (type.kind === 'decimal') return { ...facts, decimal: type, max: type.digits + (type.scale > 0 ? 2 : 1) }
  if (type.kind === 'bool') return { ...facts, values: new Set(['true', 'false']) }
  if ('format' in type) {
    return {
      ...facts,
      format: type.format,
      max: formatLength(type.format),
      example: exampleDate(type.format),
    }
  }
  if (type.kind !== 'list') return { ...facts, fields: field.fields }
  return { ...facts, fields: field.fields, element: factsOf(elementOf(field), sources, false) }
}

function kindOf({ type }: Field): FactKind {
  return type.kind === 'datetime' ? 'date' : type.kind
}

function personalOf(field: Field): ReadonlySet<PersonalClass> {
  const found = new Set(field.personal === undefined ? [] : [field.personal])
  for (const inner of field.fields ?? []) for (const each of personalOf(inner)) found.add(each)
  return found
}

/** A list of such elements. */
export function listOf(element: Facts, over: Partial<Facts> = {}): Facts {
  const { sources, personal, origins } = element
  return { ...unknown, kind: 'list', sources, personal, origins, element, fields: element.fields, ...over }
}

/** What several values put together carry: their sources and personal data. */
export function mergeFacts(parts: readonly Facts[]): Pick<Facts, 'sources' | 'personal' | 'origins'> {
  return {
    sources: [...new Set(parts.flatMap(({ sources }) => sources))],
    personal: new Set(parts.flatMap(({ personal }) => [...personal])),
    origins: [...new Set(parts.flatMap(({ origins }) => origins))],
  }
}

/** Facts of a value that is one of several; what they do not share is unknown. */
export function eitherFacts(parts: readonly Facts[], isOptional: boolean): Facts {
  const [first, ...rest] = parts
  if (first === undefined) return { ...unknown, isOptional }
  const shared = <K extends keyof Facts>(key: K): Facts[K] | undefined =>
    rest.every((each) => each[key] === first[key]) ? first[key] : undefined
  const maxes = parts.map(({ max }) => max)
  const values = parts.map((each) => each.values)
  return {
    ...mergeFacts(parts),
    kind: shared('kind') ?? 'any',
    isOptional,
    max: maxes.every((max) => max !== undefined) ? Math.max(...maxes) : undefined,
    decimal: shared('decimal'),
    format: shared('format'),
    codes: shared('codes'),
    example: shared('example'),
    values: values.every((set) => set !== undefined) ? new Set(values.flatMap((set) => [...set])) : undefined,
    check: shared('check'),
    fields: shared('fields'),
    element: shared('element'),
  }
}
