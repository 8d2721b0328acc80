// Where deliveries belong: which steps of a flow a record has, and in which lane of a system a key is.
import type { NewDelivery } from '../ledger/post.ts'
import type { CanonicalRecord } from '../mapping/intake.ts'
import type { Flow, Step } from './flow.ts'
import { laneOf } from './lanes.ts'
import type { Wake } from './queue.ts'
import type { Loaded, Registry } from './registry.ts'

/**
 * The deliveries of a record accepted at a moment (ISO 8601, UTC): one per step that applies; a step waits for those of
 * its needs that apply.
 */
export function planDeliveries(bundle: Loaded, record: CanonicalRecord, acceptedAt: string): NewDelivery[] {
  const flow = bundle.flows.get(record.type)
  if (!flow) return []
  const steps = [...flow.steps.values()].filter((step) => step.applies(record.value))
  const names = new Set(steps.map((step) => step.name))
  const due = bundle.library.types.get(record.type)?.coverage?.dueOf(record.value)
  return steps.map((step) => ({
    step: step.name,
    key: record.key,
    ...placeOf(bundle, flow, step.name, record.key),
    state: step.needs.some((need) => names.has(need)) ? 'held' : 'ready',
    promisedAt: promisedAt(due, step, acceptedAt),
  }))
}

/** By when a step was promised: what the document says, or its own time after acceptance, whichever comes first. */
function promisedAt(due: number | undefined, { within }: Step, acceptedAt: string): string | undefined {
  if (within === undefined) return due === undefined ? undefined : new Date(due).toISOString()
  const own = Date.parse(acceptedAt) + within
  return new Date(due === undefined ? own : Math.min(due, own)).toISOString()
}

/** System and lane of a step for a key. */
export function placeOf(bundle: Loaded, flow: Flow, step: string, key: string): Wake {
  const system = flow.steps.get(step)?.system ?? ''
  return { system, lane: laneOf(key, bundle.systems.get(system)?.lanes ?? 1) }
}

/** Everything a delivery was pinned to. Throws when the files are lost or have no such place. */
export async function pinnedPlace(
  registry: Registry,
  { bundle: id, type, step: name }: { bundle: number; type: string; step: string },
  systemName: string,
) {
  const bundle = await registry.pinned(id)
  const flow = bundle.flows.get(type)
  const step = flow?.steps.get(name)
  const system = bundle.systems.get(systemName)
  const link = bundle.links.get(systemName)
  if (!flow || !step || !system || !link) throw new Error(`bundle ${id} has no step ${name}`)
  return { bundle, flow, step, system, link }
}
