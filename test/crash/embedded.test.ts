// The embedded hub and the power cut: what it accepted while every platform was down is delivered by its successor;
// while it lives its ledger is refused to a second process; SIGTERM ends it without dropping a request.
import { join } from 'node:path'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Child } from '../../cli/demo/child.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { createSigner } from '../../sandbox/department/sign.ts'
import type { Summary } from '../../sandbox/department/tally.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type City, foundCity, freePorts, kill, stop, until } from './city.ts'
import { delivered, expectAgreement, expectLedger } from './verdict.ts'

const platforms = ['province', 'elicence', 'eseal', 'supervision', 'review'] as const

describe('the embedded hub', () => {
  let city: City
  let port: number
  let hub: Child
  let balancer: Balancer
  let summary: Summary
  beforeAll(async () => {
    city = await foundCity()
    port = (await freePorts(1))[0] ?? 0
    balancer = await startBalancer([`http://127.0.0.1:${port}`])
    hub = await city.hub(port)
  }, 60_000)
  afterAll(async () => {
    await balancer.close()
    await city.close()
  })

  test('refuses its ledger to a second process while it lives', { timeout: 30_000 }, async () => {
    const second = city.launch(0)
    const said = await second.line(/qiao: (.*)\n.*→ (.*)\n/)
    expect((await second.ended).code).toBe(1)
    expect(said[1]).toBe(`another hub process holds ${join(city.folder, 'data/ledger.lock')}`)
    expect(said[2]).toContain('QIAO_DATA')
    expect(hub.process.exitCode).toBeNull()
  })

  test('killed between acceptance and delivery, it loses nothing', { timeout: 90_000 }, async () => {
    for (const system of platforms) city.sandbox.fault({ system, fault: '5xx', every: 1 })
    summary = await city.traffic(balancer.url, { cases: 12, rate: 60, seed: 'down' })
    const got = (): number => platforms.reduce((sum, name) => sum + received(city, name), 0)
    expect(got()).toBe(0)
    await kill(hub)

    const began = Date.now()
    hub = await city.hub(port)
    const back = Date.now() - began
    expect(got()).toBe(0)
    for (const system of platforms) city.sandbox.fault({ system, off: true })
    city.sandbox.pull(balancer.url)
    const rows = await delivered(city, balancer.url, summary)
    const rest = Date.now() - began - back
    expectAgreement(city, rows, summary)
    console.info(JSON.stringify({ killed: 1, messages: summary.messages, back, rest }))
  })

  test('SIGTERM drops no request of clients that never pause, and is quick', {
    timeout: 30_000,
  }, async () => {
    const loops = Array.from({ length: 8 }, () => loop(`http://127.0.0.1:${port}`, join(city.folder, 'keys')))
    const answers = (): number => loops.reduce((sum, { statuses }) => sum + statuses.length, 0)
    await until('all clients are served', () => loops.every(({ statuses }) => statuses.length > 5))
    const before = answers()
    const began = Date.now()
    expect(await stop(hub)).toBe(0)
    const took = Date.now() - began
    const errors = await Promise.all(loops.map(({ ended }) => ended))
    expect(errors).toEqual(Array.from(loops, () => 'ECONNREFUSED'))
    expect(new Set(loops.flatMap(({ statuses }) => statuses))).toEqual(new Set([202]))
    expect(took).toBeLessThan(4_000)
    console.info(JSON.stringify({ stopped: took, answers: before, during: answers() - before }))
  })

  test('the ledger it leaves is sound, and free', { timeout: 60_000 }, async () => {
    const { orphans } = await expectLedger(city, [...balancer.given, ...looped], [])
    expect(orphans).toBeLessThan(100)
  })

  const looped: Balancer['given'][number][] = []

  /** A client on one kept connection that posts one message again and again until a request fails. */
  function loop(url: string, keys: string): { statuses: number[]; ended: Promise<string> } {
    const sign = createSigner('housing', keys)
    const { path, contentType, body } = buildMessage('housing', 'acceptance', { seed: 'loop' })
    const pool = new Pool(url, { connections: 1 })
    const statuses: number[] = []
    const run = async (): Promise<string> => {
      for (;;) {
        const headers = { ...sign('POST', path, body), 'content-type': contentType }
        try {
          const reply = await pool.request({ method: 'POST', path, headers, body })
          const { messages = [] } = (await reply.body.json()) as { messages?: typeof looped }
          statuses.push(reply.statusCode)
          looped.push(...messages)
        } catch (error) {
          await pool.destroy()
          return (error as NodeJS.ErrnoException).code ?? String(error)
        }
      }
    }
    return { statuses, ended: run() }
  }
})

function received(city: City, name: string): number {
  return city.sandbox.received().systems[name]?.received ?? -1
}
