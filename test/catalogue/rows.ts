// What the rows of the catalogue need: a ledger emptied before each test, a door to it, and its heads.
import { beforeEach } from 'vitest'
import type { Guarantee } from '../../core/config.ts'
import { type Acceptor, createAcceptor, type Post, type Signer } from '../../core/flow/accept.ts'
import type { Database } from '../../core/ledger/database.ts'
import type { Claimed, Lease } from '../../core/ledger/lane.ts'
import { hubKey, signerOf } from '../evidence/city.ts'
import { turn } from '../ledger/fixture.ts'

export const ignore = (): void => undefined

/** A post of one message, due at once for system `target`. */
export function record(key: string, deduplication = key, value: Record<string, unknown> = { key }): Post {
  return {
    source: 'housing',
    nonce: undefined,
    payload: Buffer.from(JSON.stringify(value)),
    bundle: 1,
    plan: () => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
    records: [{ type: 'case.process', key, deduplication, value }],
  }
}

export type Door = {
  wake?: () => void
  /** posts that may wait for their commit */
  backlog?: number
  signer?: Signer
  without?: Guarantee
}

/** The door to a ledger. */
export function doorTo(database: Database, door: Door = {}): Acceptor {
  const { wake = ignore, backlog = 100, signer = signerOf(hubKey), without } = door
  return createAcceptor(database, signer, { wake, keep: ignore }, backlog, without)
}

/** How many rows there are: `count('delivery WHERE …')`. */
export async function count(database: Database, rows: string): Promise<number> {
  const [found] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${rows}`)
  return found?.n ?? -1
}

/** The first delivery that a turn claims. */
export async function head(database: Database, lease: Lease): Promise<Claimed> {
  const [first] = await turn(database, lease)
  if (!first) throw new Error('nothing was claimed')
  return first
}

/** Empties the ledger before each test of a file. */
export function emptyBeforeEach(database: () => Database): void {
  beforeEach(() =>
    database().script(
      'TRUNCATE message, deduplication, delivery, attempt, evidence, nonce, lane, feed, dataset, post, audit, correction',
    ),
  )
}
