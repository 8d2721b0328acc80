// Keys that stand behind a dead letter: what waits there is not due, costs the others nothing, and comes back at once.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newAction } from '../../core/flow/action.ts'
import { listBlocked } from '../../core/ledger/blocked.ts'
import type { Database, Query } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import { countOpen } from '../../core/ledger/import.ts'
import {
  addLanes,
  type Claimed,
  holdLanes,
  idleLanes,
  type Lease,
  turnLanes,
} from '../../core/ledger/lane.ts'
import { unparkLost } from '../../core/ledger/settle.ts'
import { oldestDue } from '../../core/ledger/waiting.ts'
import { empty } from '../archive/ledger.ts'
import { pairs } from '../pairs.ts'
import { post, settled, take, turn, write } from './fixture.ts'

describe.each(pairs)('blocked keys on $name', (pair) => {
  let database: Database
  let lease: Lease
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    lease = await take(database)
  })

  /** A dead letter of `key`, and one that waits behind it. */
  const block = async (key: string): Promise<Claimed> => {
    await write(database, post({ key }))
    const [dead] = await turn(database, lease)
    if (!dead) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(dead, 'dead')], 0)
    await write(database, post({ key }))
    return dead
  }
  /** As many keys of a system, each with a dead letter and one that waits behind it; straight into the ledger. */
  const blockMany = async (system: string, count: number): Promise<void> => {
    for (const state of ['dead', 'ready'])
      await database.query(
        `WITH d AS (INSERT INTO delivery (message, step, system, key, lane, state, settled_at)
           SELECT gen_random_uuid(), 'push', $1, 'k' || n, 0, $2, CASE $2 WHEN 'dead' THEN now() END
           FROM generate_series(1, $3::int) n RETURNING message, key)
         INSERT INTO message (id, source, type, key, deduplication, content_digest, canonical, canonical_digest, bundle,
           accepted_at, evidence, leaf, path)
         SELECT message, 'housing', 'case.process', key, message::text, '', '{}', '', 1, now(), message, 0, '' FROM d`,
        [system, state, count],
      )
  }
  const skip = ({ message, step }: Claimed) => {
    const deed = newAction({ operator: '王值班', reason: '已与平台核实', action: 'skip', message, step })
    return resolveDead(database, { ...deed, action: 'skip', message, step, releases: [] })
  }
  const free = () => database.query('UPDATE lane SET lease_until = NULL, owner = NULL')

  test('what waits behind a dead letter is not due: no alarm, no sweep, no import waits for it', async () => {
    const dead = await block('a')
    expect(await countOpen(database.query, ['target'], 10)).toBe(1)
    expect(await turn(database, lease)).toEqual([])
    await free()
    expect(await oldestDue(database.query)).toEqual([{ system: 'target', due: null, untried: null }])
    expect(await idleLanes(database.query)).toEqual([])
    expect(await countOpen(database.query, ['target'], 10)).toBe(0)
    await skip(dead)
    expect(await idleLanes(database.query)).toEqual([{ system: 'target', lane: 0 }])
    expect((await turn(database, await take(database))).map(({ key }) => key)).toEqual(['a'])
  })

  test('behind a head that is under way, or tried again, it stays where it is', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'a' }))
    const [head] = await turn(database, lease)
    if (!head) throw new Error('nothing was claimed')
    expect(await turn(database, lease, [], 16, [head])).toEqual([])
    await turn(database, lease, [settled(head, 'ready')])
    await free()
    expect(await idleLanes(database.query)).toEqual([{ system: 'target', lane: 0 }])
  })

  test('one that is skipped while a claim goes by what was before brings back what the claim sets aside', async () => {
    const dead = await block('a')
    let skipping: Promise<unknown> | undefined
    await database.transaction(async (query) => {
      await holdLanes(query, [lease])
      skipping = skip(dead)
      // a claim that read the dead head before it was skipped
      const waits = new Promise((resolve) => setTimeout(resolve, 150, 'waits'))
      expect(await Promise.race([skipping, waits])).toBe('waits')
      await query(`UPDATE delivery SET due_at = 'infinity' WHERE state = 'ready'`)
    })
    expect(await skipping).toBeDefined()
    expect(await unparkLost(database.query)).toBe(0)
    expect((await turn(database, lease)).map(({ key }) => key)).toEqual(['a'])
  })

  test('a turn looks at a bounded number of them and says that there is more', async () => {
    await blockMany('target', 3_000)
    await write(database, post({ key: 'free' }))
    const aside: number[] = []
    for (let more = true, known = 0; more; ) {
      const [claims] = await turnLanes(
        database,
        [{ lease, settled: [], inFlight: new Map(), free: 1, has: () => false, leaseMs: 10_000 }],
        undefined,
      )
      const rows = await database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM delivery WHERE due_at = 'infinity'`,
      )
      aside.push((rows[0]?.n ?? 0) - known)
      known += aside.at(-1) ?? 0
      more = claims?.more ?? false
      expect(claims?.heads.map(({ key }) => key)).toEqual(more ? [] : ['free'])
    }
    expect(Math.max(...aside)).toBeLessThan(1_500)
    expect(aside.reduce((sum, n) => sum + n, 0)).toBe(3_000)
  })

  test('a page of the list and a sweep read a few rows, however many there are', async () => {
    for (const system of ['target', 'other']) {
      await addLanes(database.query, system, 1)
      await blockMany(system, 2_000)
    }
    await free()
    const page = { after: 0, limit: 10, waiting: 60 }
    const list = await listBlocked(database.query, undefined, page)
    expect(list.map(({ system, key, behind }) => `${system} ${key} ${behind}`)).toEqual(
      Array.from({ length: 10 }, (_, i) => `target k${i + 1} 1`),
    )
    const [last] = await database.query<{ seq: number }>(
      `SELECT max(seq)::float8 AS seq FROM delivery WHERE system = 'target'`,
    )
    const next = await listBlocked(database.query, undefined, { ...page, after: last?.seq ?? 0 })
    expect(next.map(({ system }) => system)).toEqual(Array(10).fill('other'))

    const plans: string[] = []
    const explain: Query = async (text, values) => {
      const rows = await database.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, COSTS OFF) ${text}`,
        values,
      )
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      return []
    }
    await listBlocked(explain, undefined, page)
    await idleLanes(explain)
    expect(plans.map((plan) => rowsOf(plan, 'delivery_stuck'))).toEqual([20, undefined])
    expect(plans.map((plan) => rowsOf(plan, 'delivery_due'))).toEqual([undefined, 2])
  })
})

/** How many rows a plan read by an index. */
function rowsOf(plan: string, index: string): number | undefined {
  const [, rows, loops] = new RegExp(`using ${index} on .*rows=([\\d.]+) loops=(\\d+)`).exec(plan) ?? []
  return rows === undefined ? undefined : Number(rows) * Number(loops)
}
