// What an attempt means for its delivery: done, again later, or a dead letter.
import type { Claimed } from '../ledger/lane.ts'
import type { Settlement } from '../ledger/settle.ts'
import { type Attempted, isSuccess } from './deliver.ts'
import type { Flow, Step } from './flow.ts'
import { retryDelay } from './retry.ts'
import type { System } from './system.ts'

type Timing = { startedAt: Date; duration: number }

/** The settlement of an attempt. */
export function settlementOf(
  delivery: Claimed,
  attempted: Attempted,
  { startedAt, duration }: Timing,
  retry: System['retry'],
  releases: Settlement['releases'],
): Settlement {
  const number = delivery.attempts + 1
  const { outcome } = attempted
  const success = isSuccess(outcome)
  const state = success ? outcome : isFinal(attempted, number, retry) ? 'dead' : 'ready'
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
    reason: success ? null : storable(attempted.reason ?? outcome),
    state,
    delay: state === 'ready' ? retryDelay(retry, number) : null,
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

function isFinal({ outcome }: Attempted, number: number, retry: System['retry']): boolean {
  return outcome === 'rejected' || (retry.attempts !== undefined && number >= retry.attempts)
}

/** The attempt of a process that died while sending: nobody knows how it ended, so it is tried again. */
export function orphanSettlement(
  orphan: { message: string; step: string; key: string; attempts: number },
  now: Date,
): Settlement {
  return {
    message: orphan.message,
    step: orphan.step,
    key: orphan.key,
    number: orphan.attempts + 1,
    startedAt: now.toISOString(),
    duration: 0,
    outcome: 'unknown',
    status: null,
    requestDigest: null,
    reply: null,
    reason: 'the process stopped while sending',
    state: 'ready',
    delay: 0,
    result: null,
    releases: [],
    publish: null,
  }
}

/** Steps of a flow that wait for `step`. */
export function dependants(flow: Flow, step: Step): Step[] {
  return [...flow.steps.values()].filter((other) => other.needs.includes(step.name))
}
