// A rolling restart: three hubs behind a balancer that goes by /readyz only are stopped and started again one after the
// other under traffic. No request is refused, broken or repeated, and everything arrives once and in order.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { startServices } from '../../scripts/services.mjs'
import { freshDatabase } from '../database.ts'
import { startBalancer } from './balancer.ts'
import { foundCity, freePorts, stop, type Traffic, until } from './city.ts'
import { delivered, expectAgreement, expectLedger } from './verdict.ts'

const traffic: Traffic = { cases: 90, rate: 10, seed: 'rolling', concurrency: 8 }
const look = 200
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

test('three hubs are restarted in turn, and no request is refused', { timeout: 240_000 }, async () => {
  const services = await startServices({ postgres: false })
  open.push(services.stop)
  const city = await foundCity({ DATABASE_URL: await freshDatabase(), REDIS_URL: services.redisUrl })
  open.push(city.close)
  // longer than the balancer takes to notice, also on a busy machine
  city.environment.QIAO_NOTICE = '1.5'
  const ports = await freePorts(3)
  const hubs = await Promise.all(ports.map((port) => city.hub(port)))
  const balancer = await startBalancer(
    ports.map((port) => `http://127.0.0.1:${port}`),
    look,
  )
  open.push(balancer.close)
  city.sandbox.pull(balancer.url)

  const departments = city.traffic(balancer.url, traffic)
  await until('traffic', () => balancer.given.length > 10)
  const during: number[] = []
  for (const [i, port] of ports.entries()) {
    const hub = hubs[i]
    if (!hub) throw new Error('no hub')
    const before = balancer.given.length
    expect(await stop(hub)).toBe(0)
    during.push(balancer.given.length - before)
    hubs[i] = await city.hub(port)
    await sleep(2 * look)
  }
  const summary = await departments
  expect({ broken: balancer.broken(), retries: summary.retries, reasons: summary.reasons }).toEqual({
    broken: 0,
    retries: 0,
    reasons: {},
  })
  // there was something to refuse while each of them stopped
  expect(during.every((given) => given > 0)).toBe(true)
  const rows = await delivered(city, balancer.url, summary)
  expectAgreement(city, rows, summary)
  for (const hub of hubs) expect(await stop(hub)).toBe(0)
  await expectLedger(city, balancer.given, [])
})
