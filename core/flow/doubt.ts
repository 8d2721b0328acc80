// A request that may have arrived: it is never simply sent again, unless the platform recognises what it has.
import type { Doubt } from '../ledger/settle.ts'
import type { Outcome } from './outcome.ts'
import type { Query } from './query.ts'

/**
 * What holds when a request of an operation may have arrived. safe: the platform recognises a record it has, so it is
 * sent again · a query: the platform is asked first · ask: an operator decides.
 */
export type Repeat = 'safe' | 'ask' | Query

/** What the next attempt of a delivery does: send, ask the platform so, or nothing, because a person must decide. */
export type Move = 'send' | Query | 'person'

/** The one place that decides it. */
export function nextMove(repeat: Repeat, doubt: Doubt | null): Move {
  if (doubt === null || repeat === 'safe') return 'send'
  if (repeat !== 'ask') return repeat
  return doubt === 'resend' ? 'send' : 'person'
}

/** `sent` null: nothing went out. */
type Ended = { outcome: Outcome; sent: Buffer | null }

/**
 * What an attempt leaves in doubt: a doubt stays until a reply, or an operator, settles it. That a platform does not have a
 * request counts when it has said so twice, with the time between that it takes to work on one: asked in the moment it
 * wakes up, it answers the question before it sees the request that waited as long.
 */
export function doubtAfter(before: Doubt | null, { outcome, sent }: Ended): Doubt | null {
  if (outcome === 'unknown') return 'open'
  if (outcome === 'absent') return before === 'open' ? 'absent' : null
  const isLater = outcome === 'transport' || outcome === 'busy' || outcome === 'session'
  return isLater || (outcome === 'rejected' && sent === null) ? before : null
}

/** Whether a person must decide now. */
export function needsPerson(repeat: Repeat, outcome: Outcome): boolean {
  return outcome === 'unknown' && repeat === 'ask'
}

/** What the person is told, before the reason itself. */
export const mayHaveArrived =
  '对方可能已收到，请核实后确认送达或重发 / it may have arrived: ask the platform, then confirm or replay'
