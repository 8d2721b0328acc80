// Finds the database programs on PATH or where Debian and Homebrew put them.
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const versioned = '/usr/lib/postgresql' // Debian keeps server programs here, off PATH

/**
 * Absolute paths of `initdb`, `postgres` and `redis-server`; undefined where not found.
 * `initdb` and `postgres` always come from the same folder, so their versions agree.
 */
export function findPrograms(path = process.env.PATH ?? '', root = versioned) {
  const onPath = path.split(delimiter).filter(Boolean)
  const newestFirst = list(root).sort((a, b) => Number(b) - Number(a))
  const folders = [...onPath, ...newestFirst.map((version) => join(root, version, 'bin'))]
  const bin = folders.find((folder) => runnable(join(folder, 'initdb')) && runnable(join(folder, 'postgres')))
  const redis = onPath.map((folder) => join(folder, 'redis-server')).find(runnable)
  return {
    initdb: bin && realpathSync(join(bin, 'initdb')),
    postgres: bin && realpathSync(join(bin, 'postgres')),
    redis,
  }
}

function list(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function runnable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
