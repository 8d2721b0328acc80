// One document through one mapping, and for every value of the result where it came from; for every target without a
// value why there is none.
import { type Issue, QiaoError } from '../errors.ts'
import type { Source } from '../yaml.ts'
import { compileCondition } from './condition.ts'
import { condition } from './explain/condition.ts'
import { planOf } from './explain/explain.ts'
import { phrase } from './explain/phrase.ts'
import type { Scene } from './explain/scene.ts'
import { isObject, listSource, type Target } from './explain/targets.ts'
import { parseDocument } from './format/format.ts'
import type { Intake } from './intake.ts'
import { leavesOf } from './leaves.ts'
import type { Library } from './library.ts'
import type { KnownValue } from './mask.ts'
import { personalValues } from './mask.ts'
import type { Outbound } from './outbound.ts'
import { compileSteps, PathError, parsePath } from './path.ts'
import { createRun, isAbsent, type MapContext } from './run.ts'
import type { PersonalPath } from './schema/schema.ts'

/** A source value; `path` as in the source document, with `[*]` where several elements went in. */
export type PreviewSource = { path: string; value?: unknown }

/** A value of the result, with the line of the mapping file that made it. */
export type PreviewValue = {
  path: string
  target: string
  zh: string
  value: unknown
  kind: string
  line: number
  sources: PreviewSource[]
}

/** A target that stayed empty. */
export type PreviewGap = {
  target: string
  zh: string
  required: 'Y' | 'N' | 'C'
  line: number
  en: string
  zhReason: string
}

/** An issue, with the line of the mapping file it belongs to where that is known. */
export type PreviewIssue = Issue & { line?: number }

export type Preview = {
  mapping: string
  file: string
  ok: boolean
  /** one per record, or the one document */
  results: { value: unknown; values: PreviewValue[]; gaps: PreviewGap[] }[]
  /** code of the refusal, with its issues */
  error?: string
  detail?: string
  issues: PreviewIssue[]
  /** what must not be shown */
  privacy: { target: readonly PersonalPath[]; source: readonly PersonalPath[]; known: readonly KnownValue[] }
}

/** The document and what it came with. */
export type PreviewInput = {
  body: Buffer
  contentType: string | undefined
  context: MapContext
}

type Plan = NonNullable<ReturnType<typeof planOf>>

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
  const origins = (intake ?? outbound)?.origins ?? new Map()
  let document: unknown
  const personal = plan.from.flatMap(
    (one) => (intake ? library.schemas : library.types).get(one)?.personal ?? [],
  )
  const base = { mapping: name, file: plan.source.file }
  const privacy = () => ({
    target: plan.schema.personal,
    source: personal,
    known: document === undefined ? [] : personalValues(document, personal),
  })
  try {
    document = intake ? readIntake(intake, library, plan, input) : readCanonical(input.body)
    const made = intake
      ? (await intake.accept(input.body, input.contentType, input.context)).map(({ value }) => value)
      : [
          await (outbound as Outbound).apply(
            document as Record<string, unknown>,
            metaOf(library, plan, document, input.context),
          ),
        ]
    const results = made.map((value, i) => ({
      value,
      values: valuesOf(value, plan, library, origins, document, i),
      gaps: gapsOf(value, plan, library, document, i),
    }))
    return { ...base, ok: true, results, issues: [], privacy: privacy() }
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const issues = error.issues.map((issue) => placeIssue(issue, plan, library))
    const detail = error.detail === undefined ? {} : { detail: error.detail }
    return { ...base, ok: false, results: [], error: error.code, ...detail, issues, privacy: privacy() }
  }
}

/** The document as the mapping reads it; its own errors are those of accept. */
function readIntake(
  intake: Intake,
  library: Library,
  plan: Plan,
  { body, contentType, context }: PreviewInput,
): unknown {
  const schema = library.schemas.get(intake.from)
  const file = isObject(plan.source.data) ? plan.source.data : {}
  const charset = typeof file.charset === 'string' ? file.charset : undefined
  const csv = isObject(file.csv) ? { csv: file.csv as never } : {}
  const { value } = parseDocument(intake.format, body, contentType, charset, {
    namespace: schema?.namespace,
    columns: (schema?.fields ?? []).map((field) => field.name),
    ...csv,
  })
  return schema?.open === undefined ? value : schema.open(value, createRun(value, context))
}

function readCanonical(body: Buffer): unknown {
  const { value } = parseDocument('json', body, undefined)
  if (!isObject(value)) throw new QiaoError('body.json', { detail: 'a canonical document is a JSON object' })
  return value
}

/** Of several canonical types the one the document fits best. */
function metaOf({ types }: Library, { from }: Plan, document: unknown, context: MapContext): MapContext {
  const [best] = from
    .flatMap((name) => types.get(name) ?? [])
    .map((type) => ({ type, faults: type.validate(document, context).issues.length }))
    .sort((a, b) => a.faults - b.faults)
  const meta = { type: best?.type.name ?? '', key: best?.type.keyOf(document) ?? '' }
  return { ...context, meta: { ...meta, ...context.meta } }
}

type Origins = ReadonlyMap<string, { sources: readonly string[]; kind: string; line: number }>

function valuesOf(
  result: unknown,
  plan: Plan,
  library: Library,
  origins: Origins,
  document: unknown,
  record: number,
): PreviewValue[] {
  const loose = plan.format === 'xml'
  return leavesOf(result).map(({ path, value }) => {
    const general = path.replace(/\[\d+\]/g, '[*]')
    const target = targetOf(general, plan.targets)
    const said = target && phrase(target.expression, { scene: target.scene, codes: library.codes })
    const origin = origins.get(target?.path ?? general)
    const from = origin?.sources ?? (said?.sources ?? []).map((source) => source.path)
    const indexes = target ? indexesOf(path, target, plan, record) : []
    return {
      path,
      target: target?.path ?? general,
      zh: target?.field?.zh ?? '',
      value,
      kind: origin?.kind ?? said?.kinds[0] ?? 'path',
      line: origin?.line ?? (target ? plan.source.at(target.at).line : 1),
      sources: [...new Set(from)].map((source) => sourceValue(source, indexes, document, loose)),
    }
  })
}

/** The target a place belongs to: itself, or the nearest one around it. */
function targetOf(general: string, targets: readonly Target[]): Target | undefined {
  const around = targets.filter(
    ({ path }) => general === path || general.startsWith(`${path}.`) || general.startsWith(`${path}[`),
  )
  return around.sort((a, b) => b.path.length - a.path.length)[0]
}

/** Indexes for the `[*]` of source paths, as far as elements of the result stand where they stand in the source. */
function indexesOf(path: string, target: Target, plan: Plan, record: number): number[] {
  const first = plan.scene.prefix.includes('[*]') ? [record] : []
  if (!target.path.includes('[*]')) return first
  const lists = plan.targets.filter(
    ({ path: list, expression }) => isObject(expression) && target.path.startsWith(`${list}[*]`),
  )
  const isMoved = lists.some(
    ({ expression }) =>
      isObject(expression) && (expression.each === undefined || expression.where !== undefined),
  )
  return isMoved ? first : [...first, ...[...path.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index))]
}

function sourceValue(
  source: string,
  indexes: readonly number[],
  document: unknown,
  loose: boolean,
): PreviewSource {
  let used = 0
  const path = source.replace(/\[\*\]/g, () => `[${indexes[used++] ?? '*'}]`)
  const value = valueAt(path, document, loose)
  return value === undefined ? { path } : { path, value }
}

function valueAt(path: string, document: unknown, loose: boolean): unknown {
  try {
    return compileSteps(parsePath(path).steps, loose)(document)
  } catch (error) {
    // `meta acceptedAt` and `step seal.signedValue` are no paths of the document
    if (error instanceof PathError) return undefined
    throw error
  }
}

function gapsOf(
  result: unknown,
  plan: Plan,
  library: Library,
  document: unknown,
  record: number,
): PreviewGap[] {
  const places = leavesOf(result).map(({ path }) => path.replace(/\[\d+\]/g, '[*]'))
  const isFilled = (path: string): boolean =>
    places.some((place) => place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`))
  const empty = plan.targets.filter(({ path }) => !isFilled(path))
  return empty
    .filter(({ path }) => !empty.some((other) => path.startsWith(`${other.path}[*]`)))
    .map((target) => {
      const { en, zh } = reasonOf(target, plan, library, document, record)
      const line = plan.source.at(target.at).line
      return {
        target: target.path,
        zh: target.field?.zh ?? '',
        required: target.field?.req ?? 'N',
        line,
        en,
        zhReason: zh,
      }
    })
}

function reasonOf(
  { expression, scene, path }: Target,
  plan: Plan,
  library: Library,
  document: unknown,
  record: number,
): { en: string; zh: string } {
  const failed = path.includes('[*]')
    ? undefined
    : falseCondition(expression, scene, itemOf(scene, plan, document, record))
  if (failed) return { en: `condition false: ${failed.en}`, zh: `条件不成立：${failed.zh}` }
  const said = phrase(expression, { scene, codes: library.codes })
  const list = isObject(expression) ? listSource(expression) : undefined
  const first = plan.scene.prefix.includes('[*]') ? [record] : []
  const found = said.sources.map((source) => sourceValue(source.path, first, document, plan.format === 'xml'))
  const absent = found.filter(({ value }) => isAbsent(value) || (Array.isArray(value) && value.length === 0))
  if (absent.length > 0) {
    const names = absent.map((source) => `\`${source.path}\``).join(', ')
    return { en: `source absent: ${names}`, zh: `来源为空：${names}` }
  }
  if (said.kinds.includes('step')) return { en: 'the earlier step left no result', zh: '前一步骤没有结果' }
  if (list !== undefined) return { en: 'no element gave anything', zh: '没有元素有值' }
  return { en: 'the expression gave nothing', zh: '表达式没有值' }
}

function itemOf(scene: Scene, plan: Plan, document: unknown, record: number): unknown {
  if (scene.prefix === '') return document
  return sourceValue(scene.prefix, [record], document, plan.format === 'xml').value
}

/** The condition of a `when` without else that did not hold. */
function falseCondition(
  expression: unknown,
  scene: Scene,
  item: unknown,
): { en: string; zh: string } | undefined {
  if (!isObject(expression) || expression.when === undefined || expression.else !== undefined)
    return undefined
  const holds = compileCondition(expression.when, (en): never => {
    throw new TypeError(en)
  })
  return holds(item) ? undefined : condition(expression.when, scene)
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
