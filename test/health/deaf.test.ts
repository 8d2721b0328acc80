// A worker that is alive but deaf (catalogue row 4), and a message that is accepted but never queued (row 2): processes
// and queues look well, and the age of what is due tells the truth.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readKeyDates } from '../../certs/dates.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { readConfig } from '../../core/config.ts'
import { type Delivery, startDelivery } from '../../core/flow/delivery.ts'
import { createHub } from '../../core/flow/hub.ts'
import { createReload } from '../../core/flow/reload.ts'
import { createHealth, type Report } from '../../core/health/health.ts'
import { addHealth } from '../../core/http/health.ts'
import { localTime } from '../../core/time.ts'
import { type Closers, closeAll, openParts } from '../../parts.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { pairs, type Stores } from '../hub/stores.ts'
import { factIn } from './stage.ts'

describe.each(pairs)('over $name', (pair) => {
  const closers: Closers = []
  let stores: Stores
  let parts: Awaited<ReturnType<typeof openParts>>
  beforeAll(async () => {
    stores = await pair.make()
    const keys = join(stores.data, 'keys')
    createDevelopmentKeys(keys)
    const config = readConfig({ QIAO_DATA: stores.data, QIAO_CRYPTO_THREADS: '0', QIAO_LOG: 'error' })
    const { databaseUrl, redisUrl } = stores
    parts = await openParts({ ...config, keys, databaseUrl, redisUrl }, closers)
  })
  afterAll(async () => {
    await closeAll(closers)
    rmSync(stores.data, { recursive: true, force: true })
  })

  const healthOf = (delivery: Delivery) =>
    createHealth({
      ...parts,
      reload: createReload(parts),
      breaker: delivery.breaker,
      vitals: delivery.vitals,
      loopDelay: () => 0,
      unproved: () => undefined,
      keyDates: () => readKeyDates(join(stores.data, 'keys')),
      data: undefined,
      limits: { 'delivery.due': { warn: 0.5, fail: 600 }, 'delivery.untried': { warn: 0.5, fail: 600 } },
      now: () => new Date(),
    })
  const accept = async (delivery: Delivery): Promise<void> => {
    const { registry } = parts
    const bundle = registry.current()
    const { body, contentType } = buildMessage('housing', 'acceptance', { caseNo: '510700-20260801-000001' })
    const now = localTime(new Date())
    const context = { meta: { acceptedAt: now, now, source: 'housing' }, steps: {} }
    const records = await bundle.library.intake('housing/acceptance')?.accept(body, contentType, context)
    const hub = createHub({ ...parts, delivery, backlog: 10, gate: () => undefined })
    const post = { source: 'housing', nonce: undefined, payload: body, bundle, records: records ?? [] }
    expect(await hub.accept(post)).toHaveLength(1)
  }
  const told = ({ facts }: Report) =>
    facts.filter(({ state }) => state !== 'ok').map(({ name, of }) => `${name} ${of}`)

  test('the oldest due delivery grows old while everything else is well', async () => {
    // it is connected, it sweeps, and it hears nothing
    const deaf = { ...parts.queue, onWake: () => undefined, sweep: () => undefined }
    const delivery = startDelivery({ ...parts, queue: deaf })
    await accept(delivery)
    expect(told(await healthOf(delivery).report())).toEqual([])
    await sleep(1_200)
    const health = healthOf(delivery)
    const report = await health.report()
    expect(told(report).sort()).toEqual(
      ['province', 'province-feed', 'review']
        .flatMap((system) => [`delivery.due ${system}`, `delivery.untried ${system}`])
        .sort(),
    )
    expect(factIn(report, 'delivery.due', 'province')?.value).toBeGreaterThan(1)
    expect(factIn(report, 'delivery.open', 'province')?.value).toBe(1)
    expect(factIn(report, 'delivery.half')?.state).toBe('ok')

    // and it can still take traffic
    const app = new Hono()
    addHealth(app as never, {
      ...parts,
      health,
      reload: createReload(parts),
      draining: () => false,
      gate: () => undefined,
    })
    expect((await app.request('/healthz')).status).toBe(200)
    expect((await app.request('/readyz')).status).toBe(200)

    await delivery.close(1_000)
    const hearing = startDelivery(parts)
    await vi.waitFor(
      async () => {
        const healed = await healthOf(hearing).report()
        const ages = healed.facts.filter(({ name }) => name === 'delivery.untried')
        expect(ages.map(({ value }) => value)).toEqual(ages.map(() => 0))
      },
      { timeout: 10_000, interval: 200 },
    )
    await hearing.close(1_000)
  })
})

test('healthz touches no store; readyz says why a hub without a ledger cannot accept', async () => {
  let asked = 0
  const database = {
    query: () => {
      asked++
      return Promise.reject(new Error('gone'))
    },
  }
  const health = createHealth({ database, now: () => new Date(), limits: {} } as never)
  const registry = { current: () => ({ digest: 'd' }), since: () => new Date(0) }
  let draining = false
  const app = new Hono()
  const rest = { registry, queue: { health: async () => 'Redis is away' }, reload: { last: () => undefined } }
  addHealth(app as never, { health, ...rest, draining: () => draining, gate: () => undefined } as never)
  expect((await app.request('/healthz')).status).toBe(200)
  expect(asked).toBe(0)
  const answers = await Promise.all(Array.from({ length: 200 }, () => app.request('/readyz')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
  expect(await answers[0]?.json()).toMatchObject({ ready: false, ledger: 'gone', queue: 'Redis is away' })
  expect(asked).toBe(1)

  const well = createHealth({
    database: { query: async () => [] },
    now: () => new Date(),
    limits: {},
  } as never)
  const other = new Hono()
  addHealth(
    other as never,
    { health: well, ...rest, draining: () => draining, gate: () => undefined } as never,
  )
  // Redis only makes delivery quick
  expect((await other.request('/readyz')).status).toBe(200)
  draining = true
  expect((await other.request('/readyz')).status).toBe(503)
})
