// Settles deliveries: attempt and state change in one transaction, with whatever the change sets free.
import { compareTexts } from '../compare.ts'
import { addEvidence } from './chain.ts'
import type { Query } from './database.ts'
import { personal } from './sealed.ts'
import { batched } from './values.ts'

/** Names a delivery. */
export type DeliveryId = { message: string; step: string }

/**
 * A request that may have arrived; `absent`: the platform said once that it did not; `resend`: an operator decided that it
 * is sent again.
 */
export type Doubt = 'open' | 'absent' | 'resend'

/** Whether the delivery is done, so that what waited for it may go on. */
export function isDone({ state }: Settlement): boolean {
  return state === 'delivered' || state === 'duplicate'
}

/** A step that waits for others of its message, and the lane where it will be due. */
export type Release = { step: string; needs: readonly string[]; system: string; lane: number }

/** The Merkle tree of a settlement's attempts. */
export type AttemptEvidence = { id: string; day: string; root: Buffer }

/** How a delivery goes on after an attempt. `delay` (ms) only with state ready. */
export type Settlement = DeliveryId & {
  key: string
  number: number
  /** ISO 8601, UTC, milliseconds */
  startedAt: string
  duration: number
  outcome: string
  status: number | null
  requestDigest: Buffer | null
  reply: string | null
  reason: string | null
  state: 'ready' | 'delivered' | 'duplicate' | 'dead'
  /** whether its last request may have arrived */
  doubt: Doubt | null
  delay: number | null
  /** JSON, or null to keep what is there */
  result: string | null
  /** steps of the same message that wait for this one, with everything they need */
  releases: readonly Release[]
  /** rows to publish into a dataset in the same transaction */
  publish: { dataset: string; type: string; data: string } | null
}

// one statement for both: an attempt is never recorded without what it changed, nor the reverse
const settleRows = batched(
  'delivery.settle',
  // biome-ignore format: one line, column for column
  ['uuid', 'text', 'int', 'timestamptz', 'int', 'text', 'int', 'bytea', 'text', 'text', 'text', 'float8', 'text', 'text', 'uuid', 'int'],
  (
    values,
  ) => `WITH v (message, step, number, started_at, duration, outcome, status, request_digest, reply, reason, state,
      delay, doubt, result, evidence, leaf) AS (VALUES ${values}),
    a AS (INSERT INTO attempt (message, step, number, started_at, duration, outcome, status, request_digest, reply,
        reason, evidence, leaf)
      SELECT message, step, number, started_at, duration, outcome, status, request_digest, reply, reason, evidence, leaf
      FROM v)
    UPDATE delivery d SET state = v.state, attempts = v.number, reason = v.reason, doubt = v.doubt,
      result = coalesce(v.result, d.result),
      due_at = CASE WHEN v.state = 'ready' THEN now() + v.delay * interval '1 ms' ELSE d.due_at END,
      settled_at = CASE WHEN v.state = 'ready' THEN NULL ELSE now() END
    FROM v WHERE d.message = v.message AND d.step = v.step AND d.state = 'ready'`,
)

/** Records attempts and what follows from them; runs inside the transaction of the lanes' owners. */
export async function settle(
  query: Query,
  settled: readonly (Settlement & { system: string })[],
  evidence: AttemptEvidence,
): Promise<void> {
  const finished = settled.filter(isDone)
  await Promise.all([
    addEvidence(query, {
      ...evidence,
      kind: 'attempts',
      size: settled.length,
      signature: null,
      key_id: null,
    }),
    settleRows(
      query,
      // biome-ignore format: one line, column for column
      settled.map((s, leaf) => [s.message, s.step, s.number, s.startedAt, s.duration, s.outcome, s.status, s.requestDigest,
        personal(s.reply), s.reason, s.state, s.delay ?? 0, s.doubt, personal(s.result), evidence.id, leaf]),
    ),
    publish(query, finished),
    release(query, finished),
    unpark(query, finished),
  ])
}

/**
 * Frees steps whose needs are all met. The row lock makes two needs that finish together take turns; rows are
 * locked in one order everywhere, so that two processes never wait for each other.
 */
export async function release(
  query: Query,
  finished: readonly Pick<Settlement, 'message' | 'releases'>[],
): Promise<void> {
  const held = finished
    .flatMap(({ message, releases }) => releases.map(({ step, needs }) => ({ message, step, needs })))
    .sort((a, b) => compareTexts(a.message, b.message) || compareTexts(a.step, b.step))
  await Promise.all(
    held.flatMap(({ message, step, needs }) => [
      query(
        'SELECT 1 FROM delivery WHERE message = $1 AND step = $2 FOR UPDATE',
        [message, step],
        'lane.hold',
      ),
      query(
        `UPDATE delivery SET state = 'ready', due_at = now() WHERE message = $1 AND step = $2 AND state = 'held'
           AND NOT EXISTS (SELECT 1 FROM delivery n WHERE n.message = $1 AND n.step = ANY ($3::text[])
             AND n.state NOT IN ('delivered', 'duplicate', 'skipped'))`,
        [message, step, needs],
        'lane.release',
      ),
    ]),
  )
}

/** Gives rows their places in their datasets; the counter of a dataset is locked to the commit. */
async function publish(query: Query, finished: readonly Settlement[]): Promise<void> {
  const rows = finished
    .flatMap(({ message, step, key, publish }) => (publish ? [{ message, step, key, ...publish }] : []))
    .sort((a, b) => compareTexts(a.dataset, b.dataset))
  await Promise.all(
    rows.map((row) =>
      query(
        `WITH place AS (
           INSERT INTO dataset (name, position) VALUES ($1, 1)
           ON CONFLICT (name) DO UPDATE SET position = dataset.position + 1 RETURNING position)
         INSERT INTO feed (dataset, position, message, step, type, key, data)
         SELECT $1, position, $2, $3, $4, $5, $6 FROM place`,
        [row.dataset, row.message, row.step, row.type, row.key, personal(row.data)],
        'feed.publish',
      ),
    ),
  )
}

/** Brings back the heads of these keys, where they were set aside. */
export async function unpark(query: Query, keys: readonly { system: string; key: string }[]): Promise<void> {
  if (keys.length === 0) return
  await query(
    `UPDATE delivery d SET due_at = now()
     FROM (SELECT DISTINCT ON (o.system, o.key) o.message, o.step
       FROM unnest($1::text[], $2::text[]) k (system, key)
       JOIN delivery o ON o.system = k.system AND o.key = k.key AND o.state IN ('held', 'ready', 'dead')
       ORDER BY o.system, o.key, o.seq) head
     WHERE d.message = head.message AND d.step = head.step AND d.state = 'ready' AND d.due_at = 'infinity'`,
    [keys.map((k) => k.system), keys.map((k) => k.key)],
    'lane.unpark',
  )
}

/**
 * Brings back heads that were set aside while, in another transaction, what they waited for went out of their way
 * (an operator skipped it, or it stood in another lane). Answers how many.
 */
export async function unparkLost(query: Query): Promise<number> {
  const rows = await query(
    `UPDATE delivery d SET due_at = now() WHERE d.state = 'ready' AND d.due_at = 'infinity'
       AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq < d.seq
         AND e.state IN ('held', 'ready', 'dead')) RETURNING 1`,
  )
  return rows.length
}
