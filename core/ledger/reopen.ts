// Opens a delivery that was done once more: what a platform lost, or asks for again.

import { dayOf } from '../id.ts'
import { type Action, recordAction } from './audit.ts'
import { uncount } from './coverage.ts'
import type { Query } from './database.ts'
import { holdLaneOf } from './lane.ts'

/**
 * Opens it in its place, as something that may have arrived, so that a platform that can be asked is asked first. Not
 * where a later delivery of its key is done, on its way, or may have arrived: it would overwrite what came after. Answers
 * its lane; `later`, or `gone` where it is not delivered any more.
 */
export async function reopenDelivery(
  query: Query,
  action: Action & { message: string; step: string },
): Promise<{ system: string; lane: number } | 'later' | 'gone'> {
  const { message, step } = action
  // a claim that went by what was before, or one of a later delivery that comes meanwhile, would overtake it
  if (!(await holdLaneOf(query, action))) return 'gone'
  const [found] = await query<{ system: string; lane: number; later: boolean }>(
    `SELECT d.system, d.lane, EXISTS (SELECT 1 FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq > d.seq
       AND (e.state IN ('delivered', 'duplicate', 'ready') OR e.doubt IS NOT NULL)) AS later
     FROM delivery d WHERE d.message = $1 AND d.step = $2 AND d.state IN ('delivered', 'duplicate') FOR UPDATE`,
    [message, step],
  )
  if (!found) return 'gone'
  if (found.later) return 'later'
  await recordAction(query, action)
  await query(
    `UPDATE delivery SET state = 'ready', due_at = now(), settled_at = NULL, doubt = 'resend'
     WHERE message = $1 AND step = $2`,
    [message, step],
  )
  await uncount(query, dayOf(message))
  return { system: found.system, lane: found.lane }
}
