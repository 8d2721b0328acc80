// Turns of the lanes of this process share a commit, like posts do.
import { attemptLeaf } from '../evidence/attempt.ts'
import { growTree } from '../evidence/merkle.ts'
import { dayOf, newId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { type Claims, LostLease, type Turn, turnLanes } from '../ledger/lane.ts'
import type { AttemptEvidence, Settlement } from '../ledger/settle.ts'
import { type Batcher, type BatcherOptions, createBatcher, type Ticket } from './batcher.ts'

/** Runs turns; each resolves with what it claimed, or rejects with LostLease. */
export function createTurns(
  database: Database,
  committed?: BatcherOptions['committed'],
): Batcher<Turn, Claims> {
  const flush = async (batch: readonly Ticket<Turn, Claims>[]): Promise<void> => {
    const turns = batch.map((ticket) => ticket.item)
    try {
      const claims = await turnLanes(database, turns, evidenceOf(turns.flatMap((turn) => turn.settled)))
      for (const [i, ticket] of batch.entries()) ticket.resolve(claims[i] ?? { heads: [], more: false })
    } catch (error) {
      if (!(error instanceof LostLease)) {
        if (batch.length === 1) throw error
        // one of them may be what the ledger refuses: each for itself, so that it stops no other lane
        for (const ticket of batch) await flush([ticket]).catch(ticket.reject)
        return
      }
      // the others of the batch did nothing wrong: once more without those that lost their lane
      const others = batch.filter(({ item }) => !error.lost.has(item.lease))
      for (const ticket of batch) if (error.lost.has(ticket.item.lease)) ticket.reject(error)
      if (others.length > 0) await flush(others)
    }
  }
  return createBatcher(flush, { size: 64, backlog: Number.POSITIVE_INFINITY, committed })
}

function evidenceOf(settled: readonly Settlement[]): AttemptEvidence | undefined {
  if (settled.length === 0) return undefined
  const leaves = settled.map(attemptLeaf)
  const id = newId()
  return { id, day: dayOf(id), root: growTree(leaves).root }
}
