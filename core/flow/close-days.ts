// Closes the days that are over: one signed link of the chain each, also for a day on which nothing happened, so that a day
// that is missing was taken out.
import { dayHash, dayRoot, genesis } from '../evidence/day.ts'
import { addDay, evidenceOf, holdEvidence, lastDay, openDay } from '../ledger/chain.ts'
import type { Database } from '../ledger/database.ts'
import { localDay } from '../time.ts'
import type { Signer } from './accept.ts'

// clocks of several machines differ a little: for so long, ms, evidence of the day before may still come
const grace = 10 * 60_000

/**
 * Closes every open day before the day of `now`; answers the days closed. Several processes may try: each day is closed once.
 * `now` must be a clock all machines share: nothing can be added to a day that a wrong one closed.
 */
export async function closeDays(database: Database, signer: Signer, now: Date): Promise<string[]> {
  const today = localDay(new Date(now.getTime() - grace))
  const closed: string[] = []
  for (;;) {
    const day = await openDay(database.query)
    if (day === undefined || day >= today) return closed
    if (await closeDay(database, signer, day)) closed.push(day)
  }
}

/** Closes a day; false when another process did. Evidence that is being written is waited for, later one is refused. */
function closeDay(database: Database, signer: Signer, day: string): Promise<boolean> {
  return database.transaction(async (query) => {
    await holdEvidence(query)
    const last = await lastDay(query)
    if (last && last.day >= day) return false
    const roots = (await evidenceOf(query, day)).map((row) => row.root)
    const link = { day, entries: roots.length, root: dayRoot(roots), previous: last?.hash ?? genesis }
    const hash = dayHash(link)
    await addDay(query, { ...link, hash, signature: await signer.sign(hash), key_id: signer.keyId })
    return true
  })
}
