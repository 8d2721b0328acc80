// Bar 3: kill -9 of a hub in mid-traffic, three times. Nothing is lost, nothing is out of order, nothing has a second
// effect, and every receipt belongs to a stored message. Over both pairs of stores.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Child } from '../../cli/demo/child.ts'
import { createRandom } from '../../sandbox/department/random.ts'
import { startServices } from '../../scripts/services.mjs'
import { freshDatabase } from '../database.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import {
  type City,
  foundCity,
  freePorts,
  kill,
  recordsOf,
  type Stores,
  stop,
  type Traffic,
  until,
} from './city.ts'
import { delivered, expectAgreement, expectLedger, expectSoundEvidence } from './verdict.ts'

const seed = 'kill'
const traffic: Traffic = { cases: 32, rate: 30, seed }
// shares of the traffic within which a hub is killed
const stretches = [
  [0.1, 0.25],
  [0.35, 0.5],
  [0.6, 0.8],
] as const
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const pairs: readonly { name: string; hubs: number; stores: () => Promise<Stores> }[] = [
  { name: 'one hub, embedded', hubs: 1, stores: async () => ({}) },
  {
    name: 'two hubs, PostgreSQL and Redis',
    hubs: 2,
    stores: async () => {
      const services = await startServices({ postgres: false })
      open.push(services.stop)
      return { DATABASE_URL: await freshDatabase(), REDIS_URL: services.redisUrl }
    },
  },
]

describe.each(pairs)('kill -9 in mid-traffic: $name', ({ hubs, stores }) => {
  test('three times, and nothing is lost, reordered or done twice', { timeout: 240_000 }, async () => {
    const city = await foundCity(await stores())
    open.push(city.close)
    const ports = await freePorts(hubs)
    const running = ports.map((port) => city.hub(port))
    await Promise.all(running)
    const balancer = await startBalancer(ports.map((port) => `http://127.0.0.1:${port}`))
    open.push(balancer.close)
    slowPlatforms(city)
    // whatever a successor sends again blindly has a second effect here
    for (const system of ['province', 'elicence', 'supervision']) city.sandbox.forgetful(system, true)
    city.sandbox.pull(balancer.url)

    const departments = city.traffic(balancer.url, traffic)
    const kills = await killThrice(city, balancer, ports, running)
    const summary = await departments
    const through = Date.now()
    const rows = await delivered(city, balancer.url, summary)
    const rest = Date.now() - through
    expectAgreement(city, rows, summary)

    for (const hub of running) expect(await stop(await hub)).toBe(0)
    const memory = await expectLedger(city, balancer.given, kills)
    await expectSoundEvidence(city)
    // the kills met traffic at both ends: requests without an answer, deliveries half sent
    expect(balancer.broken()).toBeGreaterThan(0)
    expect(memory.orphans).toBeGreaterThan(0)
    console.info(
      JSON.stringify({ hubs, retries: summary.retries, ...memory, rest, seconds: summary.seconds }),
    )
  })
})

/** Replies that take a while keep deliveries under way at any moment. */
function slowPlatforms(city: City): void {
  for (const system of ['province', 'review', 'eseal', 'elicence', 'supervision'])
    city.sandbox.fault({ system, fault: 'slow', every: 3, ms: 250 })
}

/** Kills the hubs in turn, each at a random moment of the traffic, and restarts them at once; answers when. */
async function killThrice(
  city: City,
  balancer: Balancer,
  ports: readonly number[],
  running: Promise<Child>[],
): Promise<number[]> {
  const random = createRandom(`${seed}/${ports.length}`)
  const total = recordsOf(traffic)
  const kills: number[] = []
  for (const [from, to] of stretches) {
    const mark = random.int(Math.floor(total * from), Math.floor(total * to))
    await until(`${mark} of ${total} messages`, () => balancer.given.length >= mark, 60_000)
    await sleep(random.int(0, 100))
    const victim = kills.length % ports.length
    const hub = await (running[victim] as Promise<Child>)
    kills.push(Date.now())
    await kill(hub)
    running[victim] = city.hub(ports[victim] as number)
  }
  await Promise.all(running)
  return kills
}
