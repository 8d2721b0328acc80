// A hub that stands still for longer than its lease (a paused machine, SIGSTOP) loses its lanes to the other one. When
// it goes on, it must change nothing: neither in the ledger nor at a platform.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { startServices } from '../../scripts/services.mjs'
import { freshDatabase } from '../database.ts'
import { silent } from '../pairs.ts'
import { startBalancer } from './balancer.ts'
import { type City, foundCity, freePorts, stop, until } from './city.ts'
import { delivered, expectAgreement, expectLedger } from './verdict.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

test('a hub stopped for longer than its lease changes nothing later', { timeout: 240_000 }, async () => {
  const services = await startServices({ postgres: false })
  open.push(services.stop)
  const databaseUrl = await freshDatabase()
  const city = await foundCity({ DATABASE_URL: databaseUrl, REDIS_URL: services.redisUrl })
  open.push(city.close)
  const [intake = 0, other = 0] = await freePorts(2)
  const stays = await city.hub(intake)
  const pauses = await city.hub(other)
  // departments talk to the one that stays; the other one only delivers
  const balancer = await startBalancer([`http://127.0.0.1:${intake}`])
  open.push(balancer.close)
  city.sandbox.pull(balancer.url)
  for (const system of ['province', 'review'])
    city.sandbox.fault({ system, fault: 'slow', every: 2, ms: 400 })

  const departments = city.traffic(balancer.url, { cases: 24, rate: 50, seed: 'pause' })
  const ledger = await openPostgres(databaseUrl, silent, 1)
  open.push(ledger.close)
  const ownedByIt = `SELECT count(*)::int AS n FROM lane WHERE owner LIKE '%/' || $1 || '/%' AND claimed <> '[]'`
  const underWay = async (): Promise<number> =>
    (await ledger.query<{ n: number }>(ownedByIt, [String(pauses.process.pid)]))[0]?.n ?? 0
  await until(
    'it has deliveries under way',
    async () => balancer.given.length > 60 && (await underWay()) >= 2,
  )
  pauses.process.kill('SIGSTOP')
  const stopped = Date.now()

  const summary = await departments
  const rows = await delivered(city, balancer.url, summary)
  const recovery = Date.now() - stopped
  await sleep(Math.max(0, stopped + 11_000 - Date.now()))
  const before = { ledger: await snapshot(), platforms: city.sandbox.received() }
  pauses.process.kill('SIGCONT')
  await until('it has found out', () => /"event":"lane.(lost|failed)"/.test(logOf(city, other)), 8_000).catch(
    (e) => {
      console.log('LOG', logOf(city, other).slice(-3000), pauses.process.exitCode, pauses.process.signalCode)
      throw e
    },
  )
  await sleep(1_500)
  expect({ ledger: await snapshot(), platforms: city.sandbox.received() }).toEqual(before)
  expectAgreement(city, rows, summary)

  // and it works again
  const more = await city.traffic(`http://127.0.0.1:${other}`, { cases: 3, rate: 50, seed: 'pause again' })
  await until('what it accepts is delivered', async () => (await ledger.query(openDeliveries)).length === 0)
  expect(await Promise.all([stays, pauses].map(stop))).toEqual([0, 0])
  const { orphans } = await expectLedger(city, undefined, [])
  expect(orphans).toBeGreaterThan(0)
  console.info(JSON.stringify({ messages: summary.messages + more.messages, orphans, recovery }))

  async function snapshot(): Promise<unknown> {
    return {
      deliveries: await ledger.query('SELECT * FROM delivery ORDER BY message, step'),
      attempts: await ledger.query('SELECT message, step, number, outcome FROM attempt ORDER BY 1, 2, 3'),
      feed: await ledger.query('SELECT * FROM feed ORDER BY dataset, position'),
    }
  }
})

const openDeliveries = `SELECT 1 FROM delivery WHERE state IN ('held', 'ready')`

function logOf(city: City, port: number): string {
  return readFileSync(join(city.folder, `hub-${port}.log`), 'utf8')
}
