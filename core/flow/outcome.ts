// The one place that decides how an attempt ended: the system's reply rules, first match wins.
import { z } from 'zod'
import type { Source } from '../yaml.ts'
import { compileFileCondition, compileFilePath } from './file-path.ts'

/**
 * delivered, duplicate (= delivered before) · busy (retry later) · transport (retry with backoff) · rejected (dead
 * letter) · unknown (the request may have arrived) · session (sign in again, then retry).
 */
export const outcomes = [
  'delivered',
  'duplicate',
  'busy',
  'transport',
  'rejected',
  'unknown',
  'session',
] as const
export type Outcome = (typeof outcomes)[number]

export const replyShape = z.strictObject({
  when: z.record(z.string(), z.unknown()),
  outcome: z.enum(outcomes),
  reason: z.string().optional(),
  result: z.record(z.string(), z.string()).optional(),
})

/** A parsed reply: HTTP status, headers in lower case, body as JSON, XML tree or text. */
export type Reply = { status: number; header: Readonly<Record<string, string>>; body: unknown }

export type Verdict = { outcome: Outcome; reason: string | undefined; result: Record<string, unknown> }

export type ReplyRules = (reply: Reply) => Verdict

/**
 * Compiles the `replies` of a system file. A reply that no rule knows is judged by its status: 5xx and 408 are
 * transport, 429 is busy, the rest is rejected.
 */
export function compileReplies(source: Source, rules: readonly z.infer<typeof replyShape>[]): ReplyRules {
  const compiled = rules.map((rule, index) => {
    const result = Object.entries(rule.result ?? {}).map(
      ([name, path]) => [name, compileFilePath(source, ['replies', index, 'result', name], path)] as const,
    )
    const reason =
      rule.reason === undefined
        ? undefined
        : compileFilePath(source, ['replies', index, 'reason'], rule.reason)
    const matches = compileFileCondition(source, ['replies', index, 'when'], rule.when)
    return { matches, outcome: rule.outcome, reason, result }
  })
  return (reply) => {
    for (const rule of compiled) {
      if (!rule.matches(reply)) continue
      const reason = rule.reason?.(reply)
      return {
        outcome: rule.outcome,
        reason: reason === undefined || reason === null ? undefined : String(reason).slice(0, 500),
        result: Object.fromEntries(rule.result.map(([name, get]) => [name, get(reply)])),
      }
    }
    return {
      outcome: byStatus(reply.status),
      reason: `no rule for this reply (HTTP ${reply.status})`,
      result: {},
    }
  }
}

function byStatus(status: number): Outcome {
  if (status === 429) return 'busy'
  return status >= 500 || status === 408 ? 'transport' : 'rejected'
}
