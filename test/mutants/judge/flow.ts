// Judges changes of flows: which calls follow from good canonical values, in which order they must come, and what they
// send. Steps that do not need each other run at once, so a result is there only for a step that needs it.
import { QiaoError } from '../../../core/errors.ts'
import type { Flow } from '../../../core/flow/flow.ts'
import type { System } from '../../../core/flow/system.ts'
import type { LibraryJudge } from './library.ts'

/** What a flow does with the examples of its type, as text. */
export async function plan(
  flow: Flow,
  systems: ReadonlyMap<string, System>,
  { library, canonical }: LibraryJudge,
): Promise<string> {
  const result: unknown[] = []
  for (const { value, steps } of canonical(flow.type)) {
    const applied = [...flow.steps.values()].filter((step) => step.applies(value))
    for (const step of applied.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const before = closure(flow, step.needs)
      const seen = Object.fromEntries(Object.entries(steps).filter(([name]) => before.has(name)))
      const operation = systems.get(step.system)?.operations.get(step.operation)
      const meta = {
        messageId: 'm',
        acceptedAt: '2026-03-02 09:30:00',
        now: '2026-03-02 09:30:00',
        source: 'housing',
        type: flow.type,
        key: 'key',
      }
      const outbound = library.outbound(step.mapping)
      result.push([
        step.name,
        step.system,
        operation ?? 'no such operation',
        [...before].sort(),
        await apply(() => outbound?.apply(value, { meta, steps: seen })),
      ])
    }
  }
  return JSON.stringify(result)
}

function closure(flow: Flow, needs: readonly string[]): Set<string> {
  const all = new Set<string>()
  for (const name of needs) {
    all.add(name)
    for (const further of closure(flow, flow.steps.get(name)?.needs ?? [])) all.add(further)
  }
  return all
}

async function apply(work: () => unknown): Promise<unknown> {
  try {
    return (await work()) ?? 'no such mapping'
  } catch (error) {
    return error instanceof QiaoError ? error.issues.map(({ path, rule }) => `${path} ${rule}`) : 'crash'
  }
}
