// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about waking: each test is named by its row.
import { rmSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Database } from '../../core/ledger/database.ts'
import { idleLanes, nextDue } from '../../core/ledger/lane.ts'
import { bullQueue } from '../../queues/bullmq.ts'
import { ownRedis } from '../crash/redis.ts'
import { factIn, type Stage, setStage } from '../health/stage.ts'
import { post, settled, take, turn, write } from '../ledger/fixture.ts'
import { pairs, silent } from '../pairs.ts'
import { doorTo, emptyBeforeEach, head, record } from './rows.ts'

describe.each(pairs)('the catalogue of waking over $name', (pair) => {
  let database: Database
  let stage: Stage
  beforeAll(async () => {
    database = await pair.database()
    stage = setStage(database)
  })
  afterAll(async () => {
    await database.close()
    if (stage.parts.data) rmSync(stage.parts.data, { recursive: true, force: true })
  })
  emptyBeforeEach(() => database)

  test('02 the queue store loses everything: what nobody was woken for is found in the ledger', async () => {
    await write(database, post({ key: 'a' }))
    await take(database, 'gone', 0) // its owner died
    expect(await idleLanes(database.query)).toEqual([{ system: 'target', lane: 0 }])
  })

  test('03 the retry queue lived in what failed: a retry is a row of the ledger', async () => {
    await write(database, post({ key: 'a' }))
    const lease = await take(database)
    await turn(database, lease, [settled(await head(database, lease), 'ready', { delay: 30_000 })], 0)
    const due = await nextDue(database.query, 'target', 0)
    expect(due).toBeGreaterThan(20_000)
    expect(due).toBeLessThanOrEqual(30_000)
  })

  test('04 a worker is alive but deaf: the age of what is due says so, when everything else is well', async () => {
    await write(database, post({ key: 'waits' }))
    const lease = await take(database)
    const limits = { 'delivery.due': { warn: 60, fail: 300 } }
    const due = async () => factIn(await stage.report({ limits }), 'delivery.due', 'target')
    expect((await due())?.state).toBe('ok')
    await database.query(`UPDATE delivery SET due_at = due_at - interval '10 min'`)
    expect(await due()).toEqual({ state: 'fail', value: expect.closeTo(600, -2) })
    expect(factIn(await stage.report({ limits }), 'delivery.half')?.state).toBe('ok')
    const [claimed] = await turn(database, lease)
    if (!claimed) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(claimed, 'delivered')], 0)
    expect(await due()).toEqual({ state: 'ok', value: 0 })
  })

  test('19 Redis is full, or drops what it likes: such a one is refused, and what it holds are names of lanes', async () => {
    const redis = await ownRedis()
    const client = new Redis(redis.url)
    try {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
      await expect(bullQueue(redis.url, silent)).rejects.toThrow('maxmemory-policy allkeys-lru')
      await client.config('SET', 'maxmemory-policy', 'noeviction')
      const queue = await bullQueue(redis.url, silent)
      const wake = () => queue.wake({ system: 'target', lane: 0 })
      const value = { key: '510700-20260801-000001', name: '王小明', certNo: '510703199001011234' }
      await doorTo(database, { wake }).accept(record(value.key, 'a', value))
      queue.wakeAfter({ system: 'target', lane: 1 }, 60_000)
      const held = await vi.waitFor(async () => {
        const found = await everything(client)
        expect(found).toContain('{"system":"target","lane":1}')
        return found
      }, 5_000)
      await queue.close()
      expect(held).toContain('{"system":"target","lane":0}')
      for (const secret of Object.values(value)) expect(held.join()).not.toContain(secret)
    } finally {
      client.disconnect()
      await redis.stop()
    }
  })
})

/** All that a Redis holds: keys, and each text in their values. */
async function everything(redis: Redis): Promise<string[]> {
  const held: string[] = []
  for (const key of await redis.keys('*')) {
    const read: Record<string, () => Promise<unknown>> = {
      string: () => redis.get(key),
      hash: () => redis.hgetall(key).then(Object.entries),
      list: () => redis.lrange(key, 0, -1),
      set: () => redis.smembers(key),
      zset: () => redis.zrange(key, 0, -1),
      stream: () => redis.xrange(key, '-', '+'),
    }
    const value = await read[await redis.type(key)]?.()
    held.push(key, ...[value].flat(9).map(String))
  }
  return held
}
