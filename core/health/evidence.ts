// The daily chain: whether days are closed.
import { openDay } from '../ledger/chain.ts'
import { startOfDay } from '../time.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** Age of the last closed day, from its end; of a ledger that closed none yet, from the beginning of its first day. */
export async function evidenceFacts(
  { database, now }: Pick<HealthParts, 'database' | 'now'>,
  judge: Judge,
): Promise<Fact[]> {
  const since = await openDay(database.query)
  const age = since === undefined ? null : Math.max(0, now().getTime() - startOfDay(since).getTime()) / 1000
  return [judge('evidence.day', null, age)]
}
