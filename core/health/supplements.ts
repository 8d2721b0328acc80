// Supplement tasks that platforms wait for.
import { openTasks } from '../ledger/supplement-view.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** How many are not done, and how long a deadline has passed, of every system that hands them out. */
export async function supplementFacts(
  { database, registry }: Pick<HealthParts, 'database' | 'registry'>,
  judge: Judge,
): Promise<Fact[]> {
  const handing = [...registry.current().systems.values()].filter(({ supplement }) => supplement)
  if (handing.length === 0) return []
  const rows = await openTasks(database.query)
  return handing.flatMap(({ name }) => {
    const row = rows.find(({ system }) => system === name)
    return [judge('supplement.open', name, row?.open ?? 0), judge('supplement.late', name, row?.late ?? 0)]
  })
}
