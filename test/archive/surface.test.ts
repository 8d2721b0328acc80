// The archive as operators meet it: over HTTP on a running hub, and on the command line.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openKeyStore } from '../../certs/store.ts'
import { archiveCommand } from '../../cli/retention/archive.ts'
import { purgeCommand } from '../../cli/retention/purge.ts'
import { restoreCommand } from '../../cli/retention/restore.ts'
import { verifyCommand } from '../../cli/verify/main.ts'
import { readConfig } from '../../core/config.ts'
import type { QiaoError } from '../../core/errors.ts'
import { missing } from '../../core/flow/missing.ts'
import { retain } from '../../core/flow/retention.ts'
import { archiveRoutes } from '../../core/http/archive.ts'
import { archiveShapes } from '../../core/http/openapi/archive-shapes.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { partitioned } from '../../core/ledger/partition.ts'
import { addDays, localDay } from '../../core/time.ts'
import { openLedger } from '../../ledger.ts'
import { freshDatabase } from '../database.ts'
import { listen } from '../listen.ts'
import { pairs, silent } from '../pairs.ts'
import { testVault } from '../vault.ts'
import { daysOf, fillDays, freshYear, hubKeyFolder, publicKey, signer } from './ledger.ts'

const actor = { operator: 'li', reason: 'the year is over' }
const retention = { folder: undefined, keep: 400, keepKeys: 3650, keepRestored: 30 }

describe('archive on the command line', () => {
  let folder: string
  let day: string
  let url: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-archive-'))
    hubKeyFolder(join(folder, 'keys'))
    url = await freshDatabase()
    const settings = { databaseUrl: url, data: folder, keys: join(folder, 'keys'), log: 'error' } as const
    const { database } = await openLedger(settings, { log: silent, connections: 2 })
    await migrate(database)
    // as on a ledger whose first partition has left long ago
    for (const { table } of partitioned)
      await database.script(`DROP TABLE ${table}_first`)
      // the commands go by the ledger's own clock
    ;[day = ''] = await fillDays(database, addDays(localDay(new Date()), -70), 1)
    vi.useRealTimers()
    await database.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = async (
    command: typeof archiveCommand,
    ...args: string[]
  ): Promise<{ code: number; said: string; told: string }> => {
    const { output, written, told } = listen()
    const environment = {
      DATABASE_URL: url,
      QIAO_KEEP: '30',
      QIAO_KEYS: join(folder, 'keys'),
      QIAO_ARCHIVE: join(folder, 'archive'),
    }
    const code = await command(args, environment, output)
    return { code, said: written(), told: told() }
  }
  const who = ['--by', 'li', '--why', 'test']

  test('archive, list, restore and purge, with who and why', async () => {
    expect((await run(archiveCommand, '--by', 'li')).code).toBe(2)
    expect((await run(archiveCommand, ...who, '--until', 'soon')).code).toBe(2)
    const archived = await run(archiveCommand, ...who, '--json')
    expect(archived.code, archived.said).toBe(0)
    const file = join(folder, 'archive', `${day}.proof`)
    expect(readFileSync(file).includes('欧阳')).toBe(false)
    vi.stubEnv('QIAO_KEYS', join(folder, 'keys'))
    expect((await run((args, _, output) => verifyCommand([...args], output), file)).code).toBe(0)
    // without the data key the file cannot be read, and it is said which one is missing
    renameSync(join(folder, 'keys/data-1.secret'), join(folder, 'keys/away'))
    await expect(run((args, _, output) => verifyCommand([...args], output), file)).rejects.toThrow(
      'data-1.secret is missing',
    )
    renameSync(join(folder, 'keys/away'), join(folder, 'keys/data-1.secret'))
    vi.unstubAllEnvs()
    expect((await run(archiveCommand, '--list')).said).toContain(`${day}  ${day}.proof`)
    expect((await run(restoreCommand, file)).code).toBe(2)
    expect((await run(restoreCommand, file, ...who)).said).toContain('5 messages are back for 30 days')
    await expect(run(restoreCommand, file, ...who)).rejects.toThrow('the day is in the ledger')
    writeFileSync(join(folder, 'other.proof'), '{}\n')
    await expect(run(restoreCommand, join(folder, 'other.proof'), ...who)).rejects.toThrow(
      'not the archive file',
    )
    const purged = await run(purgeCommand, ...who, '--day', day, '--json')
    expect([purged.code, JSON.parse(purged.said)]).toEqual([0, { purged: [day], unsound: [] }])
    expect((await run(purgeCommand, ...who)).said).toContain('0 days left the ledger')
    expect((await run(archiveCommand, '--list', '--json')).said).toContain(`"day": "${day}"`)
  })

  test('keys must be known as long as messages stay', () => {
    expect(() => readConfig({ QIAO_KEEP: '500', QIAO_KEEP_KEYS: '499' })).toThrow('QIAO_KEEP_KEYS')
  })
})

describe.each(pairs)('archive over HTTP on $name', (pair) => {
  let database: Database
  let folder: string
  let days: string[]
  let id: string
  beforeAll(async () => {
    database = await pair.database()
    folder = mkdtempSync(join(tmpdir(), 'qiao-archive-'))
    hubKeyFolder(folder)
    days = await fillDays(database, `${freshYear()}-01-30`, 2)
    const [row] = await database.query<{ id: string }>('SELECT id FROM message ORDER BY id LIMIT 1')
    id = row?.id ?? ''
    const before = days[0]?.replace('-01-30', '-03-02') ?? ''
    const parts = { database, sealer: signer, hubKeys: [publicKey], vault: testVault(), folder, owner: 'me' }
    await retain(parts, retention, { before, today: before }, actor)
  })
  afterAll(async () => {
    vi.useRealTimers()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const call = async (path: string, body?: unknown) => {
    const routes = archiveRoutes({
      database,
      keys: openKeyStore(folder),
      vault: testVault(),
      retention: { ...retention, folder },
    })
    routes.onError((error, c) =>
      c.json({ code: (error as QiaoError).code }, (error as QiaoError).status as 404),
    )
    const init = body === undefined ? {} : { method: 'POST' }
    const incoming = Readable.from(body === undefined ? [] : [Buffer.from(JSON.stringify(body))])
    const reply = await routes.request(path, init, { incoming: Object.assign(incoming, { headers: {} }) })
    return { status: reply.status, json: await reply.json() }
  }
  const why = { by: 'li', reason: 'a question of the court' }

  test('a day is listed, restored, and purged again; a message of it is told to be archived meanwhile', async () => {
    const [first, second] = days
    const listed = archiveShapes.Archive.parse((await call('/')).json)
    expect(listed.days.map(({ day, messages }) => [day, messages])).toEqual([
      [first, 5],
      [second, 5],
      [days[0]?.replace('-01-30', '-02-01'), 0],
    ])
    expect(await missing(database.query, id, 'housing')).toMatchObject({
      code: 'message.archived',
      detail: `${first}: ${first}.proof`,
    })
    expect(await missing(database.query, id, 'market')).toMatchObject({ code: 'request.not-found' })
    expect(await missing(database.query, 'x')).toMatchObject({ code: 'request.not-found' })
    expect(await call(`/${first}/purge`, why)).toMatchObject({
      status: 404,
      json: { code: 'request.not-found' },
    })
    expect(await call(`/${first}/restore`, { by: 'li' })).toMatchObject({
      status: 400,
      json: { code: 'ops.reason' },
    })
    expect(await call('/2001-01-01/restore', why)).toMatchObject({ status: 404 })
    const restored = await call(`/${first}/restore`, why)
    expect(restored).toMatchObject({ status: 200, json: { day: first, messages: 5 } })
    expect(await daysOf(database)).toEqual([first])
    expect(await call(`/${first}/restore`, why)).toMatchObject({
      status: 409,
      json: { code: 'archive.here' },
    })
    rmSync(join(folder, `${second}.proof`))
    expect(await call(`/${second}/restore`, why)).toMatchObject({
      status: 422,
      json: { code: 'archive.file' },
    })
    const purged = archiveShapes.Purged.parse((await call(`/${first}/purge`, why)).json)
    expect(purged).toEqual({ days: [first], unsound: [] })
    expect(await daysOf(database)).toEqual([])
  })
})
