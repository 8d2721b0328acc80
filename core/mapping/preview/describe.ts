// Values of a traced result as a preview shows them.
import type { Issue } from '../../errors.ts'
import type { Plan } from '../explain/explain.ts'
import { phrase } from '../explain/phrase.ts'
import type { Target } from '../explain/targets.ts'
import { leavesOf } from '../leaves.ts'
import type { Library } from '../library.ts'
import { gapsOf } from './gaps.ts'
import type { TracedValue } from './traced-values.ts'
import type { Preview, PreviewIssue, PreviewSource, PreviewValue } from './types.ts'
import type { Seen } from './watched.ts'

/** A traced result: its values with their sources, and the targets that stayed empty. */
export function resultOf(
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

/** The values of a document that were not read. */
export function unusedOf(document: unknown, read: ReadonlySet<string>): PreviewSource[] {
  const whole = [...read]
  const isRead = (path: string): boolean =>
    read.has(path) || whole.some((one) => path.startsWith(`${one}.`) || path.startsWith(`${one}[`))
  return leavesOf(document).filter(({ path, value }) => value !== null && value !== '' && !isRead(path))
}

/** An issue with its line in the mapping file: intake issues name the sender's path, outbound issues the target. */
export function placeIssue(issue: Issue, plan: Plan, library: Library): PreviewIssue {
  const general = issue.path.replace(/\[\d+\]/g, '[*]')
  const target =
    plan.targets.find(({ path }) => path === general) ??
    plan.targets.find(({ expression, scene }) =>
      phrase(expression, { scene, codes: library.codes }).sources.some(({ path }) => path === general),
    )
  return target ? { ...issue, line: plan.source.at(target.at).line } : issue
}
