// What an operator does with one dead delivery: skip it, or try it again from its place.
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { resolveDead } from '../ledger/dead.ts'
import { loadMessage, viewMessage } from '../ledger/message.ts'
import type { Release } from '../ledger/settle.ts'
import { type Actor, newAction } from './action.ts'
import { placeOf } from './place.ts'
import type { Wake } from './queue.ts'
import type { Registry } from './registry.ts'
import { dependants } from './settlement.ts'

/** Names a delivery, as a caller wrote it. */
export type Target = { message: string; step: string }

/** The lanes to wake, or why nothing was done. */
export type Resolved = readonly Wake[] | 'unknown' | 'not-dead'

/**
 * Skips or replays a dead delivery; a skip frees the steps that wait for it. Of several at once only one finds it dead.
 * A replay needs none of the files the message was accepted with.
 */
export async function resolveDelivery(
  { database, registry }: { database: Database; registry: Registry },
  { message, step }: Target,
  action: 'skip' | 'replay',
  actor: Actor,
): Promise<Resolved> {
  const stored = isId(message) ? await loadMessage(database.query, message) : undefined
  const view = stored && (await viewMessage(database.query, message))
  if (!stored || !view?.deliveries.some((delivery) => delivery.step === step)) return 'unknown'
  const releases = action === 'skip' ? await releasesOf(registry, stored, step) : []
  const deed = newAction({ ...actor, action, message, step })
  const found = await resolveDead(database, { ...deed, action, message, step, releases })
  return found ? [found, ...releases] : 'not-dead'
}

/** Steps that wait for this one, by the files the message was accepted with. */
async function releasesOf(
  registry: Registry,
  { bundle: id, type, key }: { bundle: number; type: string; key: string },
  name: string,
): Promise<Release[]> {
  const bundle = await registry.pinned(id)
  const flow = bundle.flows.get(type)
  const step = flow?.steps.get(name)
  if (!flow || !step) return []
  return dependants(flow, step).map((other) => ({
    step: other.name,
    needs: other.needs,
    ...placeOf(bundle, flow, other.name, key),
  }))
}
