// Whether other files leave a step its place: only then may a delivery of older files go by them.
import type { Bundle } from './bundle.ts'
import { dependants } from './settlement.ts'

/**
 * Whether a step has the same system, needs and dependants in both sets of files: what it waits for, and what waits for
 * it, was planned when the message was accepted, and would be waited for in vain otherwise. Of lost files (`before`
 * undefined) only the system is known.
 */
export function keepsPlace(
  after: Bundle,
  before: Bundle | undefined,
  { type, step, system }: { type: string; step: string; system: string },
): boolean {
  const place = placeIn(after, type, step)
  if (place?.system !== system) return false
  return before === undefined || JSON.stringify(place) === JSON.stringify(placeIn(before, type, step))
}

function placeIn(bundle: Bundle, type: string, name: string) {
  const flow = bundle.flows.get(type)
  const step = flow?.steps.get(name)
  if (!flow || !step) return undefined
  const waiting = dependants(flow, step).map((other) => [other.name, other.system, other.needs])
  return { system: step.system, needs: step.needs, waiting }
}
