// The data keys as an operator changes them: a new one is made, everything is sealed anew, the old one goes, and nothing is lost.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataKeyFile, openDataKeys } from '../../certs/data-keys.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { keysCommand } from '../../cli/keys/main.ts'
import { loadMessage } from '../../core/ledger/message.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { openPglite } from '../../core/ledger/pglite.ts'
import type { NewPost } from '../../core/ledger/post.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { reseal } from '../../core/ledger/reseal.ts'
import { sealedLedger } from '../../core/ledger/sealed.ts'
import { createVault } from '../../core/signing/vault.ts'
import { openLedger } from '../../ledger.ts'
import { post, write } from '../ledger/fixture.ts'
import { listen } from '../listen.ts'
import { silent } from '../pairs.ts'
import { dataKeysOf } from '../vault.ts'
import { pairs, type Stores } from './stores.ts'

describe.each(pairs)('data keys over $name', (pair) => {
  let stores: Stores
  let keys: string
  beforeAll(async () => {
    stores = await pair.make()
    keys = join(stores.data, 'keys')
    createDevelopmentKeys(keys)
  })
  afterAll(() => rmSync(stores.data, { recursive: true, force: true }))

  const qiao = async (...args: string[]): Promise<{ code: number; said: string; told: string }> => {
    const { output, written, told } = listen()
    const { databaseUrl } = stores
    const place = { QIAO_DATA: stores.data, QIAO_KEYS: keys, DATABASE_URL: databaseUrl }
    return { code: await keysCommand(args, place, output), said: written(), told: told() }
  }
  const onLedger = async <T>(
    work: (opened: Awaited<ReturnType<typeof openLedger>>) => Promise<T>,
  ): Promise<T> => {
    const settings = { databaseUrl: stores.databaseUrl, data: stores.data, keys, log: 'error' } as const
    const opened = await openLedger(settings, { log: silent })
    try {
      return await work(opened)
    } finally {
      await opened.database.close()
    }
  }
  /** writes with the first key */
  const writeLate = async (late: NewPost): Promise<void> => {
    const bare = await (stores.databaseUrl
      ? openPostgres(stores.databaseUrl, silent, 1)
      : openPglite(stores.data))
    try {
      await write(sealedLedger(bare, createVault(dataKeysOf([openDataKeys(keys).get(1)]))), late)
    } finally {
      await bare.close()
    }
  }
  const who = ['--by', '王值班', '--why', '定期更换']

  test('what is wrong with the arguments is told', async () => {
    for (const wrong of [
      [],
      ['renew'],
      ['rotate', '--algorithm', 'des'],
      ['rotate', '--in', 'soon'],
      ['retire', '1'],
      ['retire', 'x', ...who],
      ['list', '--all'],
    ])
      expect((await qiao(...wrong)).code, wrong.join(' ')).toBe(2)
    expect((await qiao('list')).said.trim().split('\n')).toHaveLength(1)
  })

  test('a key for later does not seal before its time', async () => {
    expect((await qiao('rotate', '--in', '2h', '--algorithm', 'aes-256-gcm')).code).toBe(0)
    const [first, second] = JSON.parse((await qiao('list', '--json')).said)
    expect(first).toEqual({ version: 1, algorithm: 'sm4', from: null, seals: true })
    expect(second).toMatchObject({ version: 2, algorithm: 'aes-256-gcm', seals: false })
    expect(Date.parse(second.from) - Date.now()).toBeGreaterThan(7_100_000)
    rmSync(join(keys, dataKeyFile(2)))
  })

  test('an old key goes when nothing needs it, and not before', async () => {
    const accepted = post({ key: '510700-20261126-000001' })
    const [message] = accepted.messages
    const text = message?.canonical
    await onLedger(async ({ database }) => {
      await migrate(database)
      await write(database, accepted)
    })
    expect(await qiao('retire', '1', ...who)).toMatchObject({
      code: 1,
      said: expect.stringContaining('in use'),
    })
    expect((await qiao('rotate')).code).toBe(0)
    expect(readFileSync(join(keys, dataKeyFile(2)), 'utf8')).toMatch(/^sm4 [0-9a-f]{32}$/)
    expect(await qiao('retire', '1', ...who)).toMatchObject({
      code: 1,
      said: expect.stringContaining('message'),
    })
    expect(existsSync(join(keys, dataKeyFile(1)))).toBe(true)

    await onLedger(({ database, vault }) => reseal(database, vault, 60_000))
    // a hub that had not seen the new key wrote when all was done: whoever asks has it done again
    await writeLate(post({ key: '510700-20261126-000002' }))
    await onLedger(({ database, vault }) => reseal(database, vault, 60_000))
    expect(await qiao('retire', '1', ...who)).toMatchObject({
      code: 1,
      said: expect.stringContaining('message'),
    })
    await onLedger(({ database, vault }) => reseal(database, vault, 60_000))
    expect(await qiao('retire', 'data-1', ...who)).toMatchObject({
      code: 0,
      said: expect.stringContaining('✓'),
    })
    expect(existsSync(join(keys, dataKeyFile(1)))).toBe(false)
    await expect(qiao('retire', '1', ...who)).rejects.toThrow('data-1.secret is missing')
    await onLedger(async ({ database }) => {
      expect((await loadMessage(database.query, message?.id ?? ''))?.canonical).toBe(text)
      const audited = await database.query('SELECT operator, action, reason, detail FROM audit')
      expect(audited).toEqual([
        { operator: '王值班', action: 'retire-key', reason: '定期更换', detail: '{"version":1}' },
      ])
    })
  })

  test('without its key nothing is read, and it is told which file is missing', async () => {
    rmSync(join(keys, dataKeyFile(2)))
    await onLedger(async ({ database }) => {
      const [row] = await database.query<{ id: string }>('SELECT id FROM message')
      await expect(loadMessage(database.query, row?.id ?? '')).rejects.toThrow('data-2.secret is missing')
    })
  })
})
