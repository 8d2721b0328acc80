// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about time, files, bodies, queues and retention: each
// test is named by its row.
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { nextMove } from '../../core/flow/doubt.ts'
import { failed } from '../../core/flow/exchange.ts'
import { orphanSettlement, settlementOf } from '../../core/flow/settlement.ts'
import { newId, idAt } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addPartitions, listPartitions, partitioned } from '../../core/ledger/partition.ts'
import { sm3 } from '../../core/evidence/merkle.ts'
import { bullQueue } from '../../queues/bullmq.ts'
import { startServices } from '../../scripts/services.mjs'
import { buildMessage } from '../../sandbox/department/message.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { type Running, signatories, startRunning } from '../hub/running.ts'
import { pairs as hubPairs } from '../hub/stores.ts'
import { pairs, silent } from '../pairs.ts'

const query = { operation: 'find', question: () => ({ id: '1' }), after: 5_000 }
const delivery = { message: newId(), step: 'push', key: 'a', attempts: 0, doubt: null, correction: null }
const retry = { first: 1, factor: 1, max: 1 }
const timing = { startedAt: new Date(), duration: 1 }

describe('the catalogue', () => {
  test('07 a time-out is answered with a storm of resends: what may have arrived is asked for, or a person decides', () => {
    const unknown = { ...failed('unknown', 'no reply'), sent: Buffer.alloc(32), publish: null }
    for (const repeat of [query, 'ask'] as const) {
      const settled = settlementOf(delivery, unknown, timing, { retry, repeat }, [])
      expect(settled.doubt).toBe('open')
      expect(nextMove(repeat, settled.doubt)).not.toBe('send')
      // so for a process that died while it sent
      const orphan = { ...delivery, type: 't', bundle: 1 }
      expect(nextMove(repeat, orphanSettlement(orphan, new Date(), { retry, repeat }).doubt)).not.toBe('send')
    }
    // only a platform that recognises what it has is simply sent it again
    expect(nextMove('safe', 'open')).toBe('send')
  })

  test('19 Redis is full or forgets: a policy that drops keys is refused, and a job holds no business data', async () => {
    const services = await startServices({ postgres: false, own: true })
    const redis = new Redis(services.redisUrl)
    try {
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
      await expect(bullQueue(services.redisUrl, silent)).rejects.toThrow('noeviction')
      await redis.config('SET', 'maxmemory-policy', 'noeviction')
      const queue = await bullQueue(services.redisUrl, silent)
      queue.wake({ system: 'province', lane: 3 })
      await vi.waitFor(async () => expect(await redis.dbsize()).toBeGreaterThan(0))
      const texts: string[] = []
      for (const key of await redis.keys('*'))
        if ((await redis.type(key)) === 'hash') texts.push(JSON.stringify(await redis.hgetall(key)))
      await queue.close()
      const data = texts.flatMap((text) => JSON.parse(text).data ?? [])
      expect(data.length).toBeGreaterThan(0)
      for (const each of data) expect(Object.keys(JSON.parse(each)).sort()).toEqual(['lane', 'system'])
    } finally {
      redis.disconnect()
      await services.stop()
    }
  })
})

describe.each(pairs)('the catalogue over $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())

  test('21 the database bloats until it stops: months are partitions, made ahead, and dropped', async () => {
    await addPartitions(database, new Date())
    const there = await listPartitions(database.query)
    expect(there.length).toBeGreaterThan(1)
    const next = there.at(-1)
    if (!next) throw new Error('no partition')
    const now = idAt(new Date())
    expect(there.some(({ from, to }) => from <= now && now < to)).toBe(true)
    for (const { table } of partitioned) await database.query(`DROP TABLE ${table}_${next.name}`)
    expect(await listPartitions(database.query)).toEqual(there.slice(0, -1))
  })

  test('22 provenance outlives content, or the reverse: what goes, goes as one', async () => {
    // the same bounds for bodies, messages, evidence and attempts: none of them can be dropped alone by a rule of its own
    const bounds = await Promise.all(
      partitioned.map(async ({ table }) => {
        const rows = await database.query<{ bound: string }>(
          `SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = '${table}'::regclass ORDER BY 1`,
        )
        return rows.map(({ bound }) => bound)
      }),
    )
    for (const each of bounds) expect(each).toEqual(bounds[0])
  })
})

describe.each(hubPairs)('the catalogue on a hub over $name', (pair) => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(pair)
  })
  afterAll(() => hub?.close())

  test('17 a body is cut above a size: it is refused with 413, and nothing of it is kept', async () => {
    const { path, contentType } = buildMessage('housing', 'acceptance', {})
    const body = Buffer.from(`{"application":"${'x'.repeat(11 * 1024 * 1024)}"}`)
    const answer = await hub.post(signatories.housing, { path, contentType, body })
    expect(answer).toMatchObject({ status: 413, json: { code: 'body.too-large' } })
    const { json } = await hub.ops('GET', '/receipts')
    expect((json as { receipts: unknown[] }).receipts).toEqual([])
  })

  test('20 JSON is written anew between accept and sign: the bytes that were posted are the bytes that are proved', async () => {
    const { path, contentType, body } = buildMessage('housing', 'acceptance', { caseNo: '510700-20260901-000020' })
    // white space, escapes and an order of keys that no writer would give
    const odd = Buffer.from(body.toString('utf8').replace('{', '{ \t\n ').replaceAll('"', '"').concat('\n \n'))
    const { id, receipt } = firstIn(await hub.post(signatories.housing, { path, contentType, body: odd }))
    expect(receipt?.contentDigest).toBe(sm3(odd).toString('hex'))
    const why = { by: '王值班', reason: '核对原文' }
    const { text } = await hub.ops('POST', `/evidence/messages/${id}`, why)
    expect(text).toContain(`"payload":"${odd.toString('base64')}"`)
  })
})

/** Rows whose scenario is long stand where it is played; this keeps the list of rows whole. */
test('04 a worker is alive but deaf, 11 new files are applied to old messages: played in whole hubs', async () => {
  const { readFileSync } = await import('node:fs')
  const played = { 'test/health/deaf.test.ts': 'deaf', 'test/hub/reload.test.ts': 'accepted' }
  for (const [file, word] of Object.entries(played)) expect(readFileSync(file, 'utf8')).toContain(word)
  expect(inject('redisUrl')).toMatch(/^redis:/)
})
