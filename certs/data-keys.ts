// The data keys (数据密钥) of a key folder: data-1.secret, data-2.secret, … The newest whose time has come seals what is
// kept; older ones stay as long as something is sealed with them.
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../core/errors.ts'
import { type DataKey, type DataKeys, type Sealing, sealings } from '../core/signing/vault.ts'
import { endings } from './store.ts'

const fileShape = /^data-([1-9]\d{0,3})\.secret$/
const textShape = /^(sm4|aes-256-gcm) ([0-9a-f]+)(?: from (\S+))?$/

/** The file of a version. */
export const dataKeyFile = (version: number): string => `data-${version}${endings.secret}`

/** A new key as it stands in its file: algorithm, key in hex, and the time from which it seals. */
export function newDataKey(algorithm: Sealing, from?: Date): string {
  const key = randomBytes(sealings[algorithm]).toString('hex')
  return `${algorithm} ${key}${from ? ` from ${from.toISOString()}` : ''}`
}

/** The data keys of a folder. Getters throw StartupError that names the file and what to do. */
export function openDataKeys(folder: string): DataKeys {
  const get = (version: number): DataKey => {
    const path = join(folder, dataKeyFile(version))
    let text: string
    try {
      text = readFileSync(path, 'utf8').trim()
    } catch (cause) {
      const todo =
        version === 1
          ? 'Make the first one: qiao keys rotate. Every hub needs the same.'
          : 'Put it back, or copy it from where it was made: what is sealed with it cannot be read without it.'
      throw new StartupError(`the data key ${path} is missing or cannot be read`, todo, cause)
    }
    return parse(text, version, path)
  }
  const list = (): DataKey[] =>
    filesOf(folder).flatMap((file) => {
      const version = fileShape.exec(file)?.[1]
      return version === undefined ? [] : [get(Number(version))]
    })
  return { get, list }
}

/** None of a folder that is not there: whoever needs a key is told which one is missing. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function parse(text: string, version: number, path: string): DataKey {
  const [, algorithm, hex = '', from] = textShape.exec(text) ?? []
  const key = Buffer.from(hex, 'hex')
  const starts = new Date(from ?? 0)
  const fits = algorithm !== undefined && key.length === sealings[algorithm as Sealing]
  if (fits && !Number.isNaN(starts.getTime()))
    return { version, algorithm: algorithm as Sealing, key, from: starts }
  throw new StartupError(
    `the data key ${path} cannot be understood`,
    'It is one line: sm4 and 32 hex digits, or aes-256-gcm and 64; then, if it is for later, " from " and a time (ISO 8601).',
  )
}
