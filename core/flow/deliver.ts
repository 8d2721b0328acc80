// One attempt of one delivery: map, sign, send, judge. Everything about the message is pinned to its bundle.
import type { Guarantee } from '../config.ts'
import { QiaoError } from '../errors.ts'
import type { Claimed } from '../ledger/lane.ts'
import type { Settlement } from '../ledger/settle.ts'
import { encodeDocument } from '../mapping/format/format.ts'
import type { Outbound } from '../mapping/outbound.ts'
import type { Keys } from '../signing/keys.ts'
import { localTime } from '../time.ts'
import { NotHeld } from '../transport/http.ts'
import type { Adapter, Inspection } from './adapter.ts'
import type { Bundle } from './bundle.ts'
import { nextMove } from './doubt.ts'
import { type Exchanged, failed, type Link } from './exchange.ts'
import type { Step } from './flow.ts'
import type { Outcome } from './outcome.ts'
import type { System } from './system.ts'

/** The part of an attempt that the platform decides. */
export type Attempted = Exchanged & { publish: Settlement['publish'] }

export type Pinned = { bundle: Bundle; step: Step; system: System; link: Link }

/** `held`: whether the lane is still ours, asked before anything is sent. */
export type AttemptTools = {
  adapters: ReadonlyMap<string, Adapter>
  keys: Keys
  now: () => Date
  held: () => boolean
  /** only in tests that must fail */
  without?: Guarantee | undefined
}

/**
 * Makes the attempt. Never throws for bad data or a bad platform: both are outcomes. Undefined when nothing was sent
 * because the lane is no longer held: its next owner makes the attempt.
 */
export async function attemptDelivery(
  delivery: Claimed,
  canonical: Record<string, unknown>,
  pinned: Pinned,
  earlier: Readonly<Record<string, unknown>>,
  tools: AttemptTools,
): Promise<Attempted | undefined> {
  const { bundle, step, system, link } = pinned
  const mapping = bundle.library.outbound(step.mapping)
  const operation = system.operations.get(step.operation)
  // accepted with files that an older hub understood: ours to mend, so the delivery waits
  if (!mapping || !operation) throw new Error(`the pinned files lack ${step.mapping} or ${step.operation}`)
  const move = tools.without === 'asking' ? 'send' : nextMove(operation.repeat, delivery.doubt)
  if (move === 'person') return { ...failed('unknown', 'not sent again'), publish: null }
  let value: Record<string, unknown>
  try {
    value = await mapping.apply(canonical, {
      meta: {
        messageId: delivery.message,
        acceptedAt: localTime(delivery.acceptedAt),
        now: localTime(tools.now()),
        source: delivery.source,
        type: delivery.type,
        key: delivery.key,
      },
      steps: { ...earlier },
    })
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    return { ...failed('rejected', `mapping ${step.mapping}: ${reasonOf(error)}`), publish: null }
  }
  if (operation.dataset) {
    const publish = { dataset: operation.dataset, type: delivery.type, data: JSON.stringify(value) }
    return { ...failed('delivered', ''), reason: undefined, publish }
  }
  const document = written(mapping, value)
  if (typeof document === 'string') {
    return { ...failed('rejected', `mapping ${step.mapping}: ${document}`), publish: null }
  }
  const { trace } = delivery
  let exchanged: Exchanged
  try {
    exchanged =
      move === 'send'
        ? await link.exchange(step.operation, { value, ...document, trace }, tools.held)
        : await link.ask(move, value, tools.held, trace)
  } catch (error) {
    if (error instanceof NotHeld) return undefined
    throw error
  }
  return { ...(await inspected(exchanged, value, pinned, tools)), publish: null }
}

/** The bytes of a document, or why there are none: a character the format or charset cannot carry. */
function written(
  mapping: Outbound,
  value: Record<string, unknown>,
): { content: Buffer; contentType: string } | string {
  try {
    return encodeDocument(mapping.format, value, mapping)
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    return reasonOf(error)
  }
}

/** Place and rule of the first issue, or the code. */
function reasonOf(error: QiaoError): string {
  const first = error.issues[0]
  return first ? `${first.path}: ${first.rule}` : error.code
}

/** An adapter may find that an accepted reply is not what it claims to be. */
async function inspected(
  exchanged: Exchanged,
  sent: unknown,
  { system, step }: Pinned,
  tools: AttemptTools,
): Promise<Exchanged> {
  const inspect = system.adapter ? tools.adapters.get(system.adapter)?.inspect : undefined
  if (!inspect || !isSuccess(exchanged.outcome)) return exchanged
  const { operation } = step
  let found: Inspection
  try {
    const { keys, now } = tools
    found = await inspect({ operation, sent, result: exchanged.result, keys, now: now() })
  } catch (error) {
    // ours to mend (a missing key); what was sent has arrived all the same
    return { ...exchanged, outcome: 'unknown', reason: `hub: ${(error as Error).message}` }
  }
  if (found.ok) return { ...exchanged, result: found.result }
  return { ...exchanged, outcome: 'rejected', reason: found.reason, result: found.result }
}

/** Whether the delivery is done. */
export function isSuccess(outcome: Outcome): outcome is 'delivered' | 'duplicate' | 'confirmed' {
  return outcome === 'delivered' || outcome === 'duplicate' || outcome === 'confirmed'
}
