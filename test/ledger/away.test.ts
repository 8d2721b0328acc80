// A server that is killed under us is told apart from a statement that is wrong, and used again when it is back.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { type Database, LedgerAway } from '../../core/ledger/database.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { programWords } from '../../scripts/build.mjs'
import { type Services, startServices } from '../../scripts/services.mjs'
import { migratedDatabase } from '../database.ts'
import { pairs, silent } from '../pairs.ts'

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

describe.each(pairs)('a ledger that can take nothing more, $name', (pair) => {
  let ledger: Database
  beforeAll(async () => {
    ledger = await pair.database()
  })
  afterAll(() => ledger.close())

  test.each(['53100', '53200', '53400', '25006'])('SQLSTATE %s is told as an absence', async (code) => {
    const statement = `DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '${code}'; END $$`
    await expect(ledger.query(statement)).rejects.toThrow(LedgerAway)
    await expect(ledger.transaction((query) => query(statement))).rejects.toThrow(LedgerAway)
    expect(await ledger.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('one that is read-only keeps nothing and is told so', async () => {
    const writing = ledger.transaction(async (query) => {
      await query('SET TRANSACTION READ ONLY')
      await query(`INSERT INTO nonce (source, nonce) VALUES ('a', 'b')`)
    })
    await expect(writing).rejects.toThrow(LedgerAway)
    expect(await ledger.query('SELECT 1 FROM nonce')).toEqual([])
  })
})

test('a wrong statement is no absence', async () => {
  const error = await database.query('SELECT nothing').catch((e: unknown) => e)
  expect(error).not.toBeInstanceOf(LedgerAway)
  expect(error).toMatchObject({ code: '42703' })
})

test('a command whose ledger takes nothing says what to do, and shows no stack', async () => {
  const url = await migratedDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'qiao-away-'))
  try {
    createDevelopmentKeys(folder)
    const args = ['archive', '--by', 'li', '--why', 'due', '--out', folder]
    const { status, stderr } = spawnSync(process.execPath, [...programWords('cli/main.ts'), ...args], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: `${url}?options=-c%20default_transaction_read_only%3Don`,
        QIAO_KEYS: folder,
      },
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^qiao: the ledger takes nothing now .*\n {2}→ See that PostgreSQL runs/)
    expect(stderr).not.toMatch(/^\s+at /m)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
