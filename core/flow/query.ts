// Asking a platform whether it has a record: which operation answers, by which values of the document that was sent, and
// what its reply says.
import { z } from 'zod'
import type { Source } from '../yaml.ts'
import { duration } from './duration.ts'
import { compileFilePath } from './file-path.ts'
import { constantShape } from './filled.ts'
import { compileRules, type Reply, type Verdict } from './outcome.ts'

/** found: the platform has the record · absent: it does not. A reply that no rule knows tells nothing. */
export const answers = ['found', 'absent'] as const

/** A rule of an operation that answers. */
export const answerShape = z.strictObject({
  when: z.record(z.string(), z.unknown()),
  answer: z.enum(answers),
  result: z.record(z.string(), z.string()).optional(),
})

/** `query` of an operation. */
export const queryShape = z.strictObject({
  operation: z.string(),
  by: z.record(z.string(), z.union([z.string(), constantShape])),
  after: duration.default(10_000),
})

/** How to ask. */
export type Query = {
  operation: string
  /** the question, made from the document that was sent; undefined when that lacks a value */
  question(sent: unknown): Record<string, unknown> | undefined
  /** milliseconds the platform is given to finish with a request before it is asked */
  after: number
}

/** Understands a reply to a question; `sent` is the document in doubt, for comparing. */
export type AnswerRules = (reply: Reply & { sent: unknown }) => Verdict

/** Compiles `operations.<name>.query`. */
export function compileQuery(source: Source, name: string, query: z.infer<typeof queryShape>): Query {
  const members = Object.entries(query.by).map(([member, from]) => {
    const place = ['operations', name, 'query', 'by', member]
    const get = typeof from === 'string' ? compileFilePath(source, place, from) : () => from.const
    return { member, get }
  })
  const question = (sent: unknown): Record<string, unknown> | undefined => {
    const pairs = members.map(({ member, get }) => [member, get(sent)] as const)
    const isWhole = pairs.every(([, value]) => value !== undefined && value !== null && value !== '')
    return isWhole ? Object.fromEntries(pairs) : undefined
  }
  return { operation: query.operation, question, after: query.after }
}

/** Compiles `operations.<name>.answers`: `confirmed`, `absent`, or `unknown` when no rule knows the reply. */
export function compileAnswers(
  source: Source,
  name: string,
  rules: readonly z.infer<typeof answerShape>[],
): AnswerRules {
  const judge = compileRules(
    source,
    ['operations', name, 'answers'],
    rules.map(({ answer, ...rule }) => ({ ...rule, outcome: answer === 'found' ? 'confirmed' : answer })),
  )
  return (reply) =>
    judge(reply) ?? {
      outcome: 'unknown',
      reason: `no answer for this reply (HTTP ${reply.status})`,
      result: {},
    }
}
