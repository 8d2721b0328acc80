// One process at a time on a data folder: PGlite itself does not notice a second one and would be damaged.
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'

const beat = 2_000
const silence = 15_000
// a restarted container has the same pid as the process that left the lock: what we hold ourselves is remembered
const heldHere = new Set<string>()

type Holder = { pid: number; host: string; started: string | undefined }

/**
 * Takes the lock file of `folder` and keeps it fresh; returns the function that gives it back.
 * A lock is stale when its process is gone (same host), or it was silent for 15 s (another host or container).
 * Throws StartupError when somebody alive holds it.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'ledger.lock')
  if (!create(file) && !takeOver(file)) {
    throw new StartupError(
      `another hub process holds ${file}`,
      'Stop it first, or give this one its own QIAO_DATA; several processes need DATABASE_URL and REDIS_URL.',
    )
  }
  heldHere.add(file)
  const timer = setInterval(() => {
    const now = new Date()
    utimesSync(file, now, now)
  }, beat)
  timer.unref()
  return () => {
    clearInterval(timer)
    heldHere.delete(file)
    rmSync(file, { force: true })
  }
}

/** Makes a lock file that was not there; false when it was. */
function create(file: string): boolean {
  try {
    const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/**
 * Replaces the lock of a dead process; false when somebody has it. Of several that find it dead at once, the one
 * that makes the guard judges again, alone: otherwise the second would remove the lock that the first has just made.
 */
function takeOver(file: string): boolean {
  const guard = `${file}.takeover`
  if (isAlive(file) || !create(guard)) {
    if (existsSync(guard) && !isAlive(guard)) rmSync(guard, { force: true })
    return false
  }
  try {
    if (isAlive(file)) return false
    rmSync(file, { force: true })
    return create(file)
  } finally {
    rmSync(guard, { force: true })
  }
}

function isAlive(file: string): boolean {
  const isFresh = (): boolean => Date.now() - statSync(file).mtimeMs < silence
  let holder: Holder
  try {
    holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch (error) {
    // gone meanwhile, or its maker is just about to write it
    return error instanceof SyntaxError && isFresh()
  }
  if (holder.host !== hostname()) return isFresh()
  if (holder.pid === process.pid) return heldHere.has(file)
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  // after a restart of the machine the same number may be another program
  return holder.started === undefined || holder.started === startOf(holder.pid)
}

/** Tells processes of one number apart: boot and start time; undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name in brackets may hold anything; the start time is field 22, the name field 2
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}
