// What waits: the age of the oldest due delivery tells the truth about delivering, whatever processes and queues say.
import { countBlocked, countOpen, oldestDue, type SystemCount } from '../ledger/waiting.ts'
import { type Fact, type Judge, told } from './fact.ts'
import { paced } from './paced.ts'
import type { HealthParts } from './parts.ts'

type Parts = Pick<HealthParts, 'database' | 'breaker'>

/** Reads the facts of every system that is delivered to. Counts of many take long, and are taken again the more rarely. */
export function deliveryFacts({ database, breaker }: Parts): (judge: Judge) => Promise<Fact[]> {
  const open = paced(() => countOpen(database.query))
  const blocked = paced(() => countBlocked(database.query))
  return async (judge) => {
    const [ages, counts, stuck] = await Promise.all([oldestDue(database.query), open(), blocked()])
    return ages.flatMap(({ system, due, untried }) => {
      const state = breaker(system)
      const idle = state === 'closed' ? untried : null
      return [
        judge('delivery.due', system, due ?? 0),
        judge('delivery.untried', system, idle ?? 0),
        judge('delivery.open', system, countOf(counts.open, system)),
        judge('delivery.dead', system, countOf(counts.dead, system)),
        judge('delivery.blocked', system, countOf(stuck, system)),
        told('breaker', system, state, state === 'closed' ? 'ok' : 'warn'),
      ]
    })
  }
}

function countOf(counts: readonly SystemCount[], system: string): number {
  return counts.find((row) => row.system === system)?.count ?? 0
}
