// A hub is killed while its requests are under way, and the platforms have taken them. Its successor sends nothing again:
// it asks the one, and leaves the other, which cannot be asked, to a person. Neither platform recognises a repeat.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Agent } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import type { Child } from '../../cli/demo/child.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { startServices } from '../../scripts/services.mjs'
import { freshDatabase } from '../database.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { type Answer, send, signedHeaders } from '../hub/client.ts'
import { type Dossier, quickMappings } from '../hub/doubtful.ts'
import { signatories, typed } from '../hub/running.ts'
import { type City, foundCity, freePorts, kill, type Stores, until } from './city.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const pairs: readonly { name: string; hubs: number; stores: () => Promise<Stores> }[] = [
  { name: 'started again, embedded', hubs: 1, stores: async () => ({}) },
  {
    name: 'taken over by another, PostgreSQL and Redis',
    hubs: 2,
    stores: async () => {
      const services = await startServices({ postgres: false })
      open.push(services.stop)
      return { DATABASE_URL: await freshDatabase(), REDIS_URL: services.redisUrl }
    },
  },
]

describe.each(pairs)('kill -9 with requests under way: $name', ({ hubs, stores }) => {
  test('the successor asks, or a person decides; nothing is done twice', { timeout: 120_000 }, async () => {
    const folder = quickMappings([['systems/review.yaml', 'repeat: safe', 'repeat: ask']])
    open.push(() => rmSync(folder, { recursive: true }))
    const city = await foundCity({ ...(await stores()) })
    open.push(city.close)
    city.environment.QIAO_MAPPINGS = folder
    for (const system of ['province', 'review']) {
      city.sandbox.forgetful(system, true)
      city.sandbox.fault({ system, fault: 'slow', times: 1, ms: 30_000 })
    }
    const ports = await freePorts(hubs)
    const [port = 0, other = port] = ports
    const victim = await city.hub(port)
    const id = await post(city, port)
    await until('both platforms have it', () => {
      const { province, review } = city.sandbox.received().systems
      return province?.received === 1 && review?.received === 1
    })
    // however long another takes to start, the request stays under way
    victim.process.kill('SIGSTOP')
    const survivor: Child | undefined = hubs > 1 ? await city.hub(other) : undefined
    await kill(victim)
    if (!survivor) await city.hub(port)

    const dossier = async (step: string): Promise<Dossier> =>
      (await ops(city, other, 'GET', `/deliveries/${id}/${step}`)).json as Dossier
    await until('the province was asked', async () => (await dossier('province')).state === 'delivered')
    const stopped = {
      outcome: 'unknown',
      status: null,
      reason: expect.stringContaining('the process stopped while sending'),
    }
    expect((await dossier('province')).attempts).toMatchObject([
      stopped,
      { outcome: 'confirmed', status: 200 },
    ])
    await until('a person must decide', async () => (await dossier('service')).state === 'dead')
    expect(await dossier('service')).toMatchObject({ attempts: [stopped], advice: { cause: 'unknown' } })
    const body = { by: '王值班', reason: '平台确认已收到' }
    expect((await ops(city, other, 'POST', `/deliveries/${id}/service/confirm`, body)).status).toBe(200)
    expect((await dossier('service')).state).toBe('delivered')
    for (const system of ['province', 'review'] as const)
      expect(city.sandbox.received().systems[system]).toMatchObject({
        received: 1,
        updated: 0,
        violations: [],
      })
  })
})

/** Posts an acceptance; answers its id. */
async function post({ folder }: City, port: number): Promise<string> {
  const { path, contentType, body } = buildMessage('housing', 'acceptance')
  const headers = signedHeaders(join(folder, 'keys'), signatories.housing, { method: 'POST', path, body })
  const url = `http://127.0.0.1:${port}${path}`
  return firstIn(await ask((agent) => send(agent, url, 'POST', { ...headers, ...typed(contentType) }, body)))
    .id
}

function ops(
  { folder }: City,
  port: number,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Answer> {
  const secret = readFileSync(join(folder, 'keys/operator.secret'), 'utf8').trim()
  const bytes = body && Buffer.from(JSON.stringify(body))
  const url = `http://127.0.0.1:${port}/ops${path}`
  return ask((agent) => send(agent, url, method, { authorization: `Bearer ${secret}` }, bytes))
}

async function ask(work: (agent: Agent) => Promise<Answer>): Promise<Answer> {
  const agent = new Agent()
  try {
    return await work(agent)
  } finally {
    await agent.close()
  }
}
