// Bar 4: Redis emptied three times in mid-traffic of two hubs, then gone altogether for a while; and PostgreSQL cutting
// every connection. Nothing is lost, nothing is out of order, nothing has a second effect, and nothing waits for long.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Child } from '../../cli/demo/child.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { createRandom } from '../../sandbox/department/random.ts'
import type { Summary } from '../../sandbox/department/tally.ts'
import { freshDatabase } from '../database.ts'
import { silent } from '../pairs.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type City, foundCity, freePorts, recordsOf, stop, type Traffic, until } from './city.ts'
import { type OwnRedis, ownRedis } from './redis.ts'
import { delivered, expectAgreement, expectLedger } from './verdict.ts'

const stretches = [
  [0.1, 0.25],
  [0.35, 0.5],
  [0.6, 0.8],
] as const
const cutAll = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'qiao' AND pid <> pg_backend_pid()`
// the slowest a lane may be found by the sweeper, with room for a busy machine
const patience = 15_000

describe('two hubs lose what they stand on', () => {
  let redis: OwnRedis
  let city: City
  let balancer: Balancer
  let hubs: Child[]
  const sum = { province: 0, elicence: 0, eseal: 0, supervision: 0, review: 0 }

  beforeAll(async () => {
    redis = await ownRedis()
    city = await foundCity({ DATABASE_URL: await freshDatabase(), REDIS_URL: redis.url })
    const ports = await freePorts(2)
    hubs = await Promise.all(ports.map((port) => city.hub(port)))
    balancer = await startBalancer(ports.map((port) => `http://127.0.0.1:${port}`))
    city.sandbox.fault({ system: 'province', fault: 'slow', every: 5, ms: 200 })
    city.sandbox.fault({ system: 'review', fault: '5xx', every: 9 })
    city.sandbox.pull(balancer.url)
  }, 90_000)
  afterAll(async () => {
    await balancer.close()
    await city.close()
    await redis.stop()
  })

  /** Both sides agree on everything sent so far; answers ms from the end of the traffic to the last delivery. */
  async function agree(summary: Summary): Promise<number> {
    const began = Date.now()
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += summary.expected[name]
    const total = { ...summary, expected: { ...sum } }
    const rows = await delivered(city, balancer.url, total, patience)
    const rest = Date.now() - began
    expectAgreement(city, rows, total)
    return rest
  }

  test('FLUSHALL three times in mid-traffic', { timeout: 90_000 }, async () => {
    const traffic: Traffic = { cases: 36, rate: 40, seed: 'flushall' }
    const random = createRandom(traffic.seed)
    const total = recordsOf(traffic)
    const departments = city.traffic(balancer.url, traffic)
    let keys = 0
    for (const [from, to] of stretches) {
      const mark = random.int(Math.floor(total * from), Math.floor(total * to))
      await until(`${mark} of ${total} messages`, () => balancer.given.length >= mark, 60_000)
      keys += await redis.empty()
    }
    const rest = await agree(await departments)
    expect(keys).toBeGreaterThan(0)
    console.info(JSON.stringify({ flushes: 3, keys, total, rest }))
  })

  test('killed in mid-traffic: delivery goes on without it, and with it again', {
    timeout: 90_000,
  }, async () => {
    const traffic: Traffic = { cases: 24, rate: 40, seed: 'outage' }
    const start = balancer.given.length
    const departments = city.traffic(balancer.url, traffic)
    await until('traffic flows', () => balancer.given.length > start + 40, 60_000)
    await redis.stop()
    const summary = await departments
    const without = await agree(summary)
    await redis.start()
    const again = await city.traffic(balancer.url, { cases: 5, rate: 40, seed: 'again' })
    const rest = await agree(again)
    console.info(JSON.stringify({ outage: summary.messages, without, again: again.messages, rest }))
  })

  test('PostgreSQL cuts every connection, three times', { timeout: 90_000 }, async () => {
    const traffic: Traffic = { cases: 20, rate: 40, seed: 'cut' }
    const start = balancer.given.length
    const total = recordsOf(traffic)
    const operator = await openPostgres(city.environment.DATABASE_URL ?? '', silent, 1)
    const departments = city.traffic(balancer.url, traffic)
    let cut = 0
    for (const share of [0.2, 0.45, 0.7]) {
      await until('traffic flows', () => balancer.given.length > start + total * share, 60_000)
      cut += (await operator.query(cutAll)).length
    }
    const rest = await agree(await departments)
    await operator.close()
    expect(cut).toBeGreaterThan(6)
    for (const hub of hubs) expect(hub.process.exitCode).toBeNull()
    console.info(JSON.stringify({ cut, total, rest }))
  })

  test('afterwards the ledger is sound, and both hubs stop as they should', { timeout: 60_000 }, async () => {
    const began = Date.now()
    expect(await Promise.all(hubs.map(stop))).toEqual([0, 0])
    expect(Date.now() - began).toBeLessThan(5_000)
    await expectLedger(city, balancer.given, [])
  })
})
