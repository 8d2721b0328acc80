// Every fact of health turns when its cause is made, and only then.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClocks } from '../../core/flow/clocks.ts'
import { createLink, type Tools } from '../../core/flow/exchange.ts'
import { compileSystem } from '../../core/flow/system.ts'
import { watchLoop } from '../../core/flow/vitals.ts'
import { createHealth } from '../../core/health/health.ts'
import { createTeller } from '../../core/health/watch.ts'
import { type Database, LedgerAway } from '../../core/ledger/database.ts'
import { createLog } from '../../core/log.ts'
import { createHttp } from '../../core/transport/http.ts'
import { readYaml } from '../../core/yaml.ts'
import { bullQueue } from '../../queues/bullmq.ts'
import { startServices } from '../../scripts/services.mjs'
import { pairs, silent } from '../pairs.ts'
import { makeCertificate } from './certificate.ts'
import { factIn, type Stage, setStage, vitalsOf } from './stage.ts'

const day = 24 * 3600 * 1000
const ahead = (ms: number) => () => new Date(Date.now() + ms)

describe.each(pairs)('health over $name', (pair) => {
  let database: Database
  let stage: Stage
  beforeAll(async () => {
    database = await pair.database()
    stage = setStage(database)
  })
  afterAll(() => database?.close())

  test('a hub that is well says so, with nothing unread', async () => {
    const report = await stage.report()
    expect(report.facts.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(report.state).toBe('ok')
    expect(report.facts.length).toBeGreaterThan(10)
  })

  test('a clock that is ten minutes off', async () => {
    const report = await stage.report({ now: ahead(600_000) })
    expect(factIn(report, 'clock.ledger')).toEqual({ state: 'fail', value: expect.closeTo(-600, -0.5) })
    expect(report.state).toBe('fail')
  })

  test('a ledger that is away, and one that does not answer', async () => {
    const query = () => Promise.reject(new LedgerAway(new Error('gone')))
    const report = await stage.report({ database: { ...database, query } })
    const value = 'the ledger is away: gone'
    expect(factIn(report, 'ledger.reachable')).toEqual({ state: 'fail', value })
    expect(factIn(report, 'check', 'deliveries')).toEqual({ state: 'warn', value })
    expect(factIn(report, 'delivery.due', 'x')).toBeUndefined()
  })

  test('transactions that wait for a connection', async () => {
    let end = (): void => undefined
    const held = new Promise<void>((resolve) => {
      end = resolve
    })
    const waiting = Array.from({ length: 40 }, () => database.transaction(() => held))
    const limits = { 'ledger.waiting': { warn: 10, fail: 1_000 } }
    // what needs the ledger itself is not asked for here: it would wait too
    const away = { ...database, query: () => Promise.reject(new Error('not asked')) }
    await sleep(50)
    const report = await stage.report({ database: away, limits })
    end()
    await Promise.all(waiting)
    const found = factIn(report, 'ledger.waiting', 'main')
    expect(found?.state).toBe('warn')
    expect(found?.value).toBeGreaterThanOrEqual(32)
    expect(factIn(await stage.report({ limits }), 'ledger.waiting', 'main')?.state).toBe('ok')
  })

  test('a chain whose days are no longer closed', async () => {
    const now = Date.parse('2026-11-24T03:00:00Z')
    const evidence = (days: number) => stage.report({ now: () => new Date(now + days * day) })
    expect(factIn(await evidence(0), 'evidence.day')).toEqual({ state: 'ok', value: null })
    await database.query(
      `INSERT INTO evidence (id, kind, day, size, root) VALUES (gen_random_uuid(), 'actions', '2026-11-23', 1, '')`,
    )
    // the 23rd is closed on the 24th; 11 o'clock there is 03:00 UTC
    expect(factIn(await evidence(0), 'evidence.day')).toEqual({ state: 'warn', value: 35 * 3600 })
    await database.query(
      `INSERT INTO evidence_day (day, entries, root, previous, hash, signature, key_id)
       VALUES ('2026-11-23', 1, '', '', '', '', 'hub')`,
    )
    expect(factIn(await evidence(0), 'evidence.day')).toEqual({ state: 'ok', value: 11 * 3600 })
    expect(factIn(await evidence(1), 'evidence.day')).toEqual({ state: 'warn', value: 35 * 3600 })
    expect(factIn(await evidence(2), 'evidence.day')?.state).toBe('fail')
  })
})

describe('health of this process', () => {
  let database: Database
  let stage: Stage
  beforeAll(async () => {
    const pair = pairs.at(-1)
    if (!pair) throw new Error('no stores')
    database = await pair.database()
    stage = setStage(database)
  })
  afterAll(() => database?.close())

  test('a certificate that ends in ten days, one that has ended, one that is none', async () => {
    const put = (name: string, text: string) => writeFileSync(join(stage.keys, `${name}.crt.pem`), text)
    expect(factIn(await stage.report(), 'key.endless')?.value).toBeGreaterThan(10)
    put('soon', makeCertificate(new Date(Date.now() + 10.5 * day)))
    put('later', makeCertificate(new Date(Date.now() + 100.5 * day)))
    put('over', makeCertificate(new Date(Date.now() - day / 2)))
    put('broken', 'no certificate')
    const report = await stage.report()
    expect(factIn(report, 'key.expiry', 'soon')).toEqual({ state: 'warn', value: 10 })
    expect(factIn(report, 'key.expiry', 'later')).toEqual({ state: 'ok', value: 100 })
    expect(factIn(report, 'key.expiry', 'over')).toEqual({ state: 'fail', value: -1 })
    expect(factIn(report, 'key.expiry', 'broken')?.state).toBe('fail')
    // time goes by
    expect(factIn(await stage.report({ now: ahead(11 * day) }), 'key.expiry', 'soon')?.state).toBe('fail')
  })

  test('a key folder that is gone is told, and hides nothing else', async () => {
    const keyDates = () => {
      throw new Error('no folder')
    }
    const report = await stage.report({ keyDates })
    expect(factIn(report, 'check', 'keys')).toEqual({ state: 'warn', value: 'no folder' })
    expect(factIn(report, 'mappings.refused')?.state).toBe('ok')
  })

  test('a disk that is nearly full', async () => {
    const free = (await stage.report()).facts.find(({ name }) => name === 'disk.free')?.value as number
    const under = (warn: number, fail: number) => ({
      limits: { 'disk.free': { warn, fail, below: true as const } },
    })
    expect(factIn(await stage.report(under(free / 2, free / 4)), 'disk.free')?.state).toBe('ok')
    expect(factIn(await stage.report(under(free * 2, free / 4)), 'disk.free')?.state).toBe('warn')
    expect(factIn(await stage.report(under(free * 4, free * 2)), 'disk.free')?.state).toBe('fail')
  })

  test('an event loop that is held up', async () => {
    const loop = watchLoop()
    await sleep(60)
    loop.delay()
    // the interval in which it is asked is not measured
    await sleep(60)
    const until = Date.now() + 1_200
    while (Date.now() < until);
    await sleep(60)
    const report = await stage.report({ loopDelay: loop.delay })
    loop.stop()
    expect(factIn(report, 'loop.delay', 'main')?.state).toBe('warn')
  })

  test('files that were refused, a guarantee that is off, a day that is not closed', async () => {
    const problem = { severity: 'error', file: 'x', line: 1, column: 1, en: '', zh: '', rule: 'r' }
    const last = () => ({ ok: false, problems: [problem, problem, { ...problem, severity: 'warning' }] })
    const reload = { last } as unknown as Parameters<typeof createHealth>[0]['reload']
    const unproved = () => '2026-11-24 is not closed'
    const report = await stage.report({ reload, without: 'order', unproved })
    expect(factIn(report, 'evidence.proof')).toEqual({ state: 'fail', value: '2026-11-24 is not closed' })
    expect(factIn(report, 'mappings.refused')).toEqual({ state: 'warn', value: 2 })
    expect(factIn(report, 'guarantee')).toEqual({ state: 'fail', value: 'order' })
  })

  test('a platform whose clock is ten minutes ahead, seen in the Date of its reply', async () => {
    const server = createServer((request, response) => {
      request.resume()
      response.setHeader('date', new Date(Date.now() + 600_000).toUTCString()).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const text = `kind: x\ntitle: t\nurl: http://127.0.0.1:${port}\noperations: { note: { path: /x } }\n`
    const system = compileSystem(readYaml('systems/slow.yaml', text), { systems: {} })
    const http = createHttp()
    const clocks = createClocks()
    const link = createLink(system, new Map(), { http, clocks } as Tools)
    await link.exchange(
      'note',
      { value: {}, content: Buffer.from('{}'), contentType: 'application/json' },
      () => true,
    )
    const vitals = vitalsOf({ clocks: clocks.seen() })
    const report = await stage.report({ vitals })
    expect(factIn(report, 'clock.platform', 'slow')).toEqual({
      state: 'fail',
      value: expect.closeTo(600, -1),
    })
    await http.close()
    server.close()
  })

  test('a delivering half that does not answer, or looks for nothing', async () => {
    const silence = await stage.report({ vitals: () => Promise.reject(new Error('no answer')) })
    expect(factIn(silence, 'delivery.half')).toEqual({ state: 'fail', value: 'no answer' })
    const asleep = await stage.report({ vitals: vitalsOf({ sweptAt: Date.now() - 20_000 }) })
    expect(factIn(asleep, 'delivery.sweep')?.state).toBe('warn')
    const lost = await stage.report({ vitals: vitalsOf({ sweptAt: Date.now() - 90_000 }) })
    expect(factIn(lost, 'delivery.sweep')?.state).toBe('fail')
  })

  test('a storm of probes is one reading', async () => {
    let asked = 0
    const query: Database['query'] = (...args) => {
      asked++
      return database.query(...args)
    }
    const health = createHealth({ ...stage.parts, database: { ...database, query } })
    const reports = await Promise.all(Array.from({ length: 500 }, () => health.report()))
    const once = asked
    expect(new Set(reports).size).toBe(1)
    expect(once).toBeLessThan(12)
    await Promise.all(Array.from({ length: 500 }, () => health.report()))
    expect(asked).toBe(once)
    await Promise.all(Array.from({ length: 500 }, () => health.ledger()))
    expect(asked).toBe(once + 1)
  })
})

test('the log tells what turns, once', () => {
  const lines: string[] = []
  const tell = createTeller(createLog('info', (line) => lines.push(line)))
  const due = (state: 'ok' | 'warn' | 'fail', value: number) =>
    ({ name: 'delivery.due', of: 'province', value, limit: null, state }) as const
  tell([due('ok', 1)])
  tell([due('warn', 130)])
  tell([due('warn', 190)])
  tell([due('fail', 1_900)])
  tell([due('ok', 0)])
  const told = lines.map((line) => JSON.parse(line) as { event: string; level: string; value: number })
  expect(told.map(({ event, level, value }) => [event, level, value])).toEqual([
    ['health.warn', 'warn', 130],
    ['health.fail', 'error', 1_900],
    ['health.ok', 'info', 0],
  ])
  expect(told[0]).toMatchObject({ fact: 'delivery.due', of: 'province' })
})

describe('health of Redis', () => {
  test('a policy that drops, memory that is full, a clock that is off, and one that is away', async () => {
    const services = await startServices({ postgres: false, redis: true, own: true })
    const stage = setStage({
      query: async () => [],
      load: () => ({ open: 1, idle: 1, waiting: 0 }),
    } as unknown as Database)
    const queue = await bullQueue(services.redisUrl, silent, 'health')
    const admin = new Redis(services.redisUrl)
    try {
      const well = await stage.report({ queue })
      expect(factIn(well, 'queue.policy')).toEqual({ state: 'ok', value: 'noeviction' })
      expect(factIn(well, 'queue.memory')).toEqual({ state: 'ok', value: null })
      expect(factIn(well, 'queue.persistence')?.state).toBe('ok')
      expect(factIn(well, 'queue.connected')?.state).toBe('ok')

      await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
      await admin.config('SET', 'maxmemory', '1gb')
      const dropping = await stage.report({ queue, now: ahead(600_000) })
      expect(factIn(dropping, 'queue.policy')).toEqual({ state: 'fail', value: 'allkeys-lru' })
      expect(factIn(dropping, 'queue.memory')?.value).toBeLessThan(0.1)
      expect(factIn(dropping, 'clock.queue')?.state).toBe('fail')
      const limits = { 'queue.memory': { warn: 0.0001, fail: 0.9 } }
      expect(factIn(await stage.report({ queue, limits }), 'queue.memory')?.state).toBe('warn')

      admin.disconnect()
      await services.stop()
      const gone = await stage.report({ queue })
      expect(factIn(gone, 'queue.connected')?.state).toBe('warn')
      expect(factIn(gone, 'queue.policy')).toBeUndefined()
      // it makes delivery quick, and nothing else: the hub goes on
      expect(factIn(gone, 'delivery.half')?.state).toBe('ok')
    } finally {
      admin.disconnect()
      await queue.close()
      await services.stop()
    }
  })
})
