// What an operator does with one dead delivery: skip it, try it again from its place, or confirm that it arrived.
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { resolveDead } from '../ledger/dead.ts'
import { loadMessage, viewMessage } from '../ledger/message.ts'
import type { Release } from '../ledger/settle.ts'
import { type Actor, newAction } from './action.ts'
import type { Step } from './flow.ts'
import { placeOf } from './place.ts'
import type { Wake } from './queue.ts'
import type { Loaded, Registry } from './registry.ts'
import { dependants } from './settlement.ts'

/** Names a delivery, as a caller wrote it. */
export type Target = { message: string; step: string }

/** The lanes to wake, or why nothing was done. */
export type Resolved = readonly Wake[] | 'unknown' | 'not-dead' | 'needed'

/** What may be done: `confirm` says that a delivery whose request may have arrived did arrive. */
export const resolutions = ['skip', 'replay', 'confirm'] as const

/**
 * Skips, replays or confirms a dead delivery; a skip or a confirmation frees the steps that wait for it. What a later
 * step needs the result of cannot be confirmed. Of several at once only one finds it dead. A replay needs none of the
 * files the message was accepted with.
 */
export async function resolveDelivery(
  { database, registry }: { database: Database; registry: Registry },
  { message, step }: Target,
  action: (typeof resolutions)[number],
  actor: Actor,
): Promise<Resolved> {
  const stored = isId(message) ? await loadMessage(database.query, message) : undefined
  const view = stored && (await viewMessage(database.query, message))
  const steps = view?.deliveries.map((delivery) => delivery.step)
  if (!stored || !steps?.includes(step)) return 'unknown'
  const waiting = action === 'replay' ? [] : await waitingFor(registry, stored, step)
  if (action === 'confirm' && waiting.some((other) => other.reads && steps.includes(other.step)))
    return 'needed'
  const releases = waiting.map(({ reads: _, ...release }) => release)
  const deed = newAction({ ...actor, action, message, step })
  const found = await resolveDead(database, { ...deed, action, message, step, releases })
  return found ? [found, ...releases] : 'not-dead'
}

/** Steps that wait for this one, by the files the message was accepted with; `reads`: and that look up its result. */
async function waitingFor(
  registry: Registry,
  { bundle: id, type, key }: { bundle: number; type: string; key: string },
  name: string,
): Promise<(Release & { reads: boolean })[]> {
  const bundle = await registry.pinned(id)
  const flow = bundle.flows.get(type)
  const step = flow?.steps.get(name)
  if (!flow || !step) return []
  return dependants(flow, step).map((other) => ({
    step: other.name,
    needs: other.needs,
    ...placeOf(bundle, flow, other.name, key),
    reads: readsResult(bundle, other, name),
  }))
}

function readsResult({ library }: Loaded, { mapping }: Step, name: string): boolean {
  return library.outbound(mapping)?.lookups.some(({ step }) => step === name) ?? false
}
