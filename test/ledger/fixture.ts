// Rows for ledger tests.
import { createHash } from 'node:crypto'
import type { Guarantee } from '../../core/config.ts'
import { laneOf } from '../../core/flow/lanes.ts'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addLanes, type Claimed, type Lease, takeLane, turnLanes } from '../../core/ledger/lane.ts'
import { insertPosts, type NewDelivery, type NewPost } from '../../core/ledger/post.ts'
import type { Settlement } from '../../core/ledger/settle.ts'

const digest = (text: string): Buffer => createHash('sm3').update(text).digest()

export type Sample = { key: string; deduplication?: string; nonce?: string; deliveries?: NewDelivery[] }

/** A post of one message with one delivery to system `target`, lane by key over `lanes`. */
export function post({ key, deduplication = newId(), nonce, deliveries }: Sample, lanes = 1): NewPost {
  const id = newId()
  return {
    source: 'housing',
    nonce,
    payload: Buffer.from(`{"key":"${key}"}`),
    contentDigest: digest(key),
    acceptedAt: new Date().toISOString(),
    bundle: 1,
    messages: [
      {
        id,
        type: 'case.process',
        key,
        deduplication,
        canonical: `{"key":"${key}"}`,
        canonicalDigest: digest(key),
        leaf: 0,
        path: '',
        deliveries: deliveries ?? [
          { step: 'push', system: 'target', key, lane: laneOf(key, lanes), state: 'ready' },
        ],
      },
    ],
  }
}

/** Writes posts in one commit. */
export async function write(database: Database, ...posts: NewPost[]): Promise<void> {
  await insertPosts(database, posts, {
    id: newId(),
    day: '2026-11-24',
    root: digest('root'),
    signature: Buffer.of(1),
    keyId: 'k',
    size: posts.length,
  })
}

/** Takes lane 0 of `target`, which must be free. */
export async function take(database: Database, owner = 'me', leaseMs = 10_000): Promise<Lease> {
  await addLanes(database.query, 'target', 1)
  const taken = await takeLane(database.query, 'target', 0, owner, leaseMs)
  if (!taken) throw new Error('the lane is taken')
  return taken.lease
}

/** One turn: settles, then claims up to `free`; `without` a guarantee, to see that a test notices. */
export async function turn(
  database: Database,
  lease: Lease,
  settled: Settlement[] = [],
  free = 16,
  inFlight: readonly Claimed[] = [],
  without?: Guarantee,
): Promise<Claimed[]> {
  const evidence =
    settled.length > 0 ? { id: newId(), day: '2026-11-24', root: digest('attempts') } : undefined
  const keys = new Map(inFlight.map((claimed) => [claimed.key, claimed]))
  const [claims] = await turnLanes(
    database,
    [{ lease, settled, inFlight: keys, free, has: () => false, leaseMs: 10_000, without }],
    evidence,
  )
  return claims?.heads ?? []
}

/** A settlement of a claimed delivery. */
export function settled(
  claimed: Claimed,
  state: Settlement['state'],
  more: Partial<Settlement> = {},
): Settlement {
  return {
    message: claimed.message,
    step: claimed.step,
    key: claimed.key,
    number: claimed.attempts + 1,
    startedAt: new Date().toISOString(),
    duration: 1,
    outcome: state === 'ready' ? 'transport' : state === 'dead' ? 'rejected' : state,
    status: 200,
    requestDigest: null,
    reply: null,
    reason: null,
    state,
    doubt: null,
    delay: state === 'ready' ? 60_000 : null,
    result: null,
    releases: [],
    publish: null,
    ...more,
  }
}
