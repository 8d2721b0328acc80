// Months of the ledger: carried over, made ahead, and never in the way of intake.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAcceptor, type Signer } from '../../core/flow/accept.ts'
import { dayOf, idAt, newId, newIds } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { addPartitions, listPartitions, partitionOf } from '../../core/ledger/partition.ts'
import { addDays, localDay, startOfDay } from '../../core/time.ts'
import { pairs } from '../pairs.ts'

const signer: Signer = { keyId: 'k', sign: async () => Buffer.of(1) }
const migrations = new URL('../../core/ledger/migrations/', import.meta.url)

/** Where rows lie, by table. */
async function places(database: Database, tables = ['message', 'post', 'evidence']): Promise<unknown> {
  const rows = tables.map(async (table) => {
    const found = await database.query<{ place: string }>(
      `SELECT DISTINCT substr(tableoid::regclass::text, ${table.length + 2}) AS place FROM ${table} ORDER BY 1`,
    )
    return [table, found.map(({ place }) => place)]
  })
  return Object.fromEntries(await Promise.all(rows))
}

/** The month `count` months after that of a moment. */
function monthIn(moment: Date, count: number): string {
  const [year = 0, month = 0] = localDay(moment).split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + count)).toISOString().slice(0, 7)
}

function accept(database: Database, ...keys: string[]) {
  const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
  return acceptor.accept({
    source: 'housing',
    nonce: undefined,
    payload: Buffer.from(keys.join()),
    bundle: 1,
    plan: ({ key }) => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
    records: keys.map((key) => ({ type: 'case.accepted', key, deduplication: key, value: { key } })),
  })
}

describe.each(pairs)('migration on $name', (pair) => {
  test('what an older ledger holds is carried over, and its keys are still known', async () => {
    const database = await pair.database()
    try {
      await database.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
      for (const name of readdirSync(migrations).sort()) {
        if (Number(name.slice(0, 6)) < 9)
          await database.script(readFileSync(new URL(name, migrations), 'utf8'))
      }
      const id = newId()
      await database.query(
        `INSERT INTO message (id, source, type, key, deduplication, payload, content_digest, canonical, canonical_digest,
           bundle, accepted_at, evidence, leaf, path)
         VALUES ($1::uuid, 'housing', 'case.accepted', 'k', 'old', $2, $2, '{}', $2, 1, now(), $1::uuid, 0, '')`,
        [id, Buffer.alloc(32)],
      )
      await database.query(
        `INSERT INTO evidence (id, kind, day, size, root, signature, key_id)
         VALUES ($1, 'receipts', '2026-11-01', 1, $2, $2, 'k')`,
        [id, Buffer.alloc(32)],
      )
      await database.script(`CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()); INSERT INTO migration SELECT n, '' FROM generate_series(1, 8) n`)
      await migrate(database)
      expect(await places(database)).toEqual({ message: ['first'], post: [], evidence: ['first'] })
      const [known] = await database.query<{ message: string }>('SELECT message FROM deduplication')
      expect(known).toEqual({ message: id })
      await addPartitions(database, new Date())
      await expect(accept(database, 'old')).rejects.toThrow('message.conflict')
      expect((await accept(database, 'new'))[0]?.duplicate).toBe(false)
    } finally {
      await database.close()
    }
  })
})

describe.each(pairs)('partitions on $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  afterEach(() => vi.useRealTimers())

  const at = (moment: Date | string): void => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(moment) })
  }

  test('months are made ahead, once, whoever tries', async () => {
    const now = new Date()
    await Promise.all(Array.from({ length: 20 }, () => addPartitions(database, now)))
    const made = await listPartitions(database.query)
    expect(made.map(({ name }) => name)).toEqual(['first', partitionOf(monthIn(now, 2)).name])
    expect(made[0]?.to).toBe(made[1]?.from)
  })

  test('a post around midnight at a month’s end lies in one partition, and its day is the day of its id', async () => {
    // ids never run backwards: what an earlier test did to the clock, they remember
    const now = startOfDay(dayOf(newId()))
    await addPartitions(database, now)
    const [before, after] = [monthIn(now, 2), monthIn(now, 3)].map((month) => partitionOf(month).name)
    await addPartitions(database, startOfDay(`${monthIn(now, 3)}-01`))
    const border = startOfDay(`${monthIn(now, 3)}-01`)
    at(new Date(border.getTime() - 1))
    await accept(database, 'before', 'before too')
    expect(await places(database)).toEqual({ message: [before], post: [before], evidence: [before] })
    at(border)
    await accept(database, 'after', 'after too')
    const both = [before, after]
    expect(await places(database)).toEqual({ message: both, post: both, evidence: both })
    const rows = await database.query<{ id: string; day: string }>(
      'SELECT id, day::text AS day FROM evidence',
    )
    for (const { id, day } of rows) expect(day).toBe(dayOf(id))
  })

  test('a clock beyond the last month is served, and its rows move when the month is made', async () => {
    const last = (await listPartitions(database.query)).at(-1)
    const beyond = startOfDay(addDays(dayOf(last?.to ?? ''), 40))
    at(beyond)
    await accept(database, 'beyond', 'beyond too')
    expect(await places(database)).toMatchObject({ message: expect.arrayContaining(['default']) })
    const again = await accept(database, 'beyond', 'beyond too')
    expect(again.map(({ duplicate }) => duplicate)).toEqual([true, true])
    await addPartitions(database, beyond)
    const month = dayOf(idAt(beyond)).slice(0, 7).replace('-', '_')
    const found = (await places(database)) as Record<string, string[]>
    for (const names of Object.values(found)) {
      expect(names).toContain(month)
      expect(names).not.toContain('default')
    }
  })
})

test('a partition is a month or a day of Shanghai', () => {
  expect(partitionOf('2026-12')).toEqual({
    name: '2026_12',
    from: idAt(new Date('2026-11-30T16:00:00Z')),
    to: idAt(new Date('2026-12-31T16:00:00Z')),
  })
  expect(partitionOf('2026-12-31').to).toBe(partitionOf('2027-01').from)
})

test('ids of one commit carry one day, also when they are drawn at midnight', () => {
  const midnight = startOfDay('2031-05-01').getTime()
  const clock = vi.spyOn(Date, 'now')
  let calls = 0
  clock.mockImplementation(() => (++calls < 3 ? midnight - 1 : midnight))
  const ids = newIds(5)
  clock.mockRestore()
  expect(new Set(ids.map(dayOf))).toEqual(new Set(['2031-05-01']))
  expect([...ids].sort()).toEqual(ids)
})
