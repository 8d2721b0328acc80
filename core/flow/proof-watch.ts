// Whether what is accepted can still be proved: a day that should long be a link of the chain, and is not, stops intake.
import { ledgerTime, openDay } from '../ledger/chain.ts'
import type { Database } from '../ledger/database.ts'
import type { Log } from '../log.ts'
import { addDays, startOfDay } from '../time.ts'
import { every } from './every.ts'

export type ProofWatch = {
  /** why nothing may be accepted; undefined while all is well */
  unproved(): string | undefined
  stop(): void
}

const lookEvery = 30_000

/**
 * Looks every half minute, and more often where the grace is shorter. `grace`: milliseconds a day may wait to be closed
 * after it is over; as long after the start, for a hub that was away closes its days first.
 */
export function watchProof(
  database: Database,
  grace: number,
  log: Log,
  {
    look = Math.min(lookEvery, grace),
    now = () => performance.now(),
  }: { look?: number; now?: () => number } = {},
): ProofWatch {
  const began = now()
  let reason: string | undefined
  const timer = every(look, log, 'proof', async () => {
    const late = await lateness(database)
    const isLate = Math.min(late?.ms ?? 0, now() - began) > grace
    const next = late && isLate ? `${late.day} is not closed` : undefined
    if (next !== undefined && next !== reason)
      log.error('proof.impossible', {
        reason: next,
        todo: "See why days are not closed (tidy.failed, the hub's key), or intake stays shut.",
      })
    if (next === undefined && reason !== undefined) log.info('proof.possible')
    reason = next
  })
  return { unproved: () => reason, stop: () => clearInterval(timer) }
}

/** The oldest day that is not closed, and for how long it has been over, ms. */
async function lateness({ query }: Database): Promise<{ day: string; ms: number } | undefined> {
  const day = await openDay(query)
  if (day === undefined) return undefined
  const over = (await ledgerTime(query)).getTime() - startOfDay(addDays(day, 1)).getTime()
  return { day, ms: over }
}
