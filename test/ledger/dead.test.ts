// Dead letters in the ledger: pages and filters, blocked keys, corrections, and runs over many.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newAction } from '../../core/flow/action.ts'
import { beginReplay, continueReplay, countReplay } from '../../core/flow/replay-many.ts'
import { listBlocked } from '../../core/ledger/blocked.ts'
import { openDeliveries, saveCorrection } from '../../core/ledger/correction.ts'
import type { Database } from '../../core/ledger/database.ts'
import { type DeadFilter, listDead, resolveDead } from '../../core/ledger/dead.ts'
import type { Claimed, Lease } from '../../core/ledger/lane.ts'
import type { Doubt } from '../../core/ledger/settle.ts'
import { pairs } from '../pairs.ts'
import { post, settled, take, turn, write } from './fixture.ts'

const actor = { operator: '王值班', reason: '已与平台核实' }

describe.each(pairs)('dead letters on $name', (pair) => {
  let database: Database
  let lease: Lease
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.script(
      'TRUNCATE message, delivery, attempt, evidence, nonce, lane, post, audit, correction',
    )
    lease = await take(database)
  })

  /** Writes one message a key, and lets its delivery die with this reason. */
  const die = async (
    keys: readonly string[],
    reason = 'refused',
    doubt: Doubt | null = null,
  ): Promise<Claimed[]> => {
    await write(database, ...keys.map((key) => post({ key })))
    const claimed = await turn(database, lease, [], keys.length)
    expect(claimed).toHaveLength(keys.length)
    await turn(
      database,
      lease,
      claimed.map((each) => settled(each, 'dead', { reason, doubt })),
      0,
    )
    return claimed
  }
  const keysOf = async (filter: DeadFilter, page = { after: 0, limit: 100 }): Promise<string[]> =>
    (await listDead(database.query, filter, page)).map(({ key }) => key)
  const states = async (): Promise<Record<string, number>> => {
    const rows = await database.query<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM delivery GROUP BY state',
    )
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
  }

  test('a filter chooses by system, type, source, key, a part of the reason, and time', async () => {
    await die(['a'], 'mapping: 100% Wrong_code')
    await die(['b'], '平台拒收')
    const everything = ['a', 'b']
    expect(await keysOf({})).toEqual(everything)
    expect(await keysOf({ system: 'target', type: 'case.process', source: 'housing' })).toEqual(everything)
    for (const other of [{ system: 'other' }, { type: 'case.other' }, { source: 'market' }, { key: 'c' }])
      expect(await keysOf(other)).toEqual([])
    expect(await keysOf({ key: 'b' })).toEqual(['b'])
    expect(await keysOf({ reason: 'wrong_CODE' })).toEqual(['a'])
    expect(await keysOf({ reason: '%' })).toEqual(['a'])
    expect(await keysOf({ reason: '拒收' })).toEqual(['b'])
    const hour = 3_600_000
    expect(await keysOf({ from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) })).toEqual(
      everything,
    )
    expect(await keysOf({ from: new Date(Date.now() + hour) })).toEqual([])
    expect(await keysOf({ to: new Date(Date.now() - hour) })).toEqual([])
  })

  test('pages meet every dead letter once, also when some go between two pages', async () => {
    const all = Array.from({ length: 7 }, (_, i) => `key-${i}`)
    const claimed = await die(all)
    const seen: string[] = []
    for (let after = 0; ; ) {
      const page = await listDead(database.query, {}, { after, limit: 3 })
      seen.push(...page.map(({ key }) => key))
      const last = page.at(-1)
      if (!last) break
      after = last.seq
      const [first] = claimed.splice(0, 1)
      if (first) await resolve(first, 'skip')
    }
    expect(seen).toEqual(all)
  })

  const resolve = ({ message, step }: Claimed, action: 'skip' | 'replay') => {
    const deed = newAction({ ...actor, action, message, step })
    return resolveDead(database, { ...deed, action, message, step, releases: [] })
  }

  test('of two replays at once one finds it dead', async () => {
    const [dead] = await die(['a'])
    if (!dead) throw new Error('nothing died')
    const found = await Promise.all([resolve(dead, 'replay'), resolve(dead, 'replay')])
    expect(found.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await database.query('SELECT action FROM audit')).toEqual([{ action: 'replay' }])
  })

  test('a key is blocked by a dead head, by one that was tried in vain, and by one that is held', async () => {
    await die(['dead'])
    await write(database, post({ key: 'dead' }), post({ key: 'dead' }), post({ key: 'tried' }))
    await write(database, post({ key: 'tried' }), post({ key: 'free' }), post({ key: 'free' }))
    const held = { step: 'store', system: 'target', key: 'held', lane: 0, state: 'held' as const }
    await write(database, post({ key: 'held', deliveries: [held] }), post({ key: 'held' }))
    await write(database, post({ key: 'alone' }))
    const claimed = await turn(database, lease, [], 10)
    const tried = claimed.filter(({ key }) => key === 'tried' || key === 'alone')
    await turn(
      database,
      lease,
      tried.map((each) => settled(each, 'ready', { reason: 'HTTP 503' })),
      0,
    )
    const page = { after: 0, limit: 10, waiting: 0 }
    const blocked = await listBlocked(database.query, 'target', page)
    expect(blocked.map(({ key, state, behind, reason }) => ({ key, state, behind, reason }))).toEqual([
      { key: 'dead', state: 'dead', behind: 2, reason: 'refused' },
      { key: 'tried', state: 'ready', behind: 1, reason: 'HTTP 503' },
      { key: 'held', state: 'held', behind: 1, reason: null },
    ])
    expect(blocked[1]?.due_at).toBeInstanceOf(Date)
    const [first] = blocked
    const rest = await listBlocked(database.query, 'target', { ...page, after: first?.seq ?? 0, limit: 1 })
    expect(rest.map(({ key }) => key)).toEqual(['tried'])
    const patient = await listBlocked(database.query, undefined, { ...page, waiting: 60 })
    expect(patient.map(({ key }) => key)).toEqual(['dead'])
    expect(await listBlocked(database.query, 'other', page)).toEqual([])
  })

  test('a correction goes out from its place; the message stays; an older view of it is refused', async () => {
    const [dead] = await die(['a'])
    if (!dead) throw new Error('nothing died')
    await write(database, post({ key: 'a' }))
    const { message, step } = dead
    const correct = (base: string | null, canonical: string, bundle = 1) => {
      const detail = JSON.stringify({ canonical })
      const action = newAction({ ...actor, action: 'correct', message, step, detail })
      const what = {
        message,
        step,
        base,
        everyStep: false,
        canonical,
        canonicalDigest: Buffer.alloc(32),
        bundle,
      }
      return saveCorrection(database, { ...action, ...what })
    }
    expect(await correct(null, '{"key":"a","mended":1}', 7)).toEqual([{ step, system: 'target', lane: 0 }])
    expect(await correct(null, '{}')).toBeUndefined()
    const [first] = await turn(database, lease)
    expect(first).toMatchObject({ message, canonical: '{"key":"a","mended":1}', bundle: 7 })
    if (!first) throw new Error('nothing claimed')
    await turn(database, lease, [settled(first, 'dead')], 0)
    // made on the message, which was corrected meanwhile
    expect(await correct(null, '{"key":"a","mended":2}')).toBeUndefined()
    const [open] = await openDeliveries(database.query, message)
    expect(open).toMatchObject({ canonical: '{"key":"a","mended":1}', bundle: 7 })
    expect(await correct(open?.correction ?? '', '{"key":"a","mended":2}')).toHaveLength(1)
    const [second] = await turn(database, lease)
    expect(second).toMatchObject({ canonical: '{"key":"a","mended":2}', bundle: 1 })
    const stored = await database.query('SELECT canonical FROM message WHERE id = $1', [message])
    expect(stored).toEqual([{ canonical: '{"key":"a"}' }])
    expect(await database.query('SELECT count(*)::int AS n FROM correction')).toEqual([{ n: 2 }])
  })

  test('a run replays what died before it began, batch by batch, and nothing twice', async () => {
    const keys = Array.from({ length: 450 }, (_, i) => `key-${String(i).padStart(3, '0')}`)
    for (let i = 0; i < keys.length; i += 50) await die(keys.slice(i, i + 50), i < 400 ? '5001' : 'other')
    expect(await countReplay(database, { reason: '5001' })).toMatchObject({ run: null, remaining: 400 })
    const began = await beginReplay(database, { reason: '5001' }, actor)
    expect(began.state).toMatchObject({ replayed: 200, remaining: 200 })
    expect(began.lanes).toEqual([{ system: 'target', lane: 0 }])
    // what was replayed dies again before the run goes on
    const again = await turn(database, lease, [], 200)
    expect(again).toHaveLength(200)
    await turn(
      database,
      lease,
      again.map((each) => settled(each, 'dead', { reason: '5001' })),
      0,
    )
    const { run } = began.state
    const others = { operator: '李值班', reason: '接班' }
    const ended = await continueReplay(database, run ?? '', others)
    expect(ended?.state).toMatchObject({ run, replayed: 200, remaining: 0, systems: [] })
    expect((await continueReplay(database, run ?? '', others))?.state).toMatchObject({ replayed: 0 })
    expect(await states()).toEqual({ ready: 200, dead: 250 })
    const actions = await database.query(
      `SELECT action, operator, count(*)::int AS n, count(DISTINCT detail)::int AS details FROM audit
       GROUP BY action, operator ORDER BY min(at)`,
    )
    expect(actions).toEqual([
      { action: 'replay-many', operator: '王值班', n: 1, details: 1 },
      { action: 'replay', operator: '王值班', n: 200, details: 1 },
      { action: 'replay', operator: '李值班', n: 200, details: 1 },
    ])
  })

  test('a run leaves what may have arrived, unless its filter names it; then that is decided', async () => {
    await die(['refused'])
    await die(['doubtful'], 'no reply', 'open')
    expect(await keysOf({ doubt: true })).toEqual(['doubtful'])
    expect(await keysOf({ doubt: false })).toEqual(['refused'])
    expect(await countReplay(database, {})).toMatchObject({ remaining: 1, inDoubt: 1 })
    const { state } = await beginReplay(database, {}, actor)
    expect(state).toMatchObject({ replayed: 1, remaining: 0, inDoubt: 1 })
    // also when the run goes on
    const more = await continueReplay(database, state.run ?? '', actor)
    expect(more?.state).toMatchObject({ replayed: 0, inDoubt: 1 })
    const named = await beginReplay(database, { doubt: true }, actor)
    expect(named.state).toMatchObject({ replayed: 1, remaining: 0, inDoubt: 0 })
    const claimed = await turn(database, lease)
    expect(Object.fromEntries(claimed.map(({ key, doubt }) => [key, doubt]))).toEqual({
      refused: null,
      doubtful: 'resend',
    })
  })

  test('what may have arrived is not corrected', async () => {
    const [dead] = await die(['a'], 'no reply', 'open')
    if (!dead) throw new Error('nothing died')
    const { message, step } = dead
    const action = newAction({ ...actor, action: 'correct', message, step, detail: '{}' })
    const what = { message, step, base: null, everyStep: false, canonical: '{}', bundle: 1 }
    expect(
      await saveCorrection(database, { ...action, ...what, canonicalDigest: Buffer.alloc(32) }),
    ).toBeUndefined()
    expect(await database.query('SELECT state, correction FROM delivery')).toEqual([
      { state: 'dead', correction: null },
    ])
  })

  test('two that go on with one run replay each delivery once', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `key-${i}`)
    for (let i = 0; i < keys.length; i += 50) await die(keys.slice(i, i + 50))
    const { state } = await beginReplay(database, { key: 'none' }, actor)
    expect(state).toMatchObject({ replayed: 0, remaining: 0 })
    const runs = await Promise.all([1, 2, 3].map(() => beginReplay(database, {}, actor)))
    const counts = runs.map((each) => each.state.replayed)
    let replayed = counts.reduce((sum, n) => sum + n, 0)
    const run = runs[0]?.state.run ?? ''
    for (;;) {
      const more = await continueReplay(database, run, actor)
      if (!more || more.state.replayed === 0) break
      replayed += more.state.replayed
    }
    expect(replayed).toBe(300)
    expect(await states()).toEqual({ ready: 300 })
  })

  test('a run that nobody began is not found', async () => {
    expect(await continueReplay(database, '00000000-0000-7000-8000-000000000000', actor)).toBeUndefined()
  })
})
