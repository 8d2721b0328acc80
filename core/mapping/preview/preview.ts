// One document through one mapping, and for every value of the result where it came from; for every target without a
// value why there is none; and what of the document no target took.
import { type Issue, QiaoError } from '../../errors.ts'
import type { Source } from '../../yaml.ts'
import { type Plan, planOf } from '../explain/explain.ts'
import { phrase } from '../explain/phrase.ts'
import { isObject, type Target } from '../explain/targets.ts'
import { parseDocument } from '../format/format.ts'
import { compileIntake, type Intake } from '../intake.ts'
import { leavesOf } from '../leaves.ts'
import type { Library } from '../library.ts'
import { mappingShape, type Surroundings } from '../mapping.ts'
import type { KnownValue } from '../mask.ts'
import { personalValues } from '../mask.ts'
import { compileOutbound, type Outbound } from '../outbound.ts'
import { reportInto } from '../problems.ts'
import type { MapContext } from '../run.ts'
import type { CanonicalType } from '../schema/canonical.ts'
import type { PersonalPath } from '../schema/schema.ts'
import { gapsOf, type PreviewGap } from './gaps.ts'
import { createTracer, type TracedValue } from './trace.ts'
import type { Seen } from './watched.ts'

/** A value of the source document; `path`: `items[2].name`, `meta acceptedAt`, `step seal.signedValue`. */
export type PreviewSource = { path: string; value?: unknown }

/**
 * A single value of the result with the line of the mapping file that made it. `means`: the label of a code; `sources`:
 * what it was made from; `conditions`: what decided that it was.
 */
export type PreviewValue = {
  path: string
  target: string
  zh: string
  value: unknown
  means?: string
  kind: string
  line: number
  sources: PreviewSource[]
  conditions: PreviewSource[]
}

/** An issue, with the line of the mapping file it belongs to where that is known. */
export type PreviewIssue = Issue & { line?: number }

export type Preview = {
  mapping: string
  file: string
  ok: boolean
  /** one per record, or the one document; documents inside text fields are shown as what they hold */
  results: { values: PreviewValue[]; gaps: PreviewGap[] }[]
  /** values of the document no target took */
  unused: PreviewSource[]
  /** code of the refusal, with its issues */
  error?: string
  detail?: string
  issues: PreviewIssue[]
  /** outbound: what keeps the document from being its canonical type, which the hub would never have accepted */
  misfits: Issue[]
  /** what must not be shown */
  privacy: { target: readonly PersonalPath[]; source: readonly PersonalPath[]; known: readonly KnownValue[] }
}

/** The document and what it came with. */
export type PreviewInput = { body: Buffer; contentType: string | undefined; context: MapContext }

/** Previews a mapping of the library; `sources` are the folder's files by name. Undefined when there is none. */
export async function previewMapping(
  name: string,
  library: Library,
  sources: ReadonlyMap<string, Source>,
  input: PreviewInput,
): Promise<Preview | undefined> {
  const plan = planOf(name, library, sources)
  const intake = library.intake(name)
  const outbound = library.outbound(name)
  if (!plan || !(intake ?? outbound)) return undefined
  const personal = plan.from.flatMap(
    (one) => (intake ? library.schemas : library.types).get(one)?.personal ?? [],
  )
  const base = { mapping: name, file: plan.source.file, results: [], unused: [], issues: [], misfits: [] }
  const seen: { document?: unknown } = {}
  const privacy = (): Preview['privacy'] => ({
    target: plan.schema.personal,
    source: personal,
    known: seen.document === undefined ? [] : personalValues(seen.document, personal),
  })
  try {
    const made = intake
      ? await previewIntake(intake, plan, library, input, seen)
      : await previewOutbound(outbound as Outbound, plan, library, input, seen)
    return { ...base, ...made, ok: true, privacy: privacy() }
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const { code, detail } = error
    const issues = error.issues.map((issue) => placeIssue(issue, plan, library))
    const type = intake ? undefined : typeOf(library, plan, seen.document, input.context)
    const misfits = type ? fitOf(type, seen.document, input.context) : []
    const said = detail === undefined ? {} : { detail }
    return { ...base, ok: false, error: code, ...said, issues, misfits, privacy: privacy() }
  }
}

type Made = Pick<Preview, 'results' | 'unused' | 'misfits'>

/** The document is told as soon as it is parsed, for the masks of what is said about a refusal. */
type Told = { document?: unknown }

async function previewIntake(
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

async function previewOutbound(
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
function typeOf(
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

/** Codes may have been retired since the document was accepted. */
function fitOf(type: CanonicalType, document: unknown, context: MapContext): Issue[] {
  return type.validate(document, context).issues.filter(({ rule }) => rule !== 'retired')
}

function resultOf(
  traced: readonly TracedValue[],
  plan: Plan,
  library: Library,
  document: unknown,
  item: unknown,
): Preview['results'][number] {
  const filled = new Set(traced.map(({ target }) => target))
  return {
    values: traced.map((value) => describe(value, plan)),
    gaps: gapsOf(plan, library, filled, document, item),
  }
}

function describe({ path, target: place, value, trace }: TracedValue, plan: Plan): PreviewValue {
  const target = targetOf(place, plan.targets)
  const means = target?.field?.codes?.codes.get(String(value))?.zh
  return {
    path,
    target: target?.path ?? place,
    zh: target?.path === place ? (target.field?.zh ?? '') : '',
    value,
    ...(means === undefined ? {} : { means }),
    kind: trace?.kind ?? '',
    line: trace ? plan.source.at(trace.at).line : 1,
    sources: (trace?.sources ?? []).map(shown),
    conditions: (trace?.conditions ?? []).map(shown),
  }
}

const shown = ({ path, value }: Seen): PreviewSource => (value === undefined ? { path } : { path, value })

/** The target a place belongs to: itself, or the nearest one around it. */
function targetOf(place: string, targets: readonly Target[]): Target | undefined {
  return targets
    .filter(({ path }) => place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`))
    .sort((a, b) => b.path.length - a.path.length)[0]
}

function unusedOf(document: unknown, read: ReadonlySet<string>): PreviewSource[] {
  const whole = [...read]
  const isRead = (path: string): boolean =>
    read.has(path) || whole.some((one) => path.startsWith(`${one}.`) || path.startsWith(`${one}[`))
  return leavesOf(document).filter(({ path, value }) => value !== null && value !== '' && !isRead(path))
}

/** Intake issues name the sender's path, outbound issues the target. */
function placeIssue(issue: Issue, plan: Plan, library: Library): PreviewIssue {
  const general = issue.path.replace(/\[\d+\]/g, '[*]')
  const target =
    plan.targets.find(({ path }) => path === general) ??
    plan.targets.find(({ expression, scene }) =>
      phrase(expression, { scene, codes: library.codes }).sources.some(({ path }) => path === general),
    )
  return target ? { ...issue, line: plan.source.at(target.at).line } : issue
}
