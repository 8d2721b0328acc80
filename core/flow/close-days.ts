// Closes the days that are over: one signed link of the chain each.
import { dayHash, dayRoot, genesis } from '../evidence/day.ts'
import { addDay, evidenceOf, lastDay, openDays } from '../ledger/chain.ts'
import type { Database } from '../ledger/database.ts'
import { localDay } from '../time.ts'
import type { Signer } from './accept.ts'

// evidence is dated before its commit: a day is closed when nothing can still arrive for it
const grace = 10 * 60_000

/** Closes every open day before today; answers the days closed. Several processes may try: the first one wins. */
export async function closeDays(database: Database, signer: Signer, now: Date): Promise<string[]> {
  const days = await openDays(database.query, localDay(new Date(now.getTime() - grace)))
  for (const day of days) {
    const rows = await evidenceOf(database.query, day)
    const last = await lastDay(database.query)
    const link = {
      day,
      entries: rows.length,
      root: dayRoot(rows.map((row) => row.root)),
      previous: last?.hash ?? genesis,
    }
    const hash = dayHash(link)
    await addDay(database.query, { ...link, hash, signature: await signer.sign(hash), key_id: signer.keyId })
  }
  return days
}
