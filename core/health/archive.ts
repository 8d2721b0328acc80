// Retention: days that should have left the ledger and have not.
import { overdueDays } from '../ledger/archive.ts'
import { addDays, localDay } from '../time.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** Days that something open holds, and days that nothing holds and nobody archived; nothing where nothing shall leave. */
export async function archiveFacts(
  { database, retention, now }: Pick<HealthParts, 'database' | 'retention' | 'now'>,
  judge: Judge,
): Promise<Fact[]> {
  if (retention?.folder === undefined) return []
  const { held, late } = await overdueDays(database.query, addDays(localDay(now()), -retention.keep))
  return [judge('archive.held', null, held), judge('archive.late', null, late)]
}
