// The data key changes under two hubs and their traffic, as an operator changes it: every message is accepted and delivered,
// everything ends under the new key, the old one goes, and both hubs read it all; so does who never had the old one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { keysCommand } from '../../cli/keys/main.ts'
import type { Row } from '../../core/ledger/database.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { sealedBytes, sealedColumns } from '../../core/ledger/sealed.ts'
import { versionOf } from '../../core/signing/vault.ts'
import { startServices } from '../../scripts/services.mjs'
import { migratedDatabase } from '../database.ts'
import { listen } from '../listen.ts'
import { silent } from '../pairs.ts'
import { type Given, startBalancer } from './balancer.ts'
import { type City, foundCity, freePorts, stop, type Traffic, until } from './city.ts'
import { delivered, expectAgreement, expectLedger } from './verdict.ts'

const traffic: Traffic = { cases: 24, rate: 12, seed: 'rotation', concurrency: 8 }
const look = 200
// a pass over all tables follows the traffic, which a slow machine has still to end
const patience = 90_000
const sealedTables = ['message', 'post', 'delivery', 'attempt', 'feed', 'correction']
const who = ['--by', '王值班', '--why', '定期更换']
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

test('the data key changes under two hubs, and nothing is lost, refused or left behind', {
  timeout: 300_000,
}, async () => {
  const services = await startServices({ postgres: false })
  open.push(services.stop)
  const url = await migratedDatabase()
  const city = await foundCity({ DATABASE_URL: url, REDIS_URL: services.redisUrl })
  open.push(city.close)
  const bare = await openPostgres(url, silent, 1)
  open.push(bare.close)
  const ports = await freePorts(2)
  const hubs = await Promise.all(ports.map(city.hub))
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  const balancer = await startBalancer(urls)
  open.push(balancer.close)
  city.sandbox.pull(balancer.url)

  /** the keys with which values are sealed, by version; 0: with none */
  const versions = async (): Promise<number[]> => {
    const tables = await Promise.all(sealedTables.map((table) => bare.query(`SELECT * FROM ${table}`)))
    return [...new Set(tables.flatMap((rows) => rows.flatMap(personalIn)).map(keyOf))].sort()
  }
  const sealedWith = (...expected: number[]): Promise<void> =>
    until(
      `everything is sealed with ${expected}`,
      async () => {
        await sleep(look)
        return isDeepStrictEqual(await versions(), expected)
      },
      patience,
    )

  const departments = city.traffic(balancer.url, traffic)
  await until('traffic', () => balancer.given.length > 20)
  expect(await versions()).toEqual([1])
  expect(await keys(city, 'rotate', '--in', '2s', '--algorithm', 'aes-256-gcm')).toMatchObject({ code: 0 })
  // by the traffic: what lies there is left alone for some seconds
  await sealedWith(1, 2)
  expect(await keys(city, 'retire', '1', ...who)).toMatchObject({ code: 1 })
  await sealedWith(2)
  expect(await keys(city, 'retire', '1', ...who)).toMatchObject({
    code: 0,
    said: expect.stringContaining('✓'),
  })

  const summary = await departments
  const rows = await delivered(city, balancer.url, summary)
  expectAgreement(city, rows, summary)
  // a kept connection may have ended under a request; no hub said that it cannot
  expect(Object.keys(summary.reasons).filter((reason) => reason.startsWith('status'))).toEqual([])
  expect(await versions()).toEqual([2])
  for (const hub of urls) await expectContent(city, hub, balancer.given)
  expect(await Promise.all(hubs.map(stop))).toEqual([0, 0])
  // opens the ledger in a process that never read the old key
  await expectLedger(city, balancer.given, [])
})

/** `qiao keys` beside the hubs. */
async function keys(city: City, ...args: string[]): Promise<{ code: number; said: string }> {
  const { output, said } = listen()
  return { code: await keysCommand(args, city.environment, output), said: said() }
}

const personalIn = (row: Row): unknown[] =>
  sealedColumns.map((column) => row[column] ?? null).filter((value) => value !== null)

function keyOf(value: unknown): number {
  const sealed = sealedBytes(value)
  return sealed ? versionOf(sealed) : 0
}

/** A hub shows what was posted and what it makes of it, of every message. */
async function expectContent(city: City, hub: string, given: readonly Given[]): Promise<void> {
  const secret = readFileSync(join(city.folder, 'keys/operator.secret'), 'utf8').trim()
  const ask = async (path: string): Promise<unknown> => {
    const reply = await fetch(`${hub}/ops/${path}`, { headers: { authorization: `Bearer ${secret}` } })
    return reply.json()
  }
  const unread = async ({ id }: Given): Promise<unknown[]> => {
    const { deliveries } = (await ask(`messages/${id}`)) as { deliveries: { step: string }[] }
    const dossier = await ask(`deliveries/${id}/${deliveries[0]?.step}`)
    const isOpen = !JSON.stringify(dossier).includes('sealed:') && isRecord((dossier as Dossier).canonical)
    return isOpen ? [] : [dossier]
  }
  expect((await Promise.all(given.map(unread))).flat()).toEqual([])
}

type Dossier = { canonical?: unknown }
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null
