// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about accepting, claiming and settling: each test
// is named by its row.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAcceptor, type Post } from '../../core/flow/accept.ts'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import { idleLanes, LostLease, nextDue, takeLane } from '../../core/ledger/lane.ts'
import { hubKey, signerOf } from '../evidence/city.ts'
import { post, settled, take, turn, write } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'

const ignore = () => undefined
const record = (key: string, deduplication = key): Post => ({
  source: 'housing',
  nonce: undefined,
  payload: Buffer.from(`{"key":"${key}"}`),
  bundle: 1,
  plan: () => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
  records: [{ type: 'case.process', key, deduplication, value: { key } }],
})

describe.each(pairs)('the catalogue over $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(() =>
    database.script(
      'TRUNCATE message, deduplication, delivery, attempt, evidence, nonce, lane, feed, dataset, post, audit, correction',
    ),
  )
  const acceptor = (wake: () => void = ignore, backlog = 100, signer = signerOf(hubKey)) =>
    createAcceptor(database, signer, { wake, keep: ignore }, backlog)
  const count = async (sql: string): Promise<number> =>
    (await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`))[0]?.n ?? -1
  const head = async (lease: Awaited<ReturnType<typeof take>>) => {
    const [first] = await turn(database, lease)
    if (!first) throw new Error('nothing was claimed')
    return first
  }

  test('01 a job is visible before its commit: nobody is woken, and nothing can be claimed, until it is', async () => {
    const wake = vi.fn()
    const lease = await take(database)
    const seen: string[] = []
    await acceptor(wake).acceptTogether([record('a')], async (query) => {
      // in the transaction of the message, which is written and not yet committed
      expect(await query('SELECT 1 FROM delivery')).toHaveLength(1)
      // another connection, where there is one
      if (pair.name.startsWith('postgres')) seen.push(...(await turn(database, lease)).map(({ key }) => key))
      expect(wake).not.toHaveBeenCalled()
    })
    expect(seen).toEqual([])
    expect(wake).toHaveBeenCalledOnce()
    expect((await turn(database, lease)).map(({ key }) => key)).toEqual(['a'])
  })

  test('02 the queue store loses everything: what nobody was woken for is found in the ledger', async () => {
    await write(database, post({ key: 'a' }))
    await take(database, 'gone', 0) // its owner died
    expect(await idleLanes(database.query)).toEqual([{ system: 'target', lane: 0 }])
  })

  test('03 the retry queue lived in what failed: a retry is a row of the ledger', async () => {
    await write(database, post({ key: 'a' }))
    const lease = await take(database)
    await turn(database, lease, [settled(await head(lease), 'ready', { delay: 30_000 })], 0)
    const due = await nextDue(database.query, 'target', 0)
    expect(due).toBeGreaterThan(20_000)
    expect(due).toBeLessThanOrEqual(30_000)
  })

  test('05 a lock expires and two workers run one job: the stale one changes nothing', async () => {
    await write(database, post({ key: 'a' }))
    const stale = await take(database, 'slow')
    const claimed = await head(stale)
    await database.query(`UPDATE lane SET lease_until = now() - interval '1 s'`)
    const successor = await takeLane(database.query, 'target', 0, 'next', 10_000)
    expect(successor?.orphans).toEqual([{ message: claimed.message, step: claimed.step }])
    await expect(turn(database, stale, [settled(claimed, 'delivered')], 0)).rejects.toThrow(LostLease)
    expect(await count(`delivery WHERE state = 'ready'`)).toBe(1)
    expect(await count('attempt')).toBe(0)
  })

  test('06 a job id is ignored or accepted twice: the unique index decides, not the job', async () => {
    const door = acceptor()
    const answers = await Promise.all(Array.from({ length: 20 }, () => door.accept(record('a'))))
    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(1)
    expect(answers.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    expect(await count('message')).toBe(1)
    expect(await count('delivery')).toBe(1)
  })

  test('08 the attempt is lost though the retry was scheduled: both are written, or neither', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'b' }))
    const lease = await take(database)
    const [a, b] = await turn(database, lease)
    if (!a || !b) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(a, 'ready')], 0)
    expect(await count('attempt')).toBe(1)
    // an attempt the ledger cannot hold takes its change of state with it
    const broken = settled(b, 'delivered', { startedAt: 'never' })
    await expect(turn(database, lease, [broken], 0)).rejects.toThrow()
    expect(await count('attempt')).toBe(1)
    expect(await count(`delivery WHERE state = 'delivered'`)).toBe(0)
  })

  test('09 a poison item cycles for ever and blocks the rest: it dies at once, others go on', async () => {
    await write(database, post({ key: 'poison' }), post({ key: 'poison' }), post({ key: 'well' }))
    const lease = await take(database)
    const claimed = await turn(database, lease)
    expect(claimed.map(({ key }) => key)).toEqual(['poison', 'well'])
    const [poison, well] = claimed
    if (!poison || !well) throw new Error('nothing was claimed')
    expect(await turn(database, lease, [settled(poison, 'dead'), settled(well, 'delivered')])).toEqual([])
    await write(database, post({ key: 'other' }))
    expect((await turn(database, lease)).map(({ key }) => key)).toEqual(['other'])
  })

  test('10 recovery comes out of order and all at once: it is claimed like everything else, in bounded batches', async () => {
    await write(
      database,
      ...Array.from({ length: 300 }, (_, i) => post({ key: `k${i % 10}`, deduplication: `${i}` })),
    )
    const lease = await take(database)
    const order = new Map<string, string[]>()
    for (let done = 0; done < 300; ) {
      const claimed = await turn(database, lease, [], 7)
      expect(claimed.length).toBeGreaterThan(0)
      expect(claimed.length).toBeLessThanOrEqual(7)
      for (const { key, message } of claimed) order.set(key, [...(order.get(key) ?? []), message])
      await turn(
        database,
        lease,
        claimed.map((each) => settled(each, 'delivered')),
        0,
      )
      done += claimed.length
    }
    for (const messages of order.values()) expect(messages).toEqual([...messages].sort())
  })

  test('12 delete, then create, in the retry mover: a replay is one conditional update', async () => {
    await write(database, post({ key: 'a' }))
    const lease = await take(database)
    const dead = await head(lease)
    await turn(database, lease, [settled(dead, 'dead')], 0)
    const { message, step } = dead
    const replay = () =>
      resolveDead(database, {
        ...{
          id: newId(),
          operator: 'li',
          action: 'replay' as const,
          message,
          step,
          reason: 'test',
          releases: [],
        },
        evidence: { id: newId(), day: '2026-11-24', root: Buffer.alloc(32) },
      })
    const answers = await Promise.all(Array.from({ length: 20 }, replay))
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
    expect(await count(`delivery WHERE state = 'ready'`)).toBe(1)
    expect(await count('delivery')).toBe(1)
    expect(await count('audit')).toBe(1)
  })

  test('13 the deduplication key is computed twice from changing data: it is what it was at the door', async () => {
    const door = acceptor()
    const [first] = await door.accept(record('a', 'number-1'))
    await database.query(`UPDATE message SET canonical = '{"key":"changed"}'`)
    const [again] = await door.accept(record('a', 'number-1'))
    expect(again).toMatchObject({ id: first?.id, duplicate: true })
    // the same key with other content is refused, whatever stands in the message now
    const other = {
      ...record('a', 'number-1'),
      records: [{ type: 'case.process', key: 'a', deduplication: 'number-1', value: { key: 'b' } }],
    }
    await expect(door.accept(other)).rejects.toMatchObject({ code: 'message.conflict' })
  })

  test('14 a key is kept though the work failed, or a lock though its owner crashed: neither is', async () => {
    let works = false
    const signer = {
      ...signerOf(hubKey),
      sign: async (data: Buffer) =>
        works ? signerOf(hubKey).sign(data) : Promise.reject(new Error('no key')),
    }
    const door = acceptor(ignore, 100, signer)
    await expect(door.accept(record('a'))).rejects.toThrow()
    expect(await count('deduplication')).toBe(0)
    works = true
    expect(await door.accept(record('a'))).toMatchObject([{ duplicate: false }])
    await take(database, 'crashed', 0)
    expect(await takeLane(database.query, 'target', 0, 'next', 10_000)).toBeDefined()
  })

  test('15 a buffer acknowledges early and grows without end: a receipt comes after the commit, and the door has a limit', async () => {
    let committed = false
    const slow: Database = {
      ...database,
      transaction: async (work) => {
        const result = await database.transaction(work)
        await new Promise((resolve) => setTimeout(resolve, 50))
        committed = true
        return result
      },
    }
    const door = createAcceptor(slow, signerOf(hubKey), { wake: ignore, keep: ignore }, 64)
    const first = door.accept(record('first')).then(() => committed)
    const rest = Array.from({ length: 200 }, (_, i) =>
      door.accept(record(`r${i}`)).then(
        () => 'accepted',
        ({ code }) => code,
      ),
    )
    expect(await first).toBe(true)
    const answers = await Promise.all(rest)
    expect(answers.filter((answer) => answer === 'hub.busy').length).toBeGreaterThan(0)
    // what was accepted is there, what was refused is not
    expect(await count('message')).toBe(1 + answers.filter((answer) => answer === 'accepted').length)
  })

  test('16 a batch fails in part and all of it is replayed: each record has its own outcome, and its key its order', async () => {
    await write(
      database,
      post({ key: 'a', deduplication: '1' }),
      post({ key: 'a', deduplication: '2' }),
      post({ key: 'b', deduplication: '3' }),
      post({ key: 'b', deduplication: '4' }),
    )
    const lease = await take(database)
    const [a, b] = await turn(database, lease)
    if (!a || !b) throw new Error('nothing was claimed')
    const next = await turn(database, lease, [settled(a, 'ready', { delay: 1 }), settled(b, 'delivered')], 16)
    expect(next.map(({ key }) => key)).not.toContain('a2')
    const second = next.find(({ key }) => key === 'b')
    expect(second?.message).not.toBe(b.message)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const again = await turn(database, lease, [], 16, second ? [second] : [])
    const retried = [...next, ...again].filter(({ key }) => key === 'a')
    expect(retried[0]).toMatchObject({ message: a.message, attempts: 1 })
    expect(await count('attempt')).toBe(2)
  })

  test('18 evidence fails and proof is weakened in silence: nothing is accepted that is not proved', async () => {
    const signer = { ...signerOf(hubKey), sign: async () => Promise.reject(new Error('no key')) }
    await expect(acceptor(ignore, 100, signer).accept(record('a'))).rejects.toMatchObject({
      code: 'hub.unproved',
      status: 503,
    })
    expect(await count('message')).toBe(0)
    expect(await count('delivery')).toBe(0)
  })
})
