// The lane runner when things break under it: no loop without a pause, no result thrown away, nothing recorded twice.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createBreaker } from '../../core/flow/breaker.ts'
import type { Attempted } from '../../core/flow/deliver.ts'
import { createLink, failed, type Tools } from '../../core/flow/exchange.ts'
import { createRunner, type Runner, type Work } from '../../core/flow/runner.ts'
import { settlementOf } from '../../core/flow/settlement.ts'
import { compileSystem } from '../../core/flow/system.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addLanes, type Claimed } from '../../core/ledger/lane.ts'
import { createHttp, NotHeld } from '../../core/transport/http.ts'
import { readYaml } from '../../core/yaml.ts'
import { memoryQueue } from '../../queues/memory.ts'
import { post, settled, write } from '../ledger/fixture.ts'
import { pairs, silent } from '../pairs.ts'
import { until } from './city.ts'

const lane = { system: 'target', lane: 0 }
const [embedded] = pairs

describe('the lane runner', () => {
  let database: Database
  let runner: Runner
  /** transactions so far, and what is done with the next ones */
  let transactions = 0
  let spoil: 'before' | 'after' | undefined
  beforeAll(async () => {
    if (!embedded) throw new Error('no pair')
    database = await embedded.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.script('TRUNCATE delivery, message, post, nonce, attempt, evidence, lane')
    await addLanes(database.query, 'target', 1)
    transactions = 0
    spoil = undefined
  })
  afterEach(async () => {
    await runner.drain(2_000)
  })

  function start(attempt: Work['attempt'], inFlight = 16): void {
    const work: Work = {
      inFlight: () => inFlight,
      breaker: () => createBreaker(() => ({ failures: 10, pause: 5_000 })),
      attempt,
      orphaned: async () => [],
      has: () => false,
      freed: () => [],
    }
    const watched: Database = {
      ...database,
      transaction: async (work) => {
        transactions++
        if (spoil === 'before') throw new Error('connection refused')
        const result = await database.transaction(work)
        if (spoil === 'after') throw new Error('connection lost')
        return result
      },
    }
    const wake = (target: typeof lane): void => void runner.run(target)
    runner = createRunner(watched, work, wake, () => undefined, 'me', silent)
  }
  const states = async (): Promise<string[]> =>
    (await database.query<{ state: string }>('SELECT state FROM delivery ORDER BY seq')).map((d) => d.state)
  const attempts = async (): Promise<number> => (await database.query('SELECT 1 FROM attempt')).length
  const delivered = async (claimed: Claimed) => settled(claimed, 'delivered')

  test('goes on by itself through all that waits behind dead letters', async () => {
    const keys = Array.from({ length: 1_500 }, (_, i) => `k${i}`)
    for (const _ of ['dead', 'behind it']) await write(database, ...keys.map((key) => post({ key })))
    await database.query(
      `UPDATE delivery SET state = 'dead' WHERE seq IN (SELECT min(seq) FROM delivery GROUP BY key)`,
    )
    await write(database, post({ key: 'free' }))
    const seen: string[] = []
    start(async (claimed) => {
      seen.push(claimed.key)
      return settled(claimed, 'delivered')
    })
    await runner.run(lane)
    expect(seen).toEqual(['free'])
  })

  test('tries what fails on our side again after a pause, not in a loop', async () => {
    await write(database, post({ key: 'a' }))
    let tries = 0
    start(async (claimed) => {
      if (++tries < 3) throw new Error('a defect')
      return delivered(claimed)
    })
    const began = Date.now()
    await runner.run(lane)
    expect(tries).toBe(3)
    expect(Date.now() - began).toBeGreaterThan(900)
    expect(await states()).toEqual(['delivered'])
  })

  test('a nudge of a full lane costs nothing, and is not forgotten', async () => {
    await write(database, post({ key: 'a' }))
    start(async (claimed) => {
      await sleep(claimed.key === 'a' ? 500 : 0)
      return delivered(claimed)
    }, 1)
    const run = runner.run(lane)
    await until('the lane is full', () => transactions === 1)
    await write(database, post({ key: 'b' }))
    for (let i = 0; i < 40; i++) {
      runner.nudge(lane)
      await sleep(8)
    }
    expect(transactions).toBe(1)
    await run
    expect(await states()).toEqual(['delivered', 'delivered'])
  })

  test('keeps its results while the ledger is away', async () => {
    await write(database, post({ key: 'a' }))
    let sent = 0
    start(async (claimed) => {
      sent++
      spoil = 'before'
      setTimeout(() => {
        spoil = undefined
      }, 700)
      return delivered(claimed)
    })
    await runner.run(lane)
    expect({ sent, states: await states(), attempts: await attempts() }).toEqual({
      sent: 1,
      states: ['delivered'],
      attempts: 1,
    })
  })

  test('goes on by itself when a commit was done but not confirmed', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'b' }))
    start(async (claimed) => {
      spoil = 'after'
      setTimeout(() => {
        spoil = undefined
      }, 100)
      return delivered(claimed)
    }, 1)
    void runner.run(lane)
    const began = Date.now()
    await until('both are delivered', async () => (await states()).every((state) => state === 'delivered'))
    // not only when the lease has ended
    expect(Date.now() - began).toBeLessThan(6_000)
    expect(await attempts()).toBeGreaterThanOrEqual(2)
  })

  test('records a reply with a NUL and half a surrogate pair as it will be read back', async () => {
    await write(database, post({ key: 'a' }))
    const reply: Attempted = { ...failed('rejected', 'bad\0 \ud83d'), excerpt: 'x\0y', publish: null }
    start(async (claimed) =>
      settlementOf(
        claimed,
        reply,
        { startedAt: new Date(), duration: 1 },
        { retry: { first: 1, factor: 1, max: 1 }, repeat: 'safe' },
        [],
      ),
    )
    await runner.run(lane)
    expect(await database.query('SELECT state, reason FROM delivery')).toEqual([
      { state: 'dead', reason: 'bad\ufffd \ufffd' },
    ])
    expect(await database.query('SELECT reply FROM attempt')).toEqual([{ reply: 'x\ufffdy' }])
  })
})

test('nothing is sent once the lane is not held, also what waited for a connection', async () => {
  let received = 0
  const server = createServer((request, response) => {
    received++
    request.resume()
    setTimeout(() => response.end('{}'), 200)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const http = createHttp(1)
  const system = compileSystem(
    readYaml(
      'systems/target.yaml',
      `kind: province\ntitle: t\nurl: http://127.0.0.1:${port}\noperations: { push: { path: /x } }\nreplies: [ { when: {}, outcome: delivered } ]\n`,
    ),
    { systems: {} },
  )
  const link = createLink(system, new Map(), { http } as Tools)
  const document = { value: {}, content: Buffer.from('{}'), contentType: 'application/json' }
  await expect(link.exchange('push', document, () => false)).rejects.toThrow(NotHeld)
  expect(received).toBe(0)
  let held = true
  const first = link.exchange('push', document, () => held)
  const waits = link.exchange('push', document, () => held)
  await until('the first is there', () => received === 1)
  held = false
  await expect(waits).rejects.toThrow(NotHeld)
  expect(await first).toMatchObject({ outcome: 'delivered' })
  expect(await link.exchange('push', document, () => true)).toMatchObject({ outcome: 'delivered' })
  expect(received).toBe(2)
  await http.close()
  server.close()
})

test('waiting wakes of a lane share one timer, the earliest', async () => {
  const queue = memoryQueue()
  const runs: number[] = []
  const began = Date.now()
  queue.onWake(async () => void runs.push(Date.now() - began), 1)
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  for (let i = 0; i < 500; i++) queue.wakeAfter(lane, 60_000 + i)
  expect(timers() - before).toBe(1)
  queue.wakeAfter(lane, 50)
  await until('it ran', () => runs.length === 1)
  expect(runs[0]).toBeLessThan(5_000)
  expect(timers() - before).toBeLessThanOrEqual(1)
  await queue.close()
})
