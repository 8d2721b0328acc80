// Whether the embedded ledger has room left: on a full disk it could not even write down what became of what it has.
import { statfs } from 'node:fs/promises'
import type { Log } from '../log.ts'
import { every } from './every.ts'

export type DiskWatch = {
  /** why nothing more may be accepted; undefined while there is room */
  full(): string | undefined
  stop(): void
}

const lookEvery = 2_000
const mebibyte = 1_048_576

/**
 * Looks every two seconds, and once before it resolves. `folder`: of the ledger; undefined when it is on a server, whose
 * disk cannot be seen from here: that one says so when it is full. `least`: free bytes that must be left.
 */
export async function watchDisk(
  folder: string | undefined,
  least: number,
  log: Log,
  look = lookEvery,
): Promise<DiskWatch> {
  if (folder === undefined) return { full: () => undefined, stop: () => undefined }
  let reason: string | undefined
  const read = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const next =
      free < least ? `${inMebibytes(free)} MiB are free, ${inMebibytes(least)} must be left` : undefined
    if (next !== undefined && reason === undefined)
      log.error('disk.full', {
        reason: next,
        todo: 'Add space, or archive and purge old days; intake opens by itself.',
      })
    if (next === undefined && reason !== undefined) log.info('disk.free')
    reason = next
  }
  await read()
  const timer = every(look, log, 'disk', read)
  return { full: () => reason, stop: () => clearInterval(timer) }
}

const inMebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(0)
