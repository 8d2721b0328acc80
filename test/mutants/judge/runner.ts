// How one mapping is fed: good documents in, what comes out as text.
import { QiaoError } from '../../../core/errors.ts'
import { encodeDocument, parseDocument } from '../../../core/mapping/format/format.ts'
import type { Intake } from '../../../core/mapping/intake.ts'
import type { Library } from '../../../core/mapping/library.ts'
import type { Outbound } from '../../../core/mapping/outbound.ts'
import type { MapContext } from '../../../core/mapping/run.ts'
import type { Field } from '../../../core/mapping/schema/field.ts'
import type { Schema } from '../../../core/mapping/schema/schema.ts'
import type { Book, Mapping } from '../book.ts'
import { type Hints, samples } from '../sample.ts'

/** A case as it is written. */
export type CaseData = {
  given?: unknown
  text?: string
  type?: string
  steps?: Record<string, unknown>
  meta?: Record<string, string>
  expect?: unknown
}

/** A document on its way in. `shipped`: given by a case of the mapping, as it is. */
export type Input = { value: unknown; type: string; context: MapContext; shipped: boolean }

/** How one mapping is fed. */
export type Runner = {
  name: string
  /** shipped examples, and what the library's source table promises; with `only` at these paths */
  inputs(library: Library, only?: readonly string[]): Input[]
  /** the table whose promise decides which documents can come */
  promised(library: Library, input: Input): boolean
  /** what comes out, as text; undefined when the library has no such mapping */
  outcome(library: Library, input: Input): Promise<Outcome | undefined>
  /** the source's fields */
  fields(library: Library): readonly Field[]
  /** where the result holds personal data */
  personal(library: Library): string
}

/** What came out as text, and the place and rule of each complaint. */
export type Outcome = { text: string; issues: readonly string[] }

const meta = {
  messageId: '01JNCASE000000000000000000',
  acceptedAt: '2026-03-02 09:30:00',
  now: '2026-03-02 09:30:00',
}

/** Feeds an intake mapping with the bodies of a department. */
export function intakeRunner(
  mapping: Mapping,
  book: Book,
  cases: readonly CaseData[],
  shipped: Library,
): Runner {
  const from = mapping.from[0]?.name ?? ''
  const data = mapping.page.data as { format?: Intake['format']; charset?: string; split?: string }
  const format = data.format ?? 'json'
  const source = mapping.name.split('/')[0] ?? ''
  const hints = hintsOf(mapping, book)
  const bodies = new WeakMap<Input, Buffer>()
  const bodyOf = (library: Library, input: Input): Buffer => {
    const known = bodies.get(input)
    if (known !== undefined) return known
    const body =
      format === 'json'
        ? Buffer.from(JSON.stringify(input.value))
        : encodeDocument(format, input.value, { root: library.schemas.get(from)?.root }).content
    bodies.set(input, body)
    return body
  }
  const bases = cases.flatMap((row) => {
    const text = row.text ?? (typeof row.given === 'string' ? row.given : JSON.stringify(row.given))
    return [
      format === 'json'
        ? JSON.parse(text)
        : parseDocument(format, Buffer.from(text.replace(/encoding="[^"]*"/, '')), undefined).value,
    ]
  })
  const documents = (schema: Schema | undefined, only?: readonly string[]): unknown[] => {
    if (schema === undefined) return []
    if (data.split !== '$') return samples(schema.fields, bases, hints, only)
    return samples(schema.fields, bases.flat(), hints, only).map((element) => [element])
  }
  const input = (value: unknown): Input => ({
    value,
    type: '',
    shipped: bases.includes(value),
    context: { meta: { ...meta, source }, steps: {} },
  })
  const issuesOf = (library: Library, value: unknown, context: MapContext): string[] => {
    const schema = library.schemas.get(from)
    const list = data.split === '$' && Array.isArray(value) ? value : [value]
    return list.flatMap(
      (each) =>
        schema?.validate(each, context).issues.map(({ path, rule }) => `${path} ${rule}`) ?? 'missing',
    )
  }
  // a shipped example may send more than its table says
  const excused = new Set(
    bases.flatMap((base) => issuesOf(shipped, base, { meta: { ...meta, source }, steps: {} })),
  )
  return {
    name: mapping.name,
    inputs: (library, only) =>
      [...(data.split === '$' ? bases : []), ...documents(library.schemas.get(from), only)].map(input),
    fields: (library) => library.schemas.get(from)?.fields ?? [],
    promised: (library, { value, context }) =>
      issuesOf(library, value, context).every((issue) => excused.has(issue)),
    outcome: async (library, input) => {
      const intake = library.intake(mapping.name)
      return intake && attempt(() => intake.accept(bodyOf(library, input), undefined, input.context))
    },
    personal: (library) => JSON.stringify(library.types.get(mapping.to.name)?.personal),
  }
}

/** Feeds an outbound mapping with canonical values. */
export function outboundRunner(mapping: Mapping, book: Book, cases: readonly CaseData[]): Runner {
  const hints = hintsOf(mapping, book)
  const first = mapping.from[0]?.name ?? ''
  const context = (row: CaseData | undefined, type: string): MapContext => ({
    meta: { ...meta, source: 'housing', type, key: 'key', ...row?.meta },
    steps: row?.steps ?? {},
  })
  const inputs: Runner['inputs'] = (library, only) =>
    mapping.from.flatMap(({ name }) => {
      const rows = cases.filter((row) => (row.type ?? first) === name)
      const bases = rows.map((row) => row.given)
      const table = library.types.get(name)
      if (table === undefined) return []
      return samples(table.fields, bases, hints, only).map(
        (value): Input => ({
          value,
          type: name,
          shipped: bases.includes(value),
          context: context(rows[0], name),
        }),
      )
    })
  return {
    name: mapping.name,
    inputs,
    fields: (library) => mapping.from.flatMap(({ name }) => library.types.get(name)?.fields ?? []),
    promised: (library, { value, type, context }) =>
      library.types.get(type)?.validate(value, context).issues.length === 0,
    outcome: async (library, { value, type, context, shipped }) => {
      const outbound: Outbound | undefined = library.outbound(mapping.name)
      if (outbound === undefined) return undefined
      // what the type itself refuses never gets this far; a shipped example must
      if (shipped && library.types.get(type)?.validate(value, context).issues.length !== 0)
        return { text: 'refused by its type', issues: [] }
      return attempt(() => outbound.apply(value as Record<string, unknown>, context))
    },
    personal: (library) =>
      JSON.stringify([
        library.outbound(mapping.name)?.personal,
        mapping.from.map(({ name }) => library.types.get(name)?.personal),
      ]),
  }
}

/** Outside codes, dates and numbers that the mapping can take at each source path. */
function hintsOf(mapping: Mapping, book: Book): Hints {
  const hints = new Map<string, unknown[]>()
  for (const { expression, uses, field } of mapping.entries) {
    const row = expression as { code?: string; map?: string; from?: unknown } | null
    for (const { path } of uses) {
      const list = hints.get(path) ?? []
      hints.set(path, list)
      if (typeof row === 'object' && typeof row?.from === 'string' && row.from.startsWith('epoch'))
        list.push(0, 1767225600000, 1767225600)
      if (typeof row === 'object' && row?.map !== undefined) {
        const table = book.codes.get(row.code ?? '')?.data as { maps?: Record<string, object> } | undefined
        list.push(...Object.keys(table?.maps?.[row.map] ?? {}))
      }
      if (typeof field?.data.check === 'string') list.push('13900000000', '510703')
    }
  }
  return hints
}

async function attempt(work: () => unknown): Promise<Outcome> {
  try {
    return { text: JSON.stringify(await work()) ?? 'nothing', issues: [] }
  } catch (error) {
    if (!(error instanceof QiaoError)) return { text: `crash ${(error as Error).message}`, issues: ['crash'] }
    const issues = error.issues.map(({ path, rule }) => `${path} ${rule}`)
    return {
      text: `refused ${error.code} ${issues.sort().join(', ')}`,
      issues: issues.length > 0 ? issues : [error.code],
    }
  }
}
