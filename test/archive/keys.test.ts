// A data key changes over the archive as an operator sees it: a process is killed over a file, and the old key still goes.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { keysCommand } from '../../cli/keys/main.ts'
import { archiveCommand } from '../../cli/retention/archive.ts'
import { restoreCommand } from '../../cli/retention/restore.ts'
import { verifyCommand } from '../../cli/verify/main.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { partitioned } from '../../core/ledger/partition.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { reseal } from '../../core/ledger/reseal.ts'
import { addDays, localDay } from '../../core/time.ts'
import { openLedger } from '../../ledger.ts'
import { programWords } from '../../scripts/build.mjs'
import { freshDatabase } from '../database.ts'
import { listen } from '../listen.ts'
import { silent } from '../pairs.ts'
import { fillDays, hubKeyFolder } from './ledger.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const who = ['--by', '王值班', '--why', '定期更换']

let folder: string
let archive: string
let keys: string
let environment: Record<string, string>
let bare: Database
let days: string[]
let children: ChildProcess[] = []

const onLedger = async (work: (opened: Awaited<ReturnType<typeof openLedger>>) => Promise<void>) => {
  const settings = { databaseUrl: environment.DATABASE_URL, data: folder, keys, log: 'error' } as const
  const opened = await openLedger(settings, { log: silent, connections: 2 })
  await work(opened).finally(() => opened.database.close())
}
type Command = (
  args: string[],
  environment: Record<string, string>,
  output: ReturnType<typeof listen>['output'],
) => Promise<number>
const run = async (command: Command, ...args: string[]): Promise<{ code: number; said: string }> => {
  const { output, written, told } = listen()
  const code = await command(args, environment, output)
  return { code, said: written() + told() }
}
const verify: Command = (args, _, output) => verifyCommand(args, output)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-archive-'))
  archive = join(folder, 'archive')
  keys = join(folder, 'keys')
  hubKeyFolder(keys)
  const url = await freshDatabase()
  environment = { DATABASE_URL: url, QIAO_KEEP: '30', QIAO_KEYS: keys, QIAO_ARCHIVE: archive }
  await onLedger(async ({ database }) => {
    await migrate(database)
    for (const { table } of partitioned) await database.script(`DROP TABLE ${table}_first`)
    days = await fillDays(database, addDays(localDay(new Date()), -70), 2)
    vi.useRealTimers()
  })
  bare = await openPostgres(url, silent, 3)
  // the verifying command reads its settings where a process has them
  vi.stubEnv('QIAO_KEYS', keys)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  for (const child of children) child.kill('SIGKILL')
  await bare.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a key that an archive needs stays; killed over a file, sealed anew, the key goes and the archive is read', async () => {
  expect((await run(archiveCommand, ...who)).code).toBe(0)
  const files = readdirSync(archive)
  const [first = ''] = files
  const path = join(archive, first)
  expect(files.length).toBeGreaterThan(days.length)
  const before = readFileSync(path)
  await run(keysCommand, 'rotate', '--algorithm', 'aes-256-gcm')
  // what lies in the ledger moves as ever
  await onLedger(({ database, vault }) => reseal(database, vault, 60_000))
  const refused = await run(keysCommand, 'retire', '1', ...who)
  expect([refused.code, refused.said]).toEqual([
    1,
    expect.stringContaining(`archive files / 归档文件 (${first} `),
  ])

  await killedBeforeItsName()
  expect(readFileSync(path)).toEqual(before)
  const left = readdirSync(archive).filter((name) => name.endsWith('.part'))
  expect(left).toHaveLength(1)
  expect((await run(verify, path)).code).toBe(0)
  expect((await run(keysCommand, 'retire', '1', ...who)).code).toBe(1)

  // the killed one holds its file until its time is over; the others go
  const again = await run(archiveCommand, '--reseal', ...who)
  expect([again.code, again.said]).toEqual([1, expect.stringContaining(`${first}: another process has it`)])
  expect(again.said).toContain(`${files.length - 1} files sealed anew`)
  expect((await run(keysCommand, 'retire', '1', ...who)).said).toContain(
    `1 archive files / 归档文件 (${first})`,
  )
  await bare.query(
    `UPDATE archive SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`,
  )
  const last = await run(archiveCommand, '--reseal', ...who, '--json')
  expect([last.code, JSON.parse(last.said)]).toEqual([
    0,
    { sealed: [first], lost: [], failed: {}, elsewhere: [] },
  ])
  expect(readdirSync(archive)).toEqual(files)

  expect(await run(keysCommand, 'retire', '1', ...who)).toMatchObject({ code: 0 })
  expect(existsSync(join(keys, 'data-1.secret'))).toBe(false)
  expect((await run(verify, ...files.map((name) => join(archive, name)))).code).toBe(0)
  expect((await run(restoreCommand, path, ...who)).said).toContain('5 messages are back')
}, 60_000)

test('the arguments are told', async () => {
  expect((await run(archiveCommand, '--reseal')).code).toBe(2)
  expect((await run(archiveCommand, '--reseal', ...who, '--until', '2026-01-01')).code).toBe(2)
})

/** Another process seals the first file anew, and is killed when it is written, before it takes its name. */
async function killedBeforeItsName(): Promise<void> {
  let child: ChildProcess | undefined
  await bare.transaction(async (query) => {
    // it writes its action between the two
    await query('LOCK TABLE audit IN ACCESS EXCLUSIVE MODE')
    const words = [...programWords('cli/main.ts'), 'archive', '--reseal', ...who]
    child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    })
    children.push(child)
    await vi.waitFor(async () => {
      const waiting = await bare.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'audit'::regclass`,
      )
      expect(waiting).toHaveLength(1)
    }, 30_000)
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  children = []
}
