// Asking a platform whether it has a record: which operation answers, by which values of the document that was sent, and
// what its reply says.
import { z } from 'zod'
import type { Path, Source } from '../yaml.ts'
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

/** Names and what they stand for in the document that was sent: a path, or a constant. */
export const namesShape = z.record(z.string(), z.union([z.string(), constantShape]))

/** `query` of an operation. */
export const queryShape = z.strictObject({
  operation: z.string(),
  by: namesShape,
  after: duration.default(10_000),
})

/** What a sent document says under some names; undefined when it lacks one of them. */
export type Names = (sent: unknown) => Record<string, unknown> | undefined

/** How to ask. */
export type Query = {
  operation: string
  /** the question, made from the document that was sent */
  question: Names
  /** milliseconds the platform is given to finish with a request before it is asked */
  after: number
}

/** Understands a reply to a question; `sent` is the document in doubt, for comparing. */
export type AnswerRules = (reply: Reply & { sent: unknown }) => Verdict

/** Compiles `operations.<name>.query`. */
export function compileQuery(source: Source, name: string, query: z.infer<typeof queryShape>): Query {
  const question = compileNames(source, ['operations', name, 'query', 'by'], query.by)
  return { operation: query.operation, question, after: query.after }
}

/** Compiles names that stand at `at` of a file. */
export function compileNames(source: Source, at: Path, by: z.infer<typeof namesShape>): Names {
  const members = Object.entries(by).map(([member, from]) => {
    const get = typeof from === 'string' ? compileFilePath(source, [...at, member], from) : () => from.const
    return { member, get }
  })
  return (sent) => {
    const pairs = members.map(({ member, get }) => [member, get(sent)] as const)
    const isWhole = pairs.every(([, value]) => value !== undefined && value !== null && value !== '')
    return isWhole ? Object.fromEntries(pairs) : undefined
  }
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
