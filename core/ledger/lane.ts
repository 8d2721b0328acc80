// Lanes: who may deliver what. A lane is taken with a lease and a fencing token; every settlement and claim of its
// owner is one transaction that ends by proving the token, so a process that was thought dead changes nothing.
import type { Guarantee } from '../config.ts'
import type { Database, Query } from './database.ts'
import { type AttemptEvidence, type DeliveryId, type Doubt, type Settlement, settle } from './settle.ts'
import { batched } from './values.ts'

/** A lane held by this process. */
export type Lease = { system: string; lane: number; fence: number }

/** A due delivery, the head of its key. */
export type Claimed = DeliveryId & {
  key: string
  attempts: number
  /** whether its last request may have arrived */
  doubt: Doubt | null
  type: string
  source: string
  /** the files it goes by */
  bundle: number
  /** what an operator corrected it to, or null: then it goes by the message */
  correction: string | null
  /** JSON; undefined when the owner said that it has it, which it never has of a correction */
  canonical: string | undefined
  acceptedAt: Date
  /** where its message stands in a trace */
  trace: string | null
}

/** What the owner of a lane wants done in one go. */
export type Turn = {
  lease: Lease
  settled: readonly Settlement[]
  /** by key: what stays under way */
  inFlight: ReadonlyMap<string, DeliveryId>
  /** how many due heads to claim at most */
  free: number
  /** whether the owner already has the canonical form of a message */
  has: (message: string) => boolean
  /** milliseconds the lease lasts from now */
  leaseMs: number
  /** only in tests that must fail */
  without?: Guarantee | undefined
}

/** What a turn claimed. `more`: it has not looked at all that is due yet, and another turn at once may find heads. */
export type Claims = { heads: Claimed[]; more: boolean }

/** These lanes were taken over: nothing of the transaction was written. */
export class LostLease extends Error {
  readonly lost: ReadonlySet<Lease>
  constructor(lost: ReadonlySet<Lease>) {
    super('the lane was taken over by another process')
    this.name = 'LostLease'
    this.lost = lost
  }
}

/**
 * Takes a lane for `lease` milliseconds, also from this owner itself, which lost track of it when the ledger failed
 * under it and has nothing under way on it any more. When somebody else holds it, pokes it, so that its owner looks once more
 * before it leaves, and answers undefined. `orphans` are deliveries the last owner left in flight: they may have
 * been sent.
 */
export async function takeLane(
  query: Query,
  system: string,
  lane: number,
  owner: string,
  lease: number,
): Promise<{ lease: Lease; orphans: DeliveryId[] } | undefined> {
  const rows = await query<{ fence: number; taken: boolean; claimed: string }>(
    `WITH before AS (
       SELECT system, lane, lease_until IS NULL OR lease_until < now() OR owner = $3 AS free FROM lane
       WHERE system = $1 AND lane = $2 FOR UPDATE)
     UPDATE lane l SET
       fence = l.fence + CASE WHEN b.free THEN 1 ELSE 0 END,
       owner = CASE WHEN b.free THEN $3 ELSE l.owner END,
       lease_until = CASE WHEN b.free THEN now() + $4::float8 * interval '1 ms' ELSE l.lease_until END,
       poked = NOT b.free
     FROM before b WHERE l.system = b.system AND l.lane = b.lane
     RETURNING l.fence::float8 AS fence, b.free AS taken, l.claimed`,
    [system, lane, owner, lease],
    'lane.take',
  )
  const row = rows[0]
  if (!row?.taken) return undefined
  return { lease: { system, lane, fence: row.fence }, orphans: JSON.parse(row.claimed) as DeliveryId[] }
}

/**
 * Turns of several lanes in one transaction: records what was finished, frees what waited for it, and claims due
 * heads of keys that are not in flight. Answers what each turn claimed. Throws LostLease.
 */
export async function turnLanes(
  database: Database,
  turns: readonly Turn[],
  evidence: AttemptEvidence | undefined,
): Promise<Claims[]> {
  return database.transaction(async (query) => {
    const settled = turns.flatMap((turn) => turn.settled.map((s) => ({ ...s, system: turn.lease.system })))
    const [, , ...claims] = await Promise.all([
      holdLanes(
        query,
        turns.map((turn) => turn.lease),
      ),
      evidence ? settle(query, settled, evidence) : undefined,
      ...turns.map((turn) => (turn.free > 0 ? claim(query, turn) : { heads: [], more: false })),
    ])
    const kept = await Promise.all(turns.map((turn, i) => keepLane(query, turn, claims[i]?.heads ?? [])))
    const lost = turns.filter((turn, i) => !kept[i] && turn.without !== 'fencing').map((turn) => turn.lease)
    if (lost.length > 0) throw new LostLease(new Set(lost))
    return claims
  })
}

/**
 * Keeps lanes from turning until the transaction ends, whoever their owner is: what is claimed is claimed, and what is
 * opened meanwhile is seen by the next claim. In one order everywhere, and before any row of a delivery is locked, so
 * that two never wait for each other.
 */
export async function holdLanes(
  query: Query,
  lanes: readonly { system: string; lane: number }[],
): Promise<void> {
  await query(
    `SELECT 1 FROM lane l JOIN unnest($1::text[], $2::smallint[]) h (system, lane) USING (system, lane)
     ORDER BY l.system, l.lane FOR UPDATE OF l`,
    [lanes.map(({ system }) => system), lanes.map(({ lane }) => lane)],
    'lane.hold.turn',
  )
}

/** Keeps the lane of a delivery from turning, and answers which it is; undefined when there is no such delivery. */
export async function holdLaneOf(
  query: Query,
  { message, step }: DeliveryId,
): Promise<{ system: string; lane: number } | undefined> {
  const [place] = await query<{ system: string; lane: number }>(
    'SELECT system, lane FROM delivery WHERE message = $1 AND step = $2',
    [message, step],
  )
  if (place) await holdLanes(query, [place])
  return place
}

/** Notes what is in flight and extends the lease; false when the lane has another owner. */
async function keepLane(
  query: Query,
  { lease, inFlight, leaseMs }: Turn,
  claimed: readonly Claimed[],
): Promise<boolean> {
  const names = [...inFlight.values(), ...claimed].map(({ message, step }) => ({ message, step }))
  const rows = await query(
    `UPDATE lane SET claimed = $4, lease_until = now() + $5::float8 * interval '1 ms'
     WHERE system = $1 AND lane = $2 AND fence = $3 RETURNING 1`,
    [lease.system, lease.lane, lease.fence, JSON.stringify(names), leaseMs],
    'lane.keep',
  )
  return rows.length > 0
}

/** A delivery of a dead owner that is still open, with what is needed to settle it. */
export type Orphan = Omit<Claimed, 'source' | 'correction' | 'canonical' | 'acceptedAt' | 'trace'>

/** Which of these deliveries are still open. */
export async function orphansOf(query: Query, ids: readonly DeliveryId[]): Promise<Orphan[]> {
  if (ids.length === 0) return []
  const list = ids.map((_, i) => `($${i * 2 + 1}::uuid, $${i * 2 + 2}::text)`).join(', ')
  return query(
    `SELECT d.message, d.step, d.key, d.attempts, d.doubt, m.type, coalesce(c.bundle, m.bundle) AS bundle
     FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN correction c ON c.id = d.correction
     WHERE d.state = 'ready' AND (d.message, d.step) IN (VALUES ${list})`,
    ids.flatMap(({ message, step }) => [message, step]),
  )
}

/**
 * Gives a lane back. False when somebody poked it meanwhile: the owner must look once more, or, with `anyway`, see to
 * it that somebody does.
 */
export async function leaveLane(query: Query, lease: Lease, anyway = false): Promise<boolean> {
  const rows = await query<{ left: boolean }>(
    `UPDATE lane SET claimed = '[]', poked = false,
       owner = CASE WHEN poked AND NOT $4 THEN owner END,
       lease_until = CASE WHEN poked AND NOT $4 THEN lease_until END
     WHERE system = $1 AND lane = $2 AND fence = $3 RETURNING owner IS NULL AS left`,
    [lease.system, lease.lane, lease.fence, anyway],
    'lane.leave',
  )
  return rows[0]?.left ?? true
}

/** Milliseconds until the next delivery of the lane is due; undefined when none waits for a time. */
export async function nextDue(query: Query, system: string, lane: number): Promise<number | undefined> {
  const rows = await query<{ wait: number | null }>(
    `SELECT extract(epoch FROM min(due_at) - now())::float8 * 1000 AS wait FROM delivery
     WHERE system = $1 AND lane = $2 AND state = 'ready' AND due_at > now() AND due_at < 'infinity'`,
    [system, lane],
    'lane.next',
  )
  return rows[0]?.wait ?? undefined
}

/** Lanes that have something due and nobody working on them: the first entry of each in delivery_due, whatever follows it. */
export function idleLanes(query: Query): Promise<{ system: string; lane: number }[]> {
  return query<{ system: string; lane: number }>(
    // with EXISTS the server hashes all that is due (60 ms with 200,000, every second)
    `SELECT l.system, l.lane FROM lane l CROSS JOIN LATERAL (
       SELECT 1 FROM delivery d WHERE d.system = l.system AND d.lane = l.lane AND d.state = 'ready' AND d.due_at <= now()
       ORDER BY d.due_at, d.seq LIMIT 1) d
     WHERE l.lease_until IS NULL OR l.lease_until < now()`,
    [],
    'lane.idle',
  )
}

/** Makes sure that a system has its lanes. */
export async function addLanes(query: Query, system: string, lanes: number): Promise<void> {
  await query(
    `INSERT INTO lane (system, lane) SELECT $1, n FROM generate_series(0, $2::int - 1) n ON CONFLICT DO NOTHING`,
    [system, lanes],
  )
}

/** Ends every lease at once; only for the embedded ledger, whose lock proves that no other process is alive. */
export async function endLeases(query: Query): Promise<void> {
  await query('UPDATE lane SET lease_until = NULL WHERE lease_until IS NOT NULL')
}

/** `ahead`: the state of the key's head; null where this is the head. */
type Window = Omit<Claimed, 'acceptedAt' | 'canonical'> & { accepted_at: Date; ahead: string | null }

async function claim(query: Query, turn: Turn): Promise<Claims> {
  const { heads, more } = await dueHeads(query, turn)
  const unknown = heads.filter(({ message, correction }) => correction === null && !turn.has(message))
  const corrected = heads.flatMap(({ correction }) => correction ?? [])
  const [read, corrections] = await Promise.all([
    readCanonical(
      query,
      'message',
      unknown.map(({ message }) => message),
    ),
    readCanonical(query, 'correction', corrected),
  ])
  const claimed = heads.map(({ ahead: _, accepted_at, ...row }) => ({
    ...row,
    canonical: row.correction === null ? read.get(row.message) : corrections.get(row.correction),
    acceptedAt: accepted_at,
  }))
  return { heads: claimed, more }
}

async function readCanonical(
  query: Query,
  table: 'message' | 'correction',
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await query<{ id: string; canonical: string }>(
    `SELECT id, canonical FROM ${table} WHERE id = ANY ($1::uuid[])`,
    [ids],
    `lane.canonical.${table}`,
  )
  return new Map(rows.map((row) => [row.id, row.canonical]))
}

// rows a turn looks at, at most: what it sets aside never outlasts the lease, nor holds up the turns that share its commit
const mostLooked = 1_024
// the smallest window after the first: one that asks for a single head must not go through a backlog in small steps
const wide = 256

async function dueHeads(
  query: Query,
  { lease, inFlight, free, without }: Turn,
): Promise<{ heads: Window[]; more: boolean }> {
  // few sizes, each with a text of its own: with the limit as a value the server plans every claim anew (0.2 ms)
  let size = Math.ceil((2 * free + inFlight.size) / 16) * 16
  for (let looked = 0; ; size = Math.max(size, wide)) {
    const window = await dueWindow(query, lease, size)
    looked += window.length
    if (without === 'order') for (const row of window) row.ahead = null
    const keys = new Set(inFlight.keys())
    const heads: Window[] = []
    for (const row of window) {
      if (row.ahead !== null || keys.has(row.key) || heads.length === free) continue
      keys.add(row.key)
      heads.push(row)
    }
    const filled = window.length === size && heads.length < free
    // Set aside until they are the head: what waits for a head that is not due itself, for a person or another step may
    // take days; and whatever waits for its key where that fills the window, to look behind it.
    const aside = window.filter(({ ahead }) => ahead !== null && (filled || ahead !== 'ready'))
    await parkRows(
      query,
      aside.map((row) => [row.message, row.step]),
    )
    if (!filled || aside.length === 0) return { heads, more: false }
    if (looked >= mostLooked) return { heads, more: true }
  }
}

function dueWindow(query: Query, lease: Lease, size: number): Promise<Window[]> {
  return query<Window>(
    `SELECT d.message, d.step, d.key, d.attempts, d.doubt, m.type, m.source, m.accepted_at, m.trace, d.correction,
       CASE WHEN d.correction IS NULL THEN m.bundle
         ELSE (SELECT c.bundle FROM correction c WHERE c.id = d.correction) END AS bundle,
       (SELECT e.state FROM delivery e WHERE e.system = d.system AND e.key = d.key AND e.seq < d.seq
         AND e.state IN ('held', 'ready', 'dead') ORDER BY e.seq LIMIT 1) AS ahead
     FROM (SELECT * FROM delivery WHERE system = $1 AND lane = $2 AND state = 'ready' AND due_at <= now()
       ORDER BY due_at, seq LIMIT ${size}) d JOIN message m ON m.id = d.message
     ORDER BY d.due_at, d.seq`,
    [lease.system, lease.lane],
    `lane.claim.${size}`,
  )
}

const parkRows = batched(
  'lane.park',
  ['uuid', 'text'],
  (v) => `UPDATE delivery d SET due_at = 'infinity' FROM (VALUES ${v}) v (message, step)
    WHERE d.message = v.message AND d.step = v.step AND d.state = 'ready'`,
)
