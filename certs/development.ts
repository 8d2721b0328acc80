// Keys for a first run on a laptop: everything the hub and the sandbox need, made once, never overwritten.
// Certificates of the seal service are made by the sandbox, which plays the seal maker.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signingKey } from '../core/signing/keys.ts'
import { dataKeyFile, newDataKey } from './data-keys.ts'

const secrets = [
  'housing',
  'social',
  'market',
  'province',
  'elicence',
  'eseal',
  'supervision',
  'review-appword',
  'review-params',
  'operator',
] as const

const pairs = ['hub', 'market', 'province-push', 'review'] as const

const newSecret = (): string => randomBytes(16).toString('hex')

/** A new SM2 private key, PKCS#8 PEM. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

/** The public half of a private key, PEM. */
export function publicOf(pem: string): string {
  const { key } = signingKey(pem).verifying
  return String(key.export({ type: 'spki', format: 'pem' }))
}

/**
 * Creates every missing secret (32 hex digits), the first data key, and every SM2 key pair (PEM) in `folder`, readable by the owner only.
 * Returns the names of the files it made. Hub and sandbox may call it at the same moment: a file appears
 * whole or not at all, and the first one stays.
 */
export function createDevelopmentKeys(folder: string): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made: string[] = []

  function create(file: string, content: string): void {
    const path = join(folder, file)
    const draft = `${path}.${randomBytes(4).toString('hex')}.draft`
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    try {
      // a link, unlike a rename, refuses to replace
      linkSync(draft, path)
      made.push(file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
  }

  const missing = (file: string): boolean => read(join(folder, file)) === undefined
  for (const name of secrets) {
    if (missing(`${name}.secret`)) create(`${name}.secret`, newSecret())
  }
  if (missing(dataKeyFile(1))) create(dataKeyFile(1), newDataKey('sm4'))
  for (const name of pairs) {
    // only the public half present: the private one belongs to somebody else
    if (missing(`${name}.key.pem`) && missing(`${name}.pub.pem`)) create(`${name}.key.pem`, newPrivateKey())
    const pem = read(join(folder, `${name}.key.pem`))
    if (pem !== undefined && missing(`${name}.pub.pem`)) create(`${name}.pub.pem`, publicOf(pem))
  }
  return made
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
