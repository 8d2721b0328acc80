// A server that is killed under us is told apart from a statement that is wrong, and used again when it is back.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, LedgerAway } from '../../core/ledger/database.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { type Services, startServices } from '../../scripts/services.mjs'
import { silent } from '../pairs.ts'

let services: Services
let database: Database
beforeAll(async () => {
  services = await startServices({ redis: false, own: true })
  database = await openPostgres(services.databaseUrl, silent, 2)
})
afterAll(async () => {
  await database.close()
  await services.stop()
})

test('killed in mid-statement, in a transaction, and while it is away', { timeout: 60_000 }, async () => {
  const under = [
    database.query('SELECT pg_sleep(20)'),
    database.transaction((query) => query('SELECT pg_sleep(20)')),
  ].map((work) => work.catch((error: unknown) => error))
  await sleep(200)
  await services.kill('postgres')
  for (const error of await Promise.all(under)) expect(error).toBeInstanceOf(LedgerAway)
  await expect(database.query('SELECT 1')).rejects.toThrow(LedgerAway)
  await expect(database.transaction((query) => query('SELECT 1'))).rejects.toThrow(LedgerAway)
  await services.start('postgres')
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a wrong statement is no absence', async () => {
  const error = await database.query('SELECT nothing').catch((e: unknown) => e)
  expect(error).not.toBeInstanceOf(LedgerAway)
  expect(error).toMatchObject({ code: '42703' })
})
