// Archived days leave the ledger with their partition, whole; what is still needed stays.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { closeDays } from '../../core/flow/close-days.ts'
import { countAllDays } from '../../core/flow/coverage.ts'
import { claimDay, heldDays, recordDay } from '../../core/ledger/archive.ts'
import type { Database } from '../../core/ledger/database.ts'
import { listPartitions } from '../../core/ledger/partition.ts'
import { dropPartition, leavingDefault, leavingPartitions, markDropped } from '../../core/ledger/purge.ts'
import { clearActions, clearDropped } from '../../core/ledger/sweep.ts'
import { settled } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'
import { accept, clockAt, daysOf, deliver, empty, fillDays, freshYear, placesOf, signer } from './ledger.ts'

describe.each(pairs)('purge on $name', (pair) => {
  let database: Database
  let year: number
  const on = (day: string): string => `${year}-${day}`
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    year = freshYear()
  })
  afterEach(() => vi.useRealTimers())

  /** Says that days are archived, and counts them; their files are of no interest here. */
  const archived = async (days: readonly string[]): Promise<void> => {
    for (const day of days) {
      await claimDay(database.query, day, 'me', 1)
      await recordDay(
        database.query,
        { day, file: `${day}.ndjson`, digest: Buffer.alloc(32), messages: 5, version: 1 },
        'me',
      )
    }
    await countAllDays(database)
  }
  const purge = async (before: string): Promise<string[]> => {
    const gone: string[] = []
    for (const leaving of await leavingPartitions(database.query, before)) {
      gone.push(...(await dropPartition(database, leaving, async () => undefined)))
    }
    const strays = (await leavingDefault(database.query, before)).map(({ day }) => day)
    await markDropped(database.query, strays)
    gone.push(...strays)
    await clearDropped(database.query)
    await clearActions(database.query, before)
    return gone
  }
  const count = async (table: string): Promise<number> => {
    const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
    return row?.n ?? -1
  }

  test('a month goes when all of its days are archived, and takes everything with it', async () => {
    const days = await fillDays(database, on('01-30'), 4)
    await archived(days.slice(0, 2))
    expect(await purge(on('01-31'))).toEqual([])
    expect(await purge(on('02-10'))).toEqual([on('01-30'), on('01-31')])
    expect(await daysOf(database)).toEqual([on('02-01'), on('02-02')])
    expect((await listPartitions(database.query)).map(({ name }) => name)).not.toContain(`${year}_01`)
    expect(await database.query(`SELECT to_regclass('message_${year}_01') AS found`)).toEqual([
      { found: null },
    ])
    expect([await count('message'), await count('delivery'), await count('post')]).toEqual([10, 10, 2])
    // the late message of January 31 was delivered on February 1: that attempt belongs to February's archive
    expect(await placesOf(database, 'attempt')).toEqual([`${year}_02`, 'default'])
    expect([await count('attempt'), await count('attempt_default')]).toEqual([13, 1])
    expect([await count('audit'), await count('evidence_day')]).toEqual([2, 5])
    await archived([on('02-01'), on('02-02'), on('02-03')])
    expect(await purge(on('03-02'))).toEqual([on('02-01'), on('02-02'), on('02-03')])
    for (const table of ['message', 'delivery', 'post', 'attempt', 'audit', 'evidence'])
      expect(await count(table)).toBe(0)
    expect([await count('deduplication'), await count('evidence_day')]).toEqual([20, 5])
  })

  test('a day that is held stays, as a partition of its own, and goes when it has settled', async () => {
    const days = await fillDays(database, on('03-01'), 5)
    await database.query(`UPDATE delivery SET state = 'dead' WHERE key = '${on('03-03')} single'`)
    expect(await heldDays(database.query, on('04-02'))).toEqual(new Map([[on('03-03'), 1]]))
    const free = days.filter((day) => day !== on('03-03'))
    await archived([...free, on('03-06')])
    expect(await purge(on('04-02'))).toEqual([...free, on('03-06')])
    expect(await daysOf(database)).toEqual([on('03-03')])
    for (const table of ['message', 'post', 'evidence'])
      expect(await placesOf(database, table)).toEqual([`${year}_03_03`])
    // and the attempt that was made on the held day for the late message of the day before
    expect(await placesOf(database, 'attempt')).toEqual([`${year}_03_03`, 'default'])
    expect([await count('message'), await count('delivery'), await count('attempt')]).toEqual([5, 5, 7])
    await database.query(`UPDATE delivery SET state = 'delivered', settled_at = now() WHERE state = 'dead'`)
    expect(await heldDays(database.query, on('04-02'))).toEqual(new Map())
    await archived([on('03-03')])
    expect(await purge(on('04-02'))).toEqual([on('03-03')])
    expect([await count('message'), await count('delivery'), await count('attempt')]).toEqual([0, 0, 0])
    expect(await placesOf(database, 'message')).toEqual([])
  })

  test('a delivery that changed after its day was archived keeps the day, which is archived again', async () => {
    await archived(await fillDays(database, on('05-01'), 2))
    await archived([on('05-03')])
    await database.query(
      `UPDATE delivery SET settled_at = now() + interval '1 hour' WHERE key = '${on('05-01')} single'`,
    )
    expect(await purge(on('06-02'))).toEqual([on('05-02'), on('05-03')])
    expect(await daysOf(database)).toEqual([on('05-01')])
    const [row] = await database.query('SELECT archived_at FROM archive WHERE day = $1', [on('05-01')])
    expect(row).toEqual({ archived_at: null })
  })

  test('what the default partition took of a wrong clock goes with its day', async () => {
    clockAt(on('07-01'))
    await accept(database, 'a', 'b')
    await deliver(database, (claimed) => settled(claimed, 'delivered'))
    expect(await placesOf(database, 'message')).toEqual(['default'])
    clockAt(on('07-02'))
    await closeDays(database, signer, new Date())
    await archived([on('07-01')])
    expect(await purge(on('07-02'))).toEqual([on('07-01')])
    for (const table of ['message', 'delivery', 'post', 'attempt', 'evidence'])
      expect(await count(table)).toBe(0)
  })

  // the embedded ledger has one connection: nobody can be in the way
  if (pair.name.startsWith('postgres'))
    test('a reader in the way is not waited for, nor intake', async () => {
      await archived(await fillDays(database, on('08-01'), 1))
      await archived([on('08-02')])
      let end = (): void => undefined
      const held = new Promise<void>((resolve) => {
        end = resolve
      })
      const reading = database.transaction(async (query) => {
        await query('SELECT count(*) FROM message')
        await held
      })
      const [gone, accepted] = await Promise.all([purge(on('09-02')), accept(database, 'meanwhile')])
      expect([gone, accepted.length]).toEqual([[], 1])
      expect(await daysOf(database)).toContain(on('08-01'))
      end()
      await reading
      expect(await purge(on('09-02'))).toEqual([on('08-01'), on('08-02')])
    })
})
