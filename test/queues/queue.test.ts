import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { Queue, Wake } from '../../core/flow/queue.ts'
import { bullQueue } from '../../queues/bullmq.ts'
import { startServices } from '../../scripts/services.mjs'
import { pairs, silent } from '../pairs.ts'

const lane: Wake = { system: 'province', lane: 0 }

async function until(holds: () => boolean, ms = 5_000): Promise<void> {
  for (const end = Date.now() + ms; !holds() && Date.now() < end; ) await sleep(5)
  expect(holds()).toBe(true)
}

describe.each(pairs)('queue of $name', (pair) => {
  let queue: Queue
  afterEach(() => queue.close())

  test('a wake that arrives while a run is just finishing is not lost', async () => {
    queue = await pair.queue()
    let due = 0
    let seen = 0
    queue.onWake(async () => {
      seen = due
      // ends at once, in the next turn of the event loop, or a little later: wakes meet every moment of finishing
      if (due % 3 === 1) await new Promise((resolve) => setImmediate(resolve))
      if (due % 3 === 2) await sleep(due % 4)
    }, 4)
    for (let round = 0; round < 300; round++) {
      due++
      queue.wake(lane)
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (round % 5 === 0) await sleep(round % 7)
      if (round % 20 === 0) await until(() => seen === due)
    }
    await until(() => seen === due)
  })

  test('a lane never runs twice at once, other lanes run beside it', async () => {
    queue = await pair.queue()
    const running = new Map<number, number>()
    let most = 0
    let twice = 0
    let runs = 0
    let started = 0
    queue.onWake(async ({ lane }) => {
      started++
      const now = (running.get(lane) ?? 0) + 1
      running.set(lane, now)
      if (now > 1) twice++
      most = Math.max(
        most,
        [...running.values()].reduce((a, b) => a + b, 0),
      )
      await sleep(300)
      running.set(lane, now - 1)
      runs++
    }, 8)
    const wakeAll = (): void => {
      for (let l = 0; l < 4; l++) queue.wake({ system: 'province', lane: l })
    }
    wakeAll()
    // a wake while a lane still waits is the same run: only one that comes during a run asks for another
    await until(() => started >= 4)
    wakeAll()
    wakeAll()
    await until(() => runs >= 8)
    expect(twice).toBe(0)
    expect(most).toBeGreaterThan(1)
  })

  test('a wake after a delay comes, and not before', async () => {
    queue = await pair.queue()
    const began = Date.now()
    let at = 0
    queue.onWake(async () => {
      at = Date.now()
    }, 1)
    queue.wakeAfter(lane, 150)
    await until(() => at > 0)
    expect(at - began).toBeGreaterThanOrEqual(145)
  })

  test('the sweeper is heard while an earlier run still lasts', async () => {
    queue = await pair.queue()
    let runs = 0
    queue.onWake(async () => {
      runs++
      await sleep(50)
    }, 2)
    queue.wake(lane)
    await until(() => runs === 1)
    queue.sweep(lane)
    await until(() => runs === 2)
  })
})

describe('queue on Redis', () => {
  test('any eviction policy but noeviction is refused', async () => {
    const services = await startServices({ postgres: false, redis: true })
    const redis = new Redis(services.redisUrl)
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await expect(bullQueue(services.redisUrl, silent)).rejects.toThrow('maxmemory-policy allkeys-lru')
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await (await bullQueue(services.redisUrl, silent)).close()
    redis.disconnect()
    await services.stop()
  })

  test('an unreachable Redis is refused with what to do', async () => {
    await expect(bullQueue('redis://127.0.0.1:1', silent)).rejects.toMatchObject({
      todo: expect.stringContaining('REDIS_URL'),
    })
  })

  test('an emptied Redis in mid-run loses no later wake', async () => {
    const services = await startServices({ postgres: false, redis: true })
    const redis = new Redis(services.redisUrl)
    const queue = await bullQueue(services.redisUrl, silent)
    let runs = 0
    queue.onWake(async () => {
      runs++
      await sleep(100)
    }, 4)
    queue.wake(lane)
    await until(() => runs === 1)
    await redis.flushall()
    await sleep(200)
    queue.wake(lane)
    await until(() => runs >= 2)
    await queue.close()
    redis.disconnect()
    await services.stop()
  })
})
