// A mapping in words: for each target its name and type, where its value comes from, how it is converted, what is
// checked, and which errors that can give. The text for the meeting with the department or the platform.
import type { Source } from '../../yaml.ts'
import { groupShape } from '../expression/grouping.ts'
import type { Library } from '../library.ts'
import type { Field } from '../schema/field.ts'
import { shapeOf } from '../schema/shape.ts'
import { demands } from './checks.ts'
import type { CodeUse } from './codes.ts'
import type { Demand } from './errors.ts'
import { phrase } from './phrase.ts'
import { enter, type Scene, typeText } from './scene.ts'
import { isObject, listTargets, type Target } from './targets.ts'

/** A source field as the text names it. */
export type ExplainedSource = { path: string; zh?: string; type?: string }

/** One target. `how`: the conversion in words; `checks`: what the value must meet, by the rule of the error. */
export type ExplainedTarget = {
  target: string
  zh: string
  type: string
  required: 'Y' | 'N' | 'C'
  personal?: string
  line: number
  sources: ExplainedSource[]
  how: { en: string; zh: string }
  codes: CodeUse[]
  checks: Demand[]
}

export type Explanation = {
  mapping: string
  file: string
  direction: 'intake' | 'outbound'
  from: string[]
  to: string
  format: string
  title: string
  targets: ExplainedTarget[]
}

/** Explains a mapping of the library; `sources` are the folder's files by name. Undefined when there is none. */
export function explainMapping(
  name: string,
  library: Library,
  sources: ReadonlyMap<string, Source>,
): Explanation | undefined {
  const plan = planOf(name, library, sources)
  if (!plan) return undefined
  const { source, schema, direction } = plan
  const file = sources.get(
    direction === 'intake' ? `canonical/${schema.name}.yaml` : `schemas/${schema.name}.yaml`,
  )
  const rules = isObject(file?.data) && Array.isArray(file.data.rules) ? file.data.rules : []
  return {
    mapping: name,
    file: source.file,
    direction,
    from: plan.from,
    to: schema.name,
    format: plan.format,
    title: schema.title,
    targets: plan.targets.map((target) => explainTarget(target, library, source, rules)),
  }
}

/** What a mapping file says, target by target, with its schemas at hand. */
export function planOf(name: string, library: Library, sources: ReadonlyMap<string, Source>) {
  const source = sources.get(`${name}.yaml`)
  const intake = library.intake(name)
  const outbound = library.outbound(name)
  const schema = intake ? library.types.get(intake.to) : library.schemas.get(outbound?.to ?? '')
  const data = isObject(source?.data) ? source.data : {}
  if (!source || !schema) return undefined
  const direction = intake ? ('intake' as const) : ('outbound' as const)
  const from = intake ? [intake.from] : [...(outbound?.from ?? [])]
  const known = from.flatMap((one) => (intake ? library.schemas : library.types).get(one)?.fields ?? [])
  const scene = sceneOf(
    intake ? [known] : from.map((one): readonly Field[] => library.types.get(one)?.fields ?? []),
    data.split,
    data.group !== undefined,
  )
  const format = (intake ?? outbound)?.format ?? 'json'
  return {
    source,
    schema,
    direction,
    from,
    format,
    targets: listTargets(data.fields, schema.fields, scene),
    scene,
  }
}

/** A mapping file made ready to be spoken of. */
export type Plan = NonNullable<ReturnType<typeof planOf>>

function sceneOf(alternatives: readonly (readonly Field[])[], split: unknown, isGroup: boolean): Scene {
  const shape = shapeOf(...alternatives)
  const whole: Scene = { root: shape, item: shape, prefix: '', outer: undefined, isGroup: false }
  if (typeof split !== 'string') return whole
  if (split !== '$') return { ...enter(split, whole, isGroup), outer: undefined }
  // `$`: the document is the list, and the schema describes its element
  const item = isGroup ? groupShape(shape) : shape
  return { root: undefined, item, prefix: '[*]', outer: undefined, isGroup }
}

function explainTarget(
  { path, field, expression, at, scene }: Target,
  { codes }: Library,
  source: Source,
  rules: readonly unknown[],
): ExplainedTarget {
  const said = phrase(expression, { scene, codes })
  const paths = new Map(said.sources.map((one) => [one.path, one]))
  return {
    target: path,
    zh: field?.zh ?? '',
    type: field ? typeText(field) : 'any',
    required: field?.req ?? 'N',
    ...(field?.personal === undefined ? {} : { personal: field.personal }),
    line: source.at(at).line,
    sources: [...paths.values()].map(({ path: from, zh, type }) => ({
      path: from,
      ...(zh === undefined ? {} : { zh }),
      ...(type === undefined ? {} : { type }),
    })),
    how: { en: said.en, zh: said.zh },
    codes: said.codes,
    checks: demands(path, field, said.kinds, rules),
  }
}
