// One process at a time on a data folder: PGlite itself does not notice a second one and would be damaged.
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'

const beat = 2_000
const silence = 15_000
// a restarted container has the same pid as the process that left the lock: what we hold ourselves is remembered
const heldHere = new Set<string>()

/**
 * Takes the lock file of `folder` and keeps it fresh; returns the function that gives it back.
 * A lock is stale when its process is gone (same host), or it was silent for 15 s (another host or container).
 * Throws StartupError when somebody alive holds it.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'ledger.lock')
  for (let tries = 0; ; tries++) {
    try {
      const handle = openSync(file, 'wx', 0o600)
      writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() }))
      closeSync(handle)
      heldHere.add(file)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (tries > 0 || isAlive(file)) {
        throw new StartupError(
          `another hub process holds ${file}`,
          'Stop it first, or give this one its own QIAO_DATA; several processes need DATABASE_URL and REDIS_URL.',
        )
      }
      rmSync(file, { force: true })
    }
  }
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

function isAlive(file: string): boolean {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; host: string }
    if (holder.host !== hostname()) return Date.now() - statSync(file).mtimeMs < silence
    if (holder.pid === process.pid) return heldHere.has(file)
    process.kill(holder.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
