// What a 202 holds.
import type { Receipt } from '../../../sandbox/department/receipt.ts'
import type { Answer } from '../../hub/client.ts'

/** One accepted message. */
export type Accepted = { id: string; type: string; key: string; duplicate: boolean; receipt: Receipt }

/** The messages of a 202; a test that reads them from another answer fails here, with the answer. */
export function acceptedIn(answer: Answer): Accepted[] {
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`)
  return (answer.json as { messages: Accepted[] }).messages
}

/** The first of them. */
export function firstIn(answer: Answer): Accepted {
  const [first] = acceptedIn(answer)
  if (!first) throw new Error('no message')
  return first
}

/** The stable code of a problem. */
export function codeOf(answer: Answer): unknown {
  return (answer.json as { code?: unknown } | undefined)?.code
}
