// What the ledger owes to hubs in trouble: a session ended by the server is only a failed transaction, and a lane that
// must be left is free at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { leaveLane, takeLane } from '../../core/ledger/lane.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { freshDatabase } from '../database.ts'
import { take } from '../ledger/fixture.ts'
import { silent } from '../pairs.ts'

test('a session ended by the server in mid-transaction is only a failed transaction', async () => {
  const url = await freshDatabase()
  const database = await openPostgres(url, silent, 2)
  const other = await openPostgres(url, silent, 1)
  const work = database.transaction(async (query) => {
    const [row] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await other.query('SELECT pg_terminate_backend($1)', [row?.pid])
    await sleep(200)
    return query('SELECT 1')
  })
  await expect(work).rejects.toThrow()
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await database.close()
  await other.close()
})

test('a lane that must be left is free at once, poked or not', async () => {
  const database = await openPostgres(await freshDatabase(), silent, 2)
  await migrate(database)
  const lease = await take(database)
  expect(await takeLane(database.query, 'target', 0, 'other', 10_000)).toBeUndefined()
  expect(await leaveLane(database.query, lease, true)).toBe(true)
  expect(await takeLane(database.query, 'target', 0, 'other', 10_000)).toBeDefined()
  await database.close()
})
