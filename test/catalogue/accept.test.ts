// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about accepting: each test is named by its row.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Database } from '../../core/ledger/database.ts'
import { takeLane } from '../../core/ledger/lane.ts'
import { hubKey, signerOf } from '../evidence/city.ts'
import { take, turn } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'
import { count, doorTo, emptyBeforeEach, record } from './rows.ts'

describe.each(pairs)('the catalogue at the door of $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  emptyBeforeEach(() => database)

  test('01 a job is visible before its commit: nobody is woken, and nothing can be claimed, until it is', async () => {
    const wake = vi.fn()
    const lease = await take(database)
    const seen: string[] = []
    await doorTo(database, { wake }).acceptTogether([record('a')], async (query) => {
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

  test('06 a job id is ignored or accepted twice: the unique index decides, not the job', async () => {
    const door = doorTo(database)
    const answers = await Promise.all(Array.from({ length: 20 }, () => door.accept(record('a'))))
    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(1)
    expect(answers.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    expect(await count(database, 'message')).toBe(1)
    expect(await count(database, 'delivery')).toBe(1)
    // without the guarantee each of them is a message
    const open = doorTo(database, { without: 'deduplication' })
    await Promise.all(Array.from({ length: 20 }, () => open.accept(record('a'))))
    expect(await count(database, 'message')).toBe(21)
  })

  test('13 the deduplication key is computed twice from changing data: it is what it was at the door', async () => {
    const door = doorTo(database)
    const [first] = await door.accept(record('a', 'number-1'))
    await database.query(`UPDATE message SET canonical = '{"key":"changed"}'`)
    const [again] = await door.accept(record('a', 'number-1'))
    expect(again).toMatchObject({ id: first?.id, duplicate: true })
    // the same key with other content is refused, whatever stands in the message now
    await expect(door.accept(record('a', 'number-1', { key: 'b' }))).rejects.toMatchObject({
      code: 'message.conflict',
    })
  })

  test('14 a key is kept though the work failed, or a lock though its owner crashed: neither is', async () => {
    let works = false
    const signer = {
      ...signerOf(hubKey),
      sign: async (data: Buffer) =>
        works ? signerOf(hubKey).sign(data) : Promise.reject(new Error('no key')),
    }
    const door = doorTo(database, { signer })
    await expect(door.accept(record('a'))).rejects.toThrow()
    expect(await count(database, 'deduplication')).toBe(0)
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
    const door = doorTo(slow, { backlog: 64 })
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
    expect(await count(database, 'message')).toBe(
      1 + answers.filter((answer) => answer === 'accepted').length,
    )
  })

  test('18 evidence fails and proof is weakened in silence: nothing is accepted that is not proved', async () => {
    const signer = { ...signerOf(hubKey), sign: async () => Promise.reject(new Error('no key')) }
    await expect(doorTo(database, { signer }).accept(record('a'))).rejects.toMatchObject({
      code: 'hub.unproved',
      status: 503,
    })
    expect(await count(database, 'message')).toBe(0)
    expect(await count(database, 'delivery')).toBe(0)
  })
})
