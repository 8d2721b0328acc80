// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about delivering: each test is named by its row.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileBundle, type Files } from '../../core/flow/bundle.ts'
import { failed, type Tools } from '../../core/flow/exchange.ts'
import { openRegistry } from '../../core/flow/registry.ts'
import { settlementOf } from '../../core/flow/settlement.ts'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import { LostLease, takeLane } from '../../core/ledger/lane.ts'
import { post, settled, take, turn, write } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'
import { count, emptyBeforeEach, head } from './rows.ts'

const plain = { systems: {} }

describe.each(pairs)('the catalogue of deliveries over $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  emptyBeforeEach(() => database)

  test('05 a lock expires and two workers run one job: the stale one changes nothing', async () => {
    await write(database, post({ key: 'a' }))
    const stale = await take(database, 'slow')
    const claimed = await head(database, stale)
    await database.query(`UPDATE lane SET lease_until = now() - interval '1 s'`)
    const successor = await takeLane(database.query, 'target', 0, 'next', 10_000)
    expect(successor?.orphans).toEqual([{ message: claimed.message, step: claimed.step }])
    await expect(turn(database, stale, [settled(claimed, 'delivered')], 0)).rejects.toThrow(LostLease)
    expect(await count(database, `delivery WHERE state = 'ready'`)).toBe(1)
    expect(await count(database, 'attempt')).toBe(0)
    // without the guarantee it does
    await turn(database, stale, [settled(claimed, 'delivered')], 0, [], 'fencing')
    expect(await count(database, `delivery WHERE state = 'delivered'`)).toBe(1)
  })

  test('08 the attempt is lost though the retry was scheduled: both are written, or neither', async () => {
    await write(database, post({ key: 'a' }), post({ key: 'b' }))
    const lease = await take(database)
    const [a, b] = await turn(database, lease)
    if (!a || !b) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(a, 'ready')], 0)
    expect(await count(database, 'attempt')).toBe(1)
    // an attempt the ledger cannot hold takes its change of state with it
    const broken = settled(b, 'delivered', { startedAt: 'never' })
    await expect(turn(database, lease, [broken], 0)).rejects.toThrow()
    expect(await count(database, 'attempt')).toBe(1)
    expect(await count(database, `delivery WHERE state = 'delivered'`)).toBe(0)
  })

  test('09 a poison item cycles for ever and blocks the rest: it dies at once, others go on', async () => {
    await write(database, ...['poison', 'poison', 'unlucky', 'well'].map((key) => post({ key })))
    const lease = await take(database)
    const claimed = await turn(database, lease)
    expect(claimed.map(({ key }) => key)).toEqual(['poison', 'unlucky', 'well'])
    // wrong data is no matter of trying again; an unreachable platform is
    const policy = {
      retry: { first: 60_000, factor: 2, max: 60_000, attempts: undefined },
      repeat: 'ask',
    } as const
    const timing = { startedAt: new Date(), duration: 1 }
    const outcomes = { poison: 'rejected', unlucky: 'transport', well: 'delivered' } as const
    const ended = claimed.map((each) => {
      const outcome = outcomes[each.key as keyof typeof outcomes]
      return settlementOf(each, { ...failed(outcome, 'r'), publish: null }, timing, policy, [])
    })
    expect(await turn(database, lease, ended)).toEqual([])
    const states = await database.query('SELECT key, state FROM delivery ORDER BY seq')
    expect(states).toEqual([
      { key: 'poison', state: 'dead' },
      { key: 'poison', state: 'ready' },
      { key: 'unlucky', state: 'ready' },
      { key: 'well', state: 'delivered' },
    ])
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

  test('11 a new configuration is applied to old messages: a message goes by the files it was accepted with', async () => {
    const address = (port: number): Files => ({
      'systems/target.yaml': `kind: x
title: X
url: http://127.0.0.1:${port}/x
operations: { put: { path: /put } }
replies: [{ when: { status: 200 }, outcome: delivered }]
`,
    })
    const open = (port: number) =>
      openRegistry(database, [], {} as Tools, { files: address(port), overlay: plain })
    const registry = await open(1)
    const old = registry.current()
    await write(database, { ...post({ key: 'old' }), bundle: old.id })
    const next = await registry.use(compileBundle(address(2), [], plain), plain)
    await write(database, { ...post({ key: 'new' }), bundle: next.id })
    await registry.release()
    // a process that starts now takes the old files from the ledger
    const other = await open(2)
    const claimed = await turn(database, await take(database))
    const urls = claimed.map(async ({ key, bundle }) => {
      const ways = await Promise.all([registry.pinned(bundle), other.pinned(bundle)])
      return [key, ...ways.map(({ systems }) => systems.get('target')?.url)]
    })
    expect(await Promise.all(urls)).toEqual([
      ['old', 'http://127.0.0.1:1/x', 'http://127.0.0.1:1/x'],
      ['new', 'http://127.0.0.1:2/x', 'http://127.0.0.1:2/x'],
    ])
  })

  test('12 delete, then create, in the retry mover: a replay is one conditional update', async () => {
    await write(database, post({ key: 'a' }))
    const lease = await take(database)
    const dead = await head(database, lease)
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
    expect(await count(database, `delivery WHERE state = 'ready'`)).toBe(1)
    expect(await count(database, 'delivery')).toBe(1)
    expect(await count(database, 'audit')).toBe(1)
  })

  test('16 a batch fails in part and all of it is replayed: each record has its own outcome, and its key its order', async () => {
    const posts = ['a', 'a', 'b', 'b'].map((key) => post({ key }))
    const [a1, a2, b1, b2] = posts.map(({ messages }) => messages[0]?.id)
    await write(database, ...posts)
    const lease = await take(database)
    const [a, b] = await turn(database, lease)
    if (!a || !b) throw new Error('nothing was claimed')
    expect([a.message, b.message]).toEqual([a1, b1])
    const outcomes = [settled(a, 'ready', { delay: 300 }), settled(b, 'delivered')]
    const next = await turn(database, lease, outcomes)
    // what was delivered is not sent again, and nothing overtakes what was not
    expect(next.map(({ message }) => message)).toEqual([b2])
    await new Promise((resolve) => setTimeout(resolve, 350))
    const again = await turn(database, lease, [], 16, next)
    expect(again).toMatchObject([{ message: a1, attempts: 1 }])
    const last = await turn(database, lease, [settled(again[0] ?? a, 'ready')], 16, next)
    expect(last).toEqual([])
    // without the guarantee the second one of the key goes first
    const out = await turn(database, lease, [], 16, next, 'order')
    expect(out.map(({ message }) => message)).toEqual([a2])
  })
})
