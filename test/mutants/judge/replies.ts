// Replies worth judging: for each reply rule the replies it was written for, in every way it allows, and the plain
// answers of a server in trouble.
import type { Reply } from '../../../core/flow/outcome.ts'

/** A reply rule as it is written. */
export type ReplyData = {
  when: Record<string, unknown>
  outcome: string
  reason?: string
  result?: Record<string, string>
}

const statuses = [200, 201, 400, 401, 403, 404, 407, 408, 418, 429, 500, 503]
const absent = Symbol('absent')

/** Replies of a system with these rules. */
export function repliesOf(rules: readonly ReplyData[]): Reply[] {
  const paths = new Set(
    rules.flatMap((rule) => [
      ...Object.values(rule.result ?? {}),
      ...(rule.reason === undefined ? [] : [rule.reason]),
    ]),
  )
  const filled = [...paths].map((path): readonly [string, unknown] => [path, `text of ${path}`])
  const replies = statuses.map((status) => reply([['status', status]], []))
  for (const rule of rules) {
    const tests = Object.entries(rule.when).map(([path, test]) => ({ path, values: valuesOf(test) }))
    const first = tests.map(({ path, values }): readonly [string, unknown] => [path, values[0]])
    for (const { path, values } of tests) {
      for (const value of values) {
        const chosen = [...first.filter(([other]) => other !== path), [path, value] as const]
        replies.push(reply(chosen, []), reply(chosen, filled))
      }
    }
    for (const status of statuses)
      replies.push(reply([...first.filter(([path]) => path !== 'status'), ['status', status]], filled))
  }
  return replies
}

/** Values for which a test holds, and one for which it may not. */
function valuesOf(test: unknown): unknown[] {
  if (Array.isArray(test)) return [...test, 'other']
  if (typeof test !== 'object' || test === null) return [test, 'other']
  const { exists, contains, gte, ...rest } = test as {
    exists?: boolean
    contains?: string
    gte?: number
    in?: unknown[]
    not?: unknown
  }
  if (exists !== undefined) return exists ? ['there', absent] : [absent, 'there']
  if (contains !== undefined) return [`前${contains}后`, 'other']
  if (gte !== undefined) return [gte, gte + 3, gte - 1]
  return [...(rest.in ?? []), rest.not ?? 'other', 'other']
}

function reply(
  values: readonly (readonly [string, unknown])[],
  fill: readonly (readonly [string, unknown])[],
): Reply {
  const result: Record<string, unknown> = { status: 200, header: {}, body: {} }
  for (const [path, value] of [...fill, ...values]) put(result, path.split('.'), value)
  return result as Reply
}

function put(target: Record<string, unknown>, names: readonly string[], value: unknown): void {
  let at = target
  for (const name of names.slice(0, -1)) {
    const next = at[name]
    at[name] = typeof next === 'object' && next !== null ? next : {}
    at = at[name] as Record<string, unknown>
  }
  const last = names.at(-1) ?? ''
  if (value === absent) delete at[last]
  else if (typeof at[last] !== 'object' || at[last] === null) at[last] = value
}
