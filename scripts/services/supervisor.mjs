// Owns the private PostgreSQL and Redis: starts them, writes their URLs as one JSON line, and stops them when
// its standard input closes, which happens however the process that wanted them ends. Until then it takes lines
// such as `kill postgres` or `start redis`, and answers each with one.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findAccount } from './account.mjs'
import { findPrograms } from './find.mjs'
import { installMissing } from './install.mjs'
import { prefix, sweepLeftovers } from './leftovers.mjs'
import { startPostgres } from './postgres.mjs'
import { startRedis } from './redis.mjs'

const wanted = JSON.parse(process.argv[2] ?? '{}')
const isRoot = process.getuid?.() === 0
const parentGone = new Promise((resolve) => {
  process.stdin.once('close', resolve).once('end', resolve)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve)
})
process.stdout.on('error', () => {}) // the reader may be gone; parentGone tells
const running = {}
let folder

try {
  const parent = isRoot ? '/tmp' : tmpdir() // root's own TMPDIR may be closed to the account of the databases
  sweepLeftovers(parent)
  const programs = await installMissing(wanted, findPrograms)
  folder = mkdtempSync(join(parent, prefix))
  chmodSync(folder, 0o711)
  writeFileSync(join(folder, 'supervisor.pid'), String(process.pid))
  const account = isRoot ? findAccount() : {}
  const urls = {}
  if (wanted.postgres) {
    const postgres = await startPostgres(programs, folder, account)
    running.postgres = postgres
    urls.databaseUrl = postgres.url
  }
  if (wanted.redis) {
    const redis = await startRedis(programs, folder, account)
    running.redis = redis
    urls.redisUrl = redis.url
  }
  process.stdout.write(`${JSON.stringify({ databaseUrl: '', redisUrl: '', ...urls })}\n`)
  createInterface({ input: process.stdin }).on('line', (line) => void obey(line))
  await parentGone
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`)
} finally {
  await Promise.all(Object.values(running).map((instance) => instance.stop()))
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.stdin.destroy()
}

/** `kill postgres`: ends it as a power cut would. `start postgres`: again, on the same port with the same data. */
async function obey(line) {
  const [verb, name] = line.split(' ')
  try {
    await running[name][verb]()
    process.stdout.write('{}\n')
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`)
  }
}
