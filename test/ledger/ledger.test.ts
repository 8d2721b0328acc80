import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { listDead, resolveDead } from '../../core/ledger/dead.ts'
import { readFeed } from '../../core/ledger/feed.ts'
import { addLanes, idleLanes, LostLease, leaveLane, orphansOf, takeLane } from '../../core/ledger/lane.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { Collision } from '../../core/ledger/post.ts'
import { pairs } from '../pairs.ts'
import { post, settled, take, turn, write } from './fixture.ts'

describe.each(pairs)('ledger on $name', (pair) => {
  let database: Database
  const keysOf = (rows: readonly { key: string }[]): string[] => rows.map((row) => row.key)

  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(() =>
    database.script(
      'TRUNCATE message, delivery, attempt, evidence, nonce, lane, feed, dataset, post, audit, correction',
    ),
  )

  test('twenty installs at once leave one schema', async () => {
    await database.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await Promise.all(Array.from({ length: 20 }, () => migrate(database)))
    const files = readdirSync('core/ledger/migrations').map((name) => ({ number: Number(name.slice(0, 6)) }))
    expect(await database.query('SELECT number FROM migration ORDER BY 1')).toEqual(
      files.sort((a, b) => a.number - b.number),
    )
  })

  test('a ledger newer than the program is refused', async () => {
    await database.query(`INSERT INTO migration (number, name) VALUES (999999, 'future')`)
    await expect(migrate(database)).rejects.toThrow('newer than this program')
    await database.query('DELETE FROM migration WHERE number = 999999')
  })

  test('of statements asked for together, what the failing one said is told', async () => {
    const failing = database.transaction(async (query) => {
      const later = Promise.all([Promise.all([Promise.all([query('SELECT 1 / 0')])])])
      return Promise.all([later, query('SELECT 1')])
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('a used nonce writes nothing', async () => {
    await write(database, post({ key: 'a', nonce: 'nonce-1' }))
    const again = write(database, post({ key: 'b' }), post({ key: 'c', nonce: 'nonce-1' }))
    await expect(again).rejects.toThrow(Collision)
    expect(await database.query('SELECT key FROM message')).toEqual([{ key: 'a' }])
  })

  test('an existing deduplication key writes nothing and is named', async () => {
    await write(database, post({ key: 'a', deduplication: 'd' }))
    const twin = post({ key: 'a', deduplication: 'd' })
    const error = await write(database, post({ key: 'b' }), twin).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Collision)
    expect([...(error as Collision).messages]).toEqual([twin.messages[0]?.id])
    expect(await database.query('SELECT count(*)::int AS n FROM message')).toEqual([{ n: 1 }])
  })

  test('only the head of a key is claimed, and the next one after it is settled', async () => {
    await write(
      database,
      post({ key: 'a', deduplication: '1' }),
      post({ key: 'a', deduplication: '2' }),
      post({ key: 'b' }),
    )
    const lease = await take(database)
    const first = await turn(database, lease)
    expect(keysOf(first)).toEqual(['a', 'b'])
    const [a] = first
    if (!a) throw new Error('nothing claimed')
    const second = await turn(database, lease, [settled(a, 'delivered')], 16, first.slice(1))
    expect(keysOf(second)).toEqual(['a'])
    expect(second[0]?.message).not.toBe(a.message)
  })

  test('a delivery waiting for its retry blocks its key', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'a' }))
    const lease = await take(database)
    const [head] = await turn(database, lease)
    if (!head) throw new Error('nothing claimed')
    expect(await turn(database, lease, [settled(head, 'ready')])).toEqual([])
  })

  test('a dead letter blocks its key until it is skipped; replay keeps its place', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'a' }))
    const lease = await take(database)
    const [head] = await turn(database, lease)
    if (!head) throw new Error('nothing claimed')
    expect(await turn(database, lease, [settled(head, 'dead', { reason: 'no' })])).toEqual([])
    const dead = await listDead(database.query, {}, { after: 0, limit: 10 })
    expect(dead.map(({ key, blocked, reason }) => ({ key, blocked, reason }))).toEqual([
      { key: 'a', blocked: 1, reason: 'no' },
    ])
    const act = (action: 'skip' | 'replay') =>
      resolveDead(database, {
        id: newId(),
        operator: 'li',
        action,
        message: head.message,
        step: head.step,
        reason: 'test',
        evidence: { id: newId(), day: '2026-11-24', root: Buffer.alloc(32) },
        releases: [],
      })
    expect(await act('replay')).toMatchObject({ system: 'target', lane: 0 })
    const [replayed] = await turn(database, lease)
    expect(replayed?.message).toBe(head.message)
    await turn(database, lease, [settled({ ...head, attempts: 1 }, 'dead')], 0)
    await act('skip')
    expect(await act('skip')).toBeUndefined()
    expect(await turn(database, lease)).toHaveLength(1)
    expect(await database.query('SELECT action FROM audit ORDER BY id')).toEqual([
      { action: 'replay' },
      { action: 'skip' },
    ])
  })

  test('a long blocked key does not hide other keys of its lane', async () => {
    await write(database, ...Array.from({ length: 60 }, () => post({ key: 'blocked' })))
    const lease = await take(database)
    const [head] = await turn(database, lease, [], 4)
    if (!head) throw new Error('nothing claimed')
    await turn(database, lease, [settled(head, 'dead')], 0)
    await write(database, post({ key: 'free' }))
    const seen: string[] = []
    for (let i = 0; i < 20 && seen.length === 0; i++) seen.push(...keysOf(await turn(database, lease, [], 4)))
    expect(seen).toEqual(['free'])
  })

  test('what was set aside behind a head comes back when the head is done', async () => {
    await write(database, ...Array.from({ length: 30 }, () => post({ key: 'a' })))
    const lease = await take(database)
    let done = 0
    let claimed = await turn(database, lease, [], 2)
    while (claimed[0]) {
      done++
      claimed = await turn(database, lease, [settled(claimed[0], 'delivered')], 2)
    }
    expect(done).toBe(30)
  })

  test('a lane has one owner; a stale owner changes nothing', async () => {
    await write(database, post({ key: 'a' }))
    const stale = await take(database, 'first', 1)
    const [head] = await turn(database, stale, [], 1)
    if (!head) throw new Error('nothing claimed')
    await database.query(`UPDATE lane SET lease_until = now() - interval '1 s'`)
    const next = await takeLane(database.query, 'target', 0, 'second', 10_000)
    expect(next?.orphans).toEqual([{ message: head.message, step: 'push' }])
    expect(await orphansOf(database.query, next?.orphans ?? [])).toMatchObject([{ key: 'a', attempts: 0 }])
    await expect(turn(database, stale, [settled(head, 'delivered')])).rejects.toThrow(LostLease)
    expect(await database.query('SELECT state, attempts FROM delivery')).toEqual([
      { state: 'ready', attempts: 0 },
    ])
    expect(await database.query('SELECT 1 FROM attempt')).toEqual([])
    expect(await takeLane(database.query, 'target', 0, 'third', 10_000)).toBeUndefined()
  })

  test('somebody who came while the lane was taken makes its owner look once more', async () => {
    const lease = await take(database)
    expect(await takeLane(database.query, 'target', 0, 'other', 10_000)).toBeUndefined()
    expect(await leaveLane(database.query, lease)).toBe(false)
    expect(await leaveLane(database.query, lease)).toBe(true)
    expect(await takeLane(database.query, 'target', 0, 'other', 10_000)).toBeDefined()
  })

  test('the sweeper sees a lane with something due and nobody on it', async () => {
    await write(database, post({ key: 'a' }))
    await addLanes(database.query, 'target', 1)
    expect(await idleLanes(database.query)).toEqual([{ system: 'target', lane: 0 }])
    await take(database)
    expect(await idleLanes(database.query)).toEqual([])
  })

  test('a held step is freed when everything it needs is done', async () => {
    const step = (name: string, system: string, state: 'ready' | 'held') => ({
      step: name,
      system,
      key: 'a',
      lane: 0,
      state,
    })
    await write(
      database,
      post({
        key: 'a',
        deliveries: [
          step('seal', 'target', 'ready'),
          step('other', 'elsewhere', 'ready'),
          step('store', 'store', 'held'),
        ],
      }),
    )
    const lease = await take(database)
    const [seal] = await turn(database, lease)
    if (!seal) throw new Error('nothing claimed')
    const release = (needs: string[]) => [{ step: 'store', needs, system: 'store', lane: 0 }]
    const stateOfStore = () => database.query(`SELECT state FROM delivery WHERE step = 'store'`)
    await turn(database, lease, [settled(seal, 'delivered', { releases: release(['seal', 'other']) })])
    expect(await stateOfStore()).toEqual([{ state: 'held' }])
    await database.query(`UPDATE delivery SET state = 'delivered' WHERE step = 'other'`)
    await database.query(`UPDATE delivery SET state = 'ready' WHERE step = 'seal'`)
    await turn(database, lease, [
      settled({ ...seal, attempts: 1 }, 'delivered', { releases: release(['seal', 'other']) }),
    ])
    expect(await stateOfStore()).toEqual([{ state: 'ready' }])
  })

  test('a reader never skips a feed row, whatever commits at the same time', async () => {
    const writers = 8
    const rounds = 12
    const dataset = { dataset: 'cases', type: 'case.process', data: '{}' }
    const seen: number[] = []
    let writing = true
    const reader = (async () => {
      while (writing || seen.length < writers * rounds) {
        const rows = await readFeed(database.query, 'cases', seen.at(-1) ?? 0, 5)
        seen.push(...rows.map((row) => row.position))
      }
    })()
    await Promise.all(
      Array.from({ length: writers }, async (_, w) => {
        await addLanes(database.query, 'target', writers)
        const taken = await takeLane(database.query, 'target', w, `w${w}`, 60_000)
        if (!taken) throw new Error('the lane is taken')
        const lane = w
        for (let r = 0; r < rounds; r++) {
          const key = `${w}/${r}`
          await write(
            database,
            post({ key, deliveries: [{ step: 'push', system: 'target', key, lane, state: 'ready' }] }),
          )
          const [head] = await turn(database, taken.lease)
          if (!head) throw new Error('nothing claimed')
          await turn(database, taken.lease, [settled(head, 'delivered', { publish: dataset })], 0)
        }
      }),
    )
    writing = false
    await reader
    expect(seen).toEqual(Array.from({ length: writers * rounds }, (_, i) => i + 1))
  })
})
