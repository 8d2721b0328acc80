// Watches what a hub runs on, and reloads when it changed. By polling: inotify tells nothing of network folders, of
// bind mounts from another machine, and of ConfigMaps, which change by swapping a link above the files.
import type { Stats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'
import { deepest, isHidden, readOverlay, withoutCases } from './files.ts'
import type { Input } from './registry.ts'
import type { Reload } from './reload.ts'

/** Where a hub's files are. A key that comes later may mend a refused reload, so the key folder is looked at too. */
export type Places = { mappings: string; settings: string | undefined; keys: string }

export type Watch = { stop(): void }

/**
 * Looks every `ms` milliseconds; 0 never does. Reloads once two looks in a row find the same, so that files still being
 * copied are left alone; what changes while it is read is read again.
 */
export function watchFiles(places: Places, { reload }: Reload, ms: number): Watch {
  let seen: string | undefined
  let done: string | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = ms === 0

  const look = async (): Promise<void> => {
    const now = await stampOf(places)
    const quiet = now === seen
    seen = now
    if (!quiet || now === done) return
    const read = await readInput(places).then(
      (input) => () => input,
      (error: Error) => () => Promise.reject(error),
    )
    if (stopped || (await stampOf(places)) !== now) return
    const { again } = await reload(read)
    if (!again) done = now
  }
  const next = (): void => {
    if (stopped) return
    timer = setTimeout(() => void look().then(next, next), ms)
    timer.unref()
  }
  next()
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** Reads everything a hub runs on. Throws StartupError, FileError. */
export async function readInput({ mappings, settings }: Places): Promise<Input> {
  const found = await filesIn(mappings, isYaml).catch((cause: unknown) => unreadable(mappings, cause))
  const names = found.map(({ name }) => name).sort()
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(mappings, name), 'utf8')] as const),
  ).catch((cause: unknown) => unreadable(mappings, cause))
  return { files: withoutCases(Object.fromEntries(texts)), overlay: readOverlay(settings) }
}

function unreadable(folder: string, cause: unknown): never {
  throw new StartupError(`the mappings folder ${folder} cannot be read`, 'Set QIAO_MAPPINGS to it.', cause)
}

/** Changes whenever one of the files does: names, sizes and times. Never throws. */
async function stampOf({ mappings, settings, keys }: Places): Promise<string> {
  const none = (error: NodeJS.ErrnoException): string => `- ${error.code}`
  const lines = (found: Found[]): string => found.map(({ name, stats }) => `${name} ${timesOf(stats)}`).join()
  const parts = await Promise.all([
    filesIn(mappings, isYaml).then(lines, none),
    settings === undefined ? '' : stat(settings).then(timesOf, none),
    filesIn(keys, () => true).then(lines, none),
  ])
  return parts.join('\n')
}

// ctime too: a file that is put in place by renaming may bring its old mtime and size along
const timesOf = ({ size, mtimeMs, ctimeMs }: Stats): string => `${size} ${mtimeMs} ${ctimeMs}`

type Found = { name: string; stats: Stats }

const isYaml = (name: string): boolean => name.endsWith('.yaml')

async function filesIn(folder: string, wanted: (name: string) => boolean, within = ''): Promise<Found[]> {
  if (within.split('/').length > deepest) throw new Error(`${within} lies too deep`)
  const names = (await readdir(join(folder, within))).filter((name) => !isHidden(name)).sort()
  const found = await Promise.all(
    names.map(async (name) => {
      const path = within + name
      const stats = await stat(join(folder, path)).catch(onlyGone)
      if (stats?.isDirectory()) return filesIn(folder, wanted, `${path}/`)
      return stats?.isFile() && wanted(name) ? [{ name: path, stats }] : []
    }),
  )
  return found.flat()
}

/** One that went since the listing is no file any more; one that cannot be looked at is not gone. */
function onlyGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
