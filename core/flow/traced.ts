// Attempts as spans: each goes on from where its message stands in a trace, and its request from the attempt.
import type { Claimed } from '../ledger/lane.ts'
import { isDone, type Settlement } from '../ledger/settle.ts'
import type { Span, Tracer } from '../trace.ts'

/** An attempt that is recorded: the delivery, moved on to its own span, and how that ends. */
export type Traced = {
  delivery: Claimed
  /** undefined: nothing was sent, the lane went to another process, which makes the attempt */
  end(settlement: Settlement | undefined): void
}

/** Begins the span of an attempt; without a tracer the delivery keeps its place in the trace of its caller. */
export function beginAttempt(
  tracer: Tracer | undefined,
  delivery: Claimed,
  system: string,
  operation: string,
): Traced {
  if (!tracer) return { delivery, end: nothing }
  const span = tracer.start('client', `${system} ${operation}`, delivery.trace)
  const { message, step, type, attempts } = delivery
  // the key and the reason stay out: both may name somebody
  const attributes = {
    'qiao.system': system,
    'qiao.operation': operation,
    'qiao.attempt': attempts + 1,
    'qiao.message': message,
    'qiao.step': step,
    'qiao.type': type,
  }
  return {
    delivery: { ...delivery, trace: span.context },
    end: (settlement) => endAttempt(span, attributes, settlement),
  }
}

function nothing(): void {}

function endAttempt(
  span: Span,
  attributes: Record<string, string | number>,
  settlement: Settlement | undefined,
): void {
  if (!settlement) {
    span.end({ ...attributes, 'qiao.outcome': 'not-held' })
    return
  }
  const { outcome, state, status } = settlement
  const ended = { ...attributes, 'qiao.outcome': outcome, 'qiao.state': state }
  span.end(
    status === null ? ended : { ...ended, 'http.response.status_code': status },
    isDone(settlement) ? undefined : outcome,
  )
}
