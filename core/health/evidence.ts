// The daily chain: whether days are closed.
import { chainEnds } from '../ledger/waiting.ts'
import { addDays, startOfDay } from '../time.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** Age of the last closed day, from its end; of a ledger that closed none yet, from the beginning of its first day. */
export async function evidenceFacts(
  { database, now }: Pick<HealthParts, 'database' | 'now'>,
  judge: Judge,
): Promise<Fact[]> {
  const { closed, first } = await chainEnds(database.query)
  const since = closed === null ? first : addDays(closed, 1)
  const age = since === null ? null : Math.max(0, now().getTime() - startOfDay(since).getTime()) / 1000
  return [judge('evidence.day', null, age)]
}
