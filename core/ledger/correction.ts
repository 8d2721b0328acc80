// Corrections: what is sent instead of what was accepted. Added, never changed; a delivery goes by its newest one.
import { type Action, recordAction } from './audit.ts'
import type { Database, Query } from './database.ts'
import { holdLanes } from './lane.ts'
import { personal } from './sealed.ts'
import type { Doubt } from './settle.ts'

/** What a delivery goes by, as long as it has no correction of its own: the message; else the correction. */
export type Effective = {
  /** id of the correction, or null */
  correction: string | null
  canonical: string
  canonical_digest: Buffer
  bundle: number
}

/** An open delivery of a message with what it goes by. */
export type OpenDelivery = Effective & {
  step: string
  system: string
  lane: number
  key: string
  state: 'held' | 'ready' | 'dead'
  /** whether its last request may have arrived */
  doubt: Doubt | null
}

/** The deliveries of a message that are not done, in the order of the ledger. */
export function openDeliveries(query: Query, message: string): Promise<OpenDelivery[]> {
  return query<OpenDelivery>(
    `SELECT d.step, d.system, d.lane, d.key, d.state, d.doubt, d.correction,
       coalesce(c.canonical, m.canonical) AS canonical, coalesce(c.canonical_digest, m.canonical_digest) AS canonical_digest, coalesce(c.bundle, m.bundle) AS bundle
     FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
     WHERE d.message = $1 AND d.state IN ('held', 'ready', 'dead') ORDER BY d.seq`,
    [message],
  )
}

/** What a delivery goes by now, open or not. */
export async function effectiveOf(
  query: Query,
  message: string,
  step: string,
): Promise<Effective | undefined> {
  const [row] = await query<Effective>(
    `SELECT d.correction, coalesce(c.canonical, m.canonical) AS canonical,
       coalesce(c.canonical_digest, m.canonical_digest) AS canonical_digest, coalesce(c.bundle, m.bundle) AS bundle
     FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
     WHERE d.message = $1 AND d.step = $2`,
    [message, step],
  )
  return row
}

export type CorrectionView = {
  id: string
  /** null: every step that was open then */
  step: string | null
  at: Date
  operator: string
  reason: string
  bundle: number
  canonical_digest: Buffer
}

/** The corrections that were made for a delivery, oldest first. */
export function correctionsOf(query: Query, message: string, step: string): Promise<CorrectionView[]> {
  return query<CorrectionView>(
    `SELECT id, step, at, operator, reason, bundle, canonical_digest FROM correction
     WHERE message = $1 AND (step IS NULL OR step = $2) ORDER BY id`,
    [message, step],
  )
}

/** A correction of a dead delivery, as an audited action. */
export type NewCorrection = Action & {
  message: string
  step: string
  /** the correction it was made on, null for the message itself */
  base: string | null
  /** also for the other open deliveries of the message; the dead ones are replayed too */
  everyStep: boolean
  canonical: string
  canonicalDigest: Buffer
  bundle: number
}

/**
 * Stores a correction, lets the delivery go by it, and replays it from its place, in one transaction with the audit row.
 * A step of it whose request is under way, or may have arrived, goes on by what was sent: that is what is asked for later.
 * Answers the deliveries that were replayed; undefined when the delivery is not dead, may have arrived, or was corrected
 * meanwhile.
 */
export function saveCorrection(
  database: Database,
  action: NewCorrection,
): Promise<{ step: string; system: string; lane: number }[] | undefined> {
  return database.transaction(async (query) => {
    // nothing is claimed until it is stored: what is under way stays so, and is known
    await holdLanes(query, await lanesOf(query, action.message))
    const [own] = await query(
      `SELECT 1 FROM delivery WHERE message = $1 AND step = $2 AND state = 'dead' AND doubt IS NULL
         AND correction IS NOT DISTINCT FROM $3::uuid FOR UPDATE`,
      [action.message, action.step, action.base],
    )
    if (!own) return undefined
    await recordAction(query, action)
    await query(
      `INSERT INTO correction (id, message, step, canonical, canonical_digest, bundle, operator, reason, evidence)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        action.id,
        action.message,
        action.everyStep ? null : action.step,
        personal(action.canonical),
        action.canonicalDigest,
        action.bundle,
        action.operator,
        action.reason,
        action.evidence.id,
      ],
    )
    const changed = await query<{ step: string; system: string; lane: number; replayed: boolean }>(
      `WITH open AS (SELECT message, step, state FROM delivery d WHERE message = $1 AND state IN ('held', 'ready', 'dead')
         AND (step = $2 OR ($3::boolean AND doubt IS NULL AND NOT EXISTS (
           SELECT 1 FROM lane l, jsonb_array_elements(l.claimed::jsonb) c WHERE l.system = d.system AND l.lane = d.lane
             AND c ->> 'message' = d.message::text AND c ->> 'step' = d.step))) ORDER BY step FOR UPDATE)
       UPDATE delivery d SET correction = $4, state = CASE d.state WHEN 'dead' THEN 'ready' ELSE d.state END,
         due_at = CASE d.state WHEN 'dead' THEN now() ELSE d.due_at END,
         settled_at = CASE d.state WHEN 'dead' THEN NULL ELSE d.settled_at END
       FROM open WHERE d.message = open.message AND d.step = open.step
       RETURNING d.step, d.system, d.lane, open.state = 'dead' AS replayed`,
      [action.message, action.step, action.everyStep, action.id],
    )
    return changed
      .filter(({ replayed }) => replayed)
      .map(({ step, system, lane }) => ({ step, system, lane }))
  })
}

function lanesOf(query: Query, message: string): Promise<{ system: string; lane: number }[]> {
  return query('SELECT DISTINCT system, lane FROM delivery WHERE message = $1', [message])
}
