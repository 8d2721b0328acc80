// /metrics: a page that collectors understand, whose numbers agree with what was sent, and that names nobody.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readFiles } from '../../core/flow/files.ts'
import { table } from '../../core/health/table.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { createMetrics } from '../../telemetry/metrics.ts'
import { send } from '../hub/client.ts'
import { mappings, type Running, signatories, startRunning } from '../hub/running.ts'
import { pairs } from '../hub/stores.ts'
import { readPage, type Sample, sumOf } from './page.ts'

const { housing, social } = signatories

describe.each(pairs)('metrics over $name', (pair) => {
  let hub: Running
  let page = ''
  let samples: Sample[] = []
  const cases = ['510700-20260901-000001', '510700-20260901-000002', '510700-20260901-000003']
  const scrape = (headers: Record<string, string> = {}) =>
    send(hub.agent, `${hub.url}/metrics`, 'GET', headers)

  beforeAll(async () => {
    hub = await startRunning(pair)
    const messages = cases.map((caseNo) => buildMessage('housing', 'acceptance', { caseNo }))
    for (const message of messages) await hub.post(housing, message)
    const [first] = messages
    if (!first) throw new Error('no message')
    await hub.post(housing, first)
    await hub.post(housing, { ...first, body: Buffer.from('{"application":{}}') })
    await send(hub.agent, hub.url + first.path, 'POST', {}, first.body)
    await hub.post(social, first)
    await vi.waitFor(
      async () => {
        const answers = await Promise.all(cases.map((caseNo) => hub.get(housing, `/v1/cases/${caseNo}`)))
        const states = answers.flatMap(({ text }) => [...text.matchAll(/"state":"(\w+)"/g)].map(([, s]) => s))
        expect(states).toEqual(Array(9).fill('delivered'))
      },
      { timeout: 15_000, interval: 50 },
    )
    const answer = await scrape()
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    page = answer.text
    samples = readPage(page)
  })
  afterAll(() => hub?.close())

  test('requests by department, type and status', () => {
    const requests = (labels: Record<string, string>) => sumOf(samples, 'qiao_intake_requests_total', labels)
    const accepted = { source: 'housing', type: 'case.accepted' }
    expect(requests({ ...accepted, status: '202' })).toBe(4)
    expect(requests({ ...accepted, status: '422' })).toBe(1)
    expect(requests({ source: 'social', type: '', status: '403' })).toBe(1)
    expect(requests({ source: '', type: '', status: '401' })).toBe(1)
    expect(requests({})).toBe(7)
    expect(sumOf(samples, 'qiao_intake_request_seconds_count')).toBe(7)
    const message = (duplicate: string) =>
      sumOf(samples, 'qiao_messages_accepted_total', { ...accepted, duplicate })
    expect([message('false'), message('true')]).toEqual([3, 1])
  })

  test('attempts and ends of deliveries, of the other thread too', () => {
    for (const system of ['province', 'province-feed', 'review']) {
      expect(sumOf(samples, 'qiao_delivery_attempts_total', { system, outcome: 'delivered' }), system).toBe(3)
      expect(sumOf(samples, 'qiao_deliveries_settled_total', { system, state: 'delivered' }), system).toBe(3)
      expect(sumOf(samples, 'qiao_delivery_attempt_seconds_count', { system }), system).toBe(3)
    }
    for (const kind of ['posts', 'turns']) {
      const commits = sumOf(samples, 'qiao_ledger_commit_seconds_count', { kind }) ?? 0
      expect(commits, kind).toBeGreaterThan(0)
      expect(sumOf(samples, 'qiao_ledger_commit_size_count', { kind }), kind).toBe(commits)
    }
    // four posts reached a commit: three new, one known
    expect(sumOf(samples, 'qiao_ledger_commit_size_sum', { kind: 'posts' })).toBe(4)
  })

  test('buckets grow, and the last one holds all', () => {
    const buckets = samples.filter(({ name }) => name === 'qiao_intake_request_seconds_bucket')
    const own = buckets.filter(({ labels }) => labels.source === 'housing')
    const counts = own.map(({ value }) => value)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(own.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 5 })
    expect(own.length).toBeGreaterThan(8)
  })

  test('the facts of health', () => {
    for (const system of ['province', 'province-feed', 'review', 'supervision', 'eseal', 'elicence']) {
      expect(sumOf(samples, 'qiao_delivery_oldest_due_seconds', { system }), system).toBe(0)
      expect(sumOf(samples, 'qiao_deliveries_open', { system }), system).toBe(0)
      expect(sumOf(samples, 'qiao_breaker_open', { system }), system).toBe(0)
    }
    expect(sumOf(samples, 'qiao_delivery_up')).toBe(1)
    expect(sumOf(samples, 'qiao_intake_open')).toBe(1)
    expect(sumOf(samples, 'qiao_clock_platform_ahead_seconds', { system: 'province' })).toBeLessThan(5)
    expect(sumOf(samples, 'qiao_ledger_answer_seconds')).toBeLessThan(5)
    expect(sumOf(samples, 'qiao_keys_missing')).toBe(0)
    expect(sumOf(samples, 'qiao_health_state')).toBe(0)
    expect(sumOf(samples, 'qiao_event_loop_held_up_seconds', { thread: 'main' })).toBeDefined()
    const [store, other] = hub.isShared
      ? ['qiao_ledger_size_bytes', 'delivery']
      : ['qiao_disk_free_bytes', 'main']
    expect(sumOf(samples, store)).toBeGreaterThan(1_000_000)
    expect(sumOf(samples, 'qiao_ledger_pool_used', { thread: other })).toBeDefined()
    expect(sumOf(samples, 'qiao_queue_policy_ok')).toBe(hub.isShared ? 1 : undefined)
    expect(sumOf(samples, 'qiao_certificate_expiry_seconds')).toBeGreaterThan(86_400 * 300)
    // of the process, once
    expect(sumOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
  })

  test('labels are names of files and words of the program, never a key, an id or a person', () => {
    const systems = Object.keys(readFiles(mappings)).flatMap(
      (file) => /^systems\/(.*)\.yaml$/.exec(file)?.[1] ?? [],
    )
    const ours = samples.filter(({ name }) => name.startsWith('qiao_'))
    const values = (label: string) => new Set(ours.flatMap(({ labels }) => labels[label] ?? []))
    expect([...values('system')].filter((name) => !systems.includes(name))).toEqual([])
    expect([...values('source')].filter((name) => !['', 'housing', 'social'].includes(name))).toEqual([])
    expect([...values('type')].sort()).toEqual(['', 'case.accepted'])
    const names = new Set(ours.flatMap(({ labels }) => Object.keys(labels)))
    expect([...names].sort()).toEqual(
      // biome-ignore format: one line
      ['certificate', 'duplicate', 'fact', 'kind', 'le', 'of', 'outcome', 'source', 'state', 'status', 'system', 'thread', 'type'],
    )
    // a size in bytes may hold any digits
    expect(page.replace(/ \S+$/gm, '')).not.toMatch(/510700|[\u4e00-\u9fff]/)
  })

  test('every name is a good one', () => {
    const names = new Set(samples.map(({ name }) => name).filter((name) => name.startsWith('qiao_')))
    expect([...names].filter((name) => !/^qiao_[a-z]+(_[a-z]+)*$/.test(name))).toEqual([])
    const told = Object.values(table).flatMap(({ metric }) => metric?.name ?? [])
    expect(new Set(told).size).toBe(told.length)
  })

  test('is for its bearer only, once there is a secret for it', async () => {
    writeFileSync(join(hub.keys, 'metrics.secret'), 'prometheus-of-the-city')
    const bearing = (secret: string) => scrape({ authorization: `Bearer ${secret}` })
    expect((await scrape()).status).toBe(401)
    expect((await bearing('another')).status).toBe(401)
    expect((await bearing('prometheus-of-the-city')).status).toBe(200)
  })

  test('operators read the same facts with words in both languages', async () => {
    const answer = await hub.ops('GET', '/health')
    const { state, facts } = answer.json as {
      state: string
      facts: { name: string; zh: string; todo: unknown }[]
    }
    expect([answer.status, state]).toEqual([200, 'ok'])
    expect(facts.length).toBeGreaterThan(40)
    expect(facts.every(({ zh, todo }) => /[\u4e00-\u9fff]/.test(zh) && todo === null)).toBe(true)
    expect((await hub.ops('GET', '/health', undefined, null)).status).toBe(401)
  })
})

test('what is no longer told does not stand there as if it were', async () => {
  const { page } = createMetrics(true)
  const due = { name: 'delivery.due', of: 'old', value: 7, limit: null, state: 'ok' } as const
  const first = readPage(await page([due], null))
  expect(sumOf(first, 'qiao_delivery_oldest_due_seconds', { system: 'old' })).toBe(7)
  const second = readPage(await page([{ ...due, of: 'new' }], null))
  expect(sumOf(second, 'qiao_delivery_oldest_due_seconds', { system: 'old' })).toBeUndefined()
  // a reading that failed is no number
  const lost = { name: 'ledger.reachable', of: null, value: 'gone', limit: null, state: 'fail' } as const
  const well = { ...lost, value: 3, state: 'ok' } as const
  expect(sumOf(readPage(await page([well], null)), 'qiao_ledger_answer_seconds')).toBe(0.003)
  const third = readPage(await page([lost], null))
  expect(sumOf(third, 'qiao_ledger_answer_seconds')).toBeUndefined()
  expect(sumOf(third, 'qiao_health_state', { fact: 'ledger.reachable' })).toBe(2)
})

test('a page that is no page is refused by the reader of these tests', () => {
  const good = '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n'
  expect(readPage(good)).toEqual([{ name: 'a_total', labels: { b: 'c' }, value: 1 }])
  for (const bad of [
    good.trimEnd(),
    good.replace('# TYPE a_total counter\n', ''),
    good.replaceAll('a_total', 'a'),
    good.replace('"c"', 'c'),
    good.replace(' 1', ' one'),
    `${good}${good.split('\n')[2]}\n`,
  ]) {
    expect(() => readPage(bad)).toThrow()
  }
})
