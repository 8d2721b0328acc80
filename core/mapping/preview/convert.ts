// Converts a document twice: as the hub does it, which may refuse it, and traced.
import { type Issue, QiaoError } from '../../errors.ts'
import type { Plan } from '../explain/explain.ts'
import { isObject } from '../explain/targets.ts'
import { parseDocument } from '../format/format.ts'
import { compileIntake, type Intake } from '../intake.ts'
import type { Library } from '../library.ts'
import { mappingShape, type Surroundings } from '../mapping.ts'
import { compileOutbound, type Outbound } from '../outbound.ts'
import { reportInto } from '../problems.ts'
import type { MapContext } from '../run.ts'
import type { CanonicalType } from '../schema/canonical.ts'
import { resultOf, unusedOf } from './describe.ts'
import { createTracer } from './trace.ts'
import type { Preview, PreviewInput } from './types.ts'

/** What a conversion shows. */
export type Made = Pick<Preview, 'results' | 'unused' | 'misfits'>

/** The document is told as soon as it is parsed, for the masks of what is said about a refusal. */
export type Told = { document?: unknown }

/** A document of a department. Throws QiaoError when it is refused. */
export async function previewIntake(
  intake: Intake,
  plan: Plan,
  library: Library,
  { body, contentType, context }: PreviewInput,
  told: Told,
): Promise<Made> {
  const run = intake.parse(body, contentType, context)
  told.document = run.root
  await intake.convert(run)
  const { tracer, file, around } = tracing(plan, library)
  const from = library.schemas.get(intake.from)
  const to = library.types.get(intake.to)
  if (!from || !to) throw new TypeError(`${intake.name} has lost its tables`)
  const watched = compileIntake(intake.name, file, from, to, around)
  const again = watched.parse(body, contentType, context)
  const document = again.root
  again.root = tracer.watch(document)
  const records = await watched.convert(again)
  const items = itemsOf(document, intake.split, records.length)
  const results = records.map(({ value }, i) =>
    resultOf(tracer.valuesOf(value), plan, library, document, items[i]),
  )
  return { results, unused: unusedOf(document, tracer.read), misfits: [] }
}

/** The items records were made of, as far as there is one for each. */
function itemsOf(document: unknown, split: string | undefined, count: number): readonly unknown[] {
  if (split === undefined) return [document]
  const list =
    split === '$'
      ? document
      : split.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), document)
  const items = Array.isArray(list) ? list : [list]
  return items.length === count ? items : []
}

/** A canonical document. Throws QiaoError when it is refused. */
export async function previewOutbound(
  outbound: Outbound,
  plan: Plan,
  library: Library,
  { body, context }: PreviewInput,
  told: Told,
): Promise<Made> {
  const { value: document } = parseDocument('json', body, undefined)
  if (!isObject(document))
    throw new QiaoError('body.json', { detail: 'a canonical document is a JSON object' })
  told.document = document
  const type = typeOf(library, plan, document, context)
  const meta = { type: type?.name ?? '', key: type?.keyOf(document) ?? '', ...context.meta }
  await outbound.apply(document, { ...context, meta })
  const { tracer, file, around } = tracing(plan, library)
  const to = library.schemas.get(outbound.to)
  if (!to) throw new TypeError(`${outbound.name} has lost its schema`)
  const from = plan.from.flatMap((name) => library.types.get(name) ?? [])
  // documents inside text fields stay open, so that each of their values is shown
  const watched = compileOutbound(outbound.name, file, from, { ...to, fold: undefined }, around)
  const value = await watched.apply(tracer.watch(document) as Record<string, unknown>, { ...context, meta })
  const results = [resultOf(tracer.valuesOf(value), plan, library, document, document)]
  const misfits = type ? fitOf(type, document, context) : []
  return { results, unused: unusedOf(document, tracer.read), misfits }
}

/** What a traced compilation of the mapping's file needs. Its problems are none: it compiled before. */
function tracing({ source }: Plan, { codes, functions }: Library) {
  const tracer = createTracer()
  const file = mappingShape.parse(source.data)
  const around: Surroundings = { codes, functions, report: reportInto([], source), hooks: tracer.hooks }
  return { tracer, file, around }
}

/** Of several canonical types the one the document fits best. */
export function typeOf(
  { types }: Library,
  { from }: Plan,
  document: unknown,
  context: MapContext,
): CanonicalType | undefined {
  const [best] = from
    .flatMap((name) => types.get(name) ?? [])
    .map((type) => ({ type, faults: type.validate(document, context).issues.length }))
    .sort((a, b) => a.faults - b.faults)
  return best?.type
}

/** What keeps a document from being of a type; codes may have been retired since it was accepted. */
export function fitOf(type: CanonicalType, document: unknown, context: MapContext): Issue[] {
  return type.validate(document, context).issues.filter(({ rule }) => rule !== 'retired')
}
