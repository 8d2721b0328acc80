// Attempts as evidence: what was tried, when, and how it ended.
import { leafOf } from './merkle.ts'

export type AttemptStatement = {
  message: string
  step: string
  number: number
  /** ISO 8601, UTC, milliseconds */
  startedAt: string
  outcome: string
  status: number | null
  /** SM3 of the bytes that were sent, or null when nothing was sent */
  requestDigest: Buffer | null
  reason: string | null
}

/** Leaf hash of an attempt. */
export function attemptLeaf(a: AttemptStatement): Buffer {
  return leafOf([
    'qiao-attempt-1',
    a.message,
    a.step,
    a.number,
    a.startedAt,
    a.outcome,
    a.status,
    a.requestDigest?.toString('hex') ?? null,
    a.reason,
  ])
}

/**
 * Leaf hash of an operator's action; message and step are null when it is about no delivery. `detail` is JSON of what
 * else it stands for (the digest of a correction, a filter); an action without one has the older form of leaf.
 */
export function actionLeaf(a: {
  id: string
  operator: string
  action: string
  message: string | null
  step: string | null
  reason: string
  detail?: string | null
}): Buffer {
  const { id, operator, action, message, step, reason, detail } = a
  const stated = [id, operator, action, message, step, reason]
  return typeof detail === 'string'
    ? leafOf(['qiao-action-2', ...stated, detail])
    : leafOf(['qiao-action-1', ...stated])
}
