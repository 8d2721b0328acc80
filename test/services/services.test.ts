// The services of the tests themselves: durable, private, and gone however their owner ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { startServices } from '../../scripts/services.mjs'
import { freshDatabase } from '../database.ts'
import { newDatabaseName, sweepDatabases } from '../database-names.ts'

const script = fileURLToPath(new URL('../../scripts/services.mjs', import.meta.url))
const supervisorScript = fileURLToPath(new URL('../../scripts/services/supervisor.mjs', import.meta.url))

describe('the shared instances', () => {
  test('PostgreSQL is durable and reachable on loopback only', async () => {
    const { rows } = await query<{ fsync: string; commit: string; addresses: string }>(
      inject('databaseUrl'),
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              current_setting('listen_addresses') as addresses`,
    )
    expect(rows[0]).toMatchObject({ fsync: 'on', commit: 'on' })
    if (process.env.TEST_DATABASE_URL === undefined) expect(rows[0]?.addresses).toBe('127.0.0.1')
  })

  test('Redis evicts nothing', async () => {
    expect(await redis(inject('redisUrl'), 'CONFIG GET maxmemory-policy')).toContain('noeviction')
  })

  test('every freshDatabase is empty and its own', async () => {
    const [one, two] = [await freshDatabase(), await freshDatabase()]
    await query(one, 'create table mine (id int)')
    const count = "select count(*)::int as n from pg_tables where schemaname = 'public'"
    expect((await query<{ n: number }>(one, count)).rows[0]?.n).toBe(1)
    expect((await query<{ n: number }>(two, count)).rows[0]?.n).toBe(0)
  })

  test('databases forgotten by a killed run are dropped, recent ones stay', async () => {
    const server = inject('databaseUrl')
    const [old, recent] = [newDatabaseName(Date.now() - 7_200_000), newDatabaseName()]
    await query(server, `create database "${old}"`)
    await query(server, `create database "${recent}"`)
    await sweepDatabases(server)
    const { rows } = await query<{ datname: string }>(
      server,
      `select datname from pg_database where datname in ('${old}', '${recent}')`,
    )
    await query(server, `drop database "${recent}"`)
    expect(rows.map((row) => row.datname)).toEqual([recent])
  })
})

describe('private instances', () => {
  test('end with their owner when it is killed with -9', async () => {
    const owner = await start()
    expect(await isOpen(owner.redisUrl)).toBe(true)
    owner.process.kill('SIGKILL')
    await gone(owner.folder)
    expect(await isOpen(owner.redisUrl)).toBe(false)
    expect(await isOpen(owner.databaseUrl)).toBe(false)
  })

  test('end with their owner on SIGTERM', async () => {
    const owner = await start()
    owner.process.kill('SIGTERM')
    await once(owner.process, 'exit')
    expect(existsSync(owner.folder)).toBe(false)
    expect(await isOpen(owner.databaseUrl)).toBe(false)
  })

  test('whose supervisor was killed with -9 are cleared by the next start', async () => {
    const first = await start()
    process.kill(first.supervisor, 'SIGKILL')
    await sleep(200)
    expect(await isOpen(first.redisUrl)).toBe(true) // orphans, for now
    first.process.kill('SIGKILL')
    const second = await start()
    expect(existsSync(first.folder)).toBe(false)
    expect(await isOpen(first.redisUrl)).toBe(false)
    expect(await isOpen(first.databaseUrl)).toBe(false)
    expect(await isOpen(second.databaseUrl)).toBe(true)
    second.process.kill('SIGKILL')
    await gone(second.folder)
  })

  test('killed and started again, PostgreSQL has what was committed and Redis answers', async () => {
    const services = await startServices({ own: true })
    await query(services.databaseUrl, 'create table kept (id int)')
    for (const name of ['postgres', 'redis'] as const) await services.kill(name)
    expect(await isOpen(services.redisUrl)).toBe(false)
    await expect(query(services.databaseUrl, 'select 1')).rejects.toThrow()
    for (const name of ['postgres', 'redis'] as const) await services.start(name)
    expect(await isOpen(services.redisUrl)).toBe(true)
    expect((await query(services.databaseUrl, 'select * from kept')).rows).toEqual([])
    await services.stop()
    expect(await isOpen(services.databaseUrl)).toBe(false)
  })

  test('a missing program and no right to install it is one line that says what to do', async () => {
    const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const child = spawn(process.execPath, [supervisorScript, '{"redis":true}'], {
      env: { PATH: '/nonexistent' },
      cwd: '/',
      ...unprivileged,
    })
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { error } = JSON.parse(line) as { error: string }
    expect(error).toMatch(/^missing: redis-server\..*apt-get install redis-server.*TEST_REDIS_URL[^\n]*$/)
  })
})

type Owner = {
  process: ChildProcess
  databaseUrl: string
  redisUrl: string
  supervisor: number
  folder: string
}

/** Runs services.mjs as a program of its own, and finds its supervisor and temp folder. */
async function start(): Promise<Owner> {
  const { TEST_DATABASE_URL: _database, TEST_REDIS_URL: _redis, ...env } = process.env
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === 2) break
  const [databaseUrl = '', redisUrl = ''] = lines.map((line) => line.slice(line.indexOf('=') + 1))
  const { rows } = await query<{ folder: string }>(
    databaseUrl,
    "select current_setting('data_directory') as folder",
  )
  const folder = dirname(rows[0]?.folder ?? '')
  const supervisor = Number(readFileSync(`${folder}/supervisor.pid`, 'utf8'))
  return { process: child, databaseUrl, redisUrl, supervisor, folder }
}

async function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<pg.QueryResult<T>> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query<T>(text)
  } finally {
    await client.end()
  }
}

async function redis(url: string, command: string): Promise<string> {
  const socket = createConnection(Number(new URL(url).port), new URL(url).hostname)
  socket.write(`${command}\r\n`)
  const [reply] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return reply.toString()
}

function isOpen(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function gone(folder: string): Promise<void> {
  for (const end = Date.now() + 10_000; existsSync(folder); await sleep(50)) {
    if (Date.now() > end) throw new Error(`${folder} is still there`)
  }
}
