// The one place that decides how an attempt ended: the system's reply rules, first match wins.
import { z } from 'zod'
import type { Path, Source } from '../yaml.ts'
import { compileFileCondition, compileFilePath } from './file-path.ts'

/**
 * What a reply rule may say. delivered, duplicate (= delivered before) · busy (retry later) · transport (retry with backoff) · rejected (dead
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

/** How an attempt may end: by a reply, or by an answer (confirmed: the platform has the record; absent: it does not). */
export const attemptOutcomes = [...outcomes, 'confirmed', 'absent'] as const
export type Outcome = (typeof attemptOutcomes)[number]

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
 * Compiles the `replies` of a system file. A reply that no rule knows is judged by its status: 408 and 503 are transport,
 * other 5xx unknown (what stands behind a gateway may have done its work), 429 is busy, the rest is rejected.
 */
export function compileReplies(source: Source, rules: readonly z.infer<typeof replyShape>[]): ReplyRules {
  const judge = compileRules(source, ['replies'], rules)
  return (reply) =>
    judge(reply) ?? {
      outcome: byStatus(reply.status),
      reason: `no rule for this reply (HTTP ${reply.status})`,
      result: {},
    }
}

type Rule = Omit<z.infer<typeof replyShape>, 'outcome'> & { outcome: Outcome }

/** Compiles rules that stand at `at` of a file; undefined for a reply that none of them knows. */
export function compileRules(
  source: Source,
  at: Path,
  rules: readonly Rule[],
): (reply: Reply) => Verdict | undefined {
  const compiled = rules.map((rule, index) => {
    const here = [...at, index]
    const result = Object.entries(rule.result ?? {}).map(
      ([name, path]) => [name, compileFilePath(source, [...here, 'result', name], path)] as const,
    )
    const reason =
      rule.reason === undefined ? undefined : compileFilePath(source, [...here, 'reason'], rule.reason)
    const matches = compileFileCondition(source, [...here, 'when'], rule.when)
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
    return undefined
  }
}

function byStatus(status: number): Outcome {
  if (status === 429) return 'busy'
  if (status === 408 || status === 503) return 'transport'
  return status >= 500 ? 'unknown' : 'rejected'
}
