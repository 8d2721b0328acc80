// One document through one mapping, and for every value of the result where it came from; for every target without a
// value why there is none; and what of the document no target took.
import { QiaoError } from '../../errors.ts'
import type { Source } from '../../yaml.ts'
import { planOf } from '../explain/explain.ts'
import type { Library } from '../library.ts'
import { personalValues } from '../mask.ts'
import type { Outbound } from '../outbound.ts'
import { fitOf, previewIntake, previewOutbound, type Told, typeOf } from './convert.ts'
import { placeIssue } from './describe.ts'
import type { Preview, PreviewInput } from './types.ts'

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
  const seen: Told = {}
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
