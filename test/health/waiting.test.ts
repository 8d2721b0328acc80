// What waits, asked of the ledger: true numbers, and no statement that reads all of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDay } from '../../core/ledger/chain.ts'
import type { Database, Query } from '../../core/ledger/database.ts'
import { addLanes } from '../../core/ledger/lane.ts'
import { countBlocked, countOpen, oldestDue } from '../../core/ledger/waiting.ts'
import { pairs } from '../pairs.ts'

/** Deliveries of a system: `count` of a state, tried so often, due so many seconds ago. */
async function put(
  query: Query,
  system: string,
  row: { count: number; state?: string; attempts?: number; age?: number },
) {
  const { count, state = 'ready', attempts = 0, age = 0 } = row
  await query(
    `INSERT INTO delivery (message, step, system, key, lane, state, attempts, due_at)
     SELECT gen_random_uuid(), 's', $1, gen_random_uuid()::text, n % 2, $2, $3, now() - $4::float8 * interval '1 s'
     FROM generate_series(1, $5::int) n`,
    [system, state, attempts, age, count],
  )
}

describe.each(pairs)('what waits over $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
    const { query } = database
    for (const system of ['busy', 'idle', 'tried', 'late']) await addLanes(query, system, 2)
    await put(query, 'busy', { count: 2, age: 300 })
    await put(query, 'busy', { count: 5_000, age: 20 })
    await put(query, 'busy', { count: 3, state: 'held' })
    await put(query, 'busy', { count: 4, state: 'dead' })
    await put(query, 'busy', { count: 7, state: 'delivered', age: 9_000 })
    await put(query, 'tried', { count: 90, attempts: 2, age: 60 })
    await put(query, 'tried', { count: 1, age: 50 })
    await put(query, 'late', { count: 3, attempts: 1, age: -60 })
    await put(query, 'late', { count: 1, age: -1e7 })
  })
  afterAll(() => database?.close())

  test('the oldest due delivery of each system, and the oldest that nobody tried', async () => {
    const ages = await oldestDue(database.query)
    expect(ages).toEqual([
      { system: 'busy', due: expect.closeTo(300, -1.5), untried: expect.closeTo(300, -1.5) },
      { system: 'idle', due: null, untried: null },
      { system: 'late', due: null, untried: null },
      // behind 32 due heads a lane that were all tried: somebody does look after it
      { system: 'tried', due: expect.closeTo(60, -1.5), untried: null },
    ])
  })

  test('open, dead and blocked', async () => {
    expect(await countOpen(database.query)).toEqual({
      open: [
        { system: 'busy', count: 5_005 },
        { system: 'late', count: 4 },
        { system: 'tried', count: 91 },
      ],
      dead: [{ system: 'busy', count: 4 }],
    })
    expect(await countBlocked(database.query)).toEqual([
      { system: 'busy', count: 4 },
      { system: 'late', count: 3 },
      { system: 'tried', count: 90 },
    ])
  })

  test('goes by the indexes made for it, and reads a few rows of each lane for the ages', async () => {
    const plans: string[] = []
    const explain: Query = async (text) => {
      const rows = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF) ${text}`)
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      return []
    }
    await oldestDue(explain)
    await countOpen(explain)
    await countBlocked(explain)
    await openDay(explain)
    expect(plans).toHaveLength(5)
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/)
    const [ages = '', ...rest] = plans
    const read = /Index Scan using delivery_due.*rows=([\d.]+) loops=(\d+)/.exec(ages) ?? []
    expect(Number(read[1]) * Number(read[2])).toBeLessThanOrEqual(32 * 8)
    const scanned = rest.flatMap((plan) => /delivery_(?:open|dead_system|stuck)\b/.exec(plan)?.[0] ?? [])
    expect(scanned.sort()).toEqual(['delivery_dead_system', 'delivery_open', 'delivery_stuck'])
  })
})
