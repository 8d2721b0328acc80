// Coverage of the newest day that was counted: what of it reached the systems above, and what is late.
import { newestCounts } from '../ledger/coverage.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** Share and lateness of every system that something of the day is for. */
export async function coverageFacts(
  { database }: Pick<HealthParts, 'database'>,
  judge: Judge,
): Promise<Fact[]> {
  const rows = await newestCounts(database.query)
  return rows.flatMap(({ system, accepted, delivered, late }) => [
    judge('coverage.share', system, delivered / accepted),
    judge('coverage.late', system, late),
  ])
}
