// What an attempt means for its delivery: done, again later, or a dead letter.
import type { Orphan } from '../ledger/lane.ts'
import type { Settlement } from '../ledger/settle.ts'
import { type Attempted, isSuccess } from './deliver.ts'
import { doubtAfter, mayHaveArrived, needsPerson, type Repeat } from './doubt.ts'
import { failed } from './exchange.ts'
import type { Flow, Step } from './flow.ts'
import { retryDelay } from './retry.ts'
import type { System } from './system.ts'

type Timing = { startedAt: Date; duration: number }

/** How often to try, and what holds when a request may have arrived. */
export type Policy = { retry: System['retry']; repeat: Repeat }

/** The settlement of an attempt. */
export function settlementOf(
  delivery: Omit<Orphan, 'type' | 'bundle'>,
  attempted: Attempted,
  { startedAt, duration }: Timing,
  policy: Policy,
  releases: Settlement['releases'],
): Settlement {
  const number = delivery.attempts + 1
  const { outcome } = attempted
  const success = isSuccess(outcome)
  const state = success ? doneAs(outcome) : isFinal(attempted, number, policy) ? 'dead' : 'ready'
  const doubt = doubtAfter(delivery.doubt, attempted)
  const reason = attempted.reason ?? outcome
  return {
    message: delivery.message,
    step: delivery.step,
    key: delivery.key,
    number,
    startedAt: startedAt.toISOString(),
    duration,
    outcome,
    status: attempted.status,
    requestDigest: attempted.sent,
    reply: storable(attempted.excerpt),
    reason: success
      ? null
      : storable(needsPerson(policy.repeat, outcome) ? `${mayHaveArrived}: ${reason}` : reason),
    state,
    doubt,
    delay: state === 'ready' ? delayAfter(outcome, doubt, number, policy) : null,
    result: Object.keys(attempted.result).length > 0 ? JSON.stringify(attempted.result) : null,
    releases,
    publish: attempted.publish,
  }
}

/**
 * A platform's text as the ledger can hold it and will give it back: PostgreSQL refuses NUL, which would make the
 * attempt impossible to record, and half a surrogate pair would come back as another character than its evidence says.
 */
function storable<T extends string | null>(text: T): T {
  return (text === null ? null : Buffer.from(text.replaceAll('\0', '\ufffd')).toString()) as T
}

const doneAs = (outcome: 'delivered' | 'duplicate' | 'confirmed'): 'delivered' | 'duplicate' =>
  outcome === 'confirmed' ? 'delivered' : outcome

function isFinal({ outcome }: Attempted, number: number, { retry, repeat }: Policy): boolean {
  if (outcome === 'rejected' || needsPerson(repeat, outcome)) return true
  // known to be absent, it is sent
  return outcome !== 'absent' && retry.attempts !== undefined && number >= retry.attempts
}

/** Milliseconds; before a platform is asked, it is given time to finish with what may have arrived. */
function delayAfter(
  outcome: Attempted['outcome'],
  doubt: Settlement['doubt'],
  number: number,
  { retry, repeat }: Policy,
): number {
  const after = typeof repeat === 'object' ? repeat.after : 0
  if (outcome === 'absent') return doubt === null ? 0 : after
  const delay = retryDelay(retry, number)
  return outcome === 'unknown' ? Math.max(delay, after) : delay
}

/** The attempt of a process that died while sending: nobody knows how it ended. */
export function orphanSettlement(orphan: Orphan, now: Date, policy: Policy): Settlement {
  const attempted = { ...failed('unknown', 'the process stopped while sending'), publish: null }
  return settlementOf(orphan, attempted, { startedAt: now, duration: 0 }, policy, [])
}

/** Steps of a flow that wait for `step`. */
export function dependants(flow: Flow, step: Step): Step[] {
  return [...flow.steps.values()].filter((other) => other.needs.includes(step.name))
}
