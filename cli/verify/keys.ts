// Which public keys a check trusts: one that is given, the hub's of this machine, or, said aloud, those a file names itself.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import type { KeyRing } from '../../core/evidence/proof-check.ts'
import type { Content } from '../../core/evidence/proof-line.ts'
import type { HubKey } from '../../core/evidence/receipt.ts'
import { hubKey, trusted } from '../../core/flow/hub-key.ts'
import { type VerifyingKey, verifyingKey } from '../../core/signing/keys.ts'

/** `pinned`: whether the keys came from elsewhere than the files; `ids`: SM3 of the keys. */
export type Trusted = { pinned: boolean; ids: readonly string[] }

/** The hub's public key: the one given, else that of this machine's key folder. Throws StartupError. */
export function keyFile(given: string | undefined): HubKey {
  return hubKey(readKey(given ?? ownKey()))
}

/** Keys for proof files. */
export function ringOf(given: string | undefined): {
  of: (header: Content<'header'>) => KeyRing
  trusted: () => Trusted
} {
  const path = given ?? (existsSync(ownKey()) ? ownKey() : undefined)
  if (path !== undefined) {
    const key = readKey(path)
    const ring = trusted(key)
    return { of: () => ring, trusted: () => ({ pinned: true, ids: [key.id] }) }
  }
  const named = new Map<string, HubKey>()
  return {
    of: ({ keys }) => {
      const own = new Map(keys.flatMap(({ id, publicKey }) => namedKey(id, publicKey)))
      for (const [id, key] of own) named.set(id, key)
      return (id) => own.get(id)
    },
    trusted: () => ({ pinned: false, ids: [...named.keys()] }),
  }
}

/** A key that a file names; none when it is not what its id says. */
function namedKey(id: string, publicKey: string): [string, HubKey][] {
  try {
    const key = hubKey(verifyingKey(Buffer.from(publicKey, 'base64')))
    return key.id === id ? [[id, key]] : []
  } catch {
    return []
  }
}

const ownKey = (): string => join(readConfig().keys, 'hub.pub.pem')

function readKey(file: string): VerifyingKey {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, "Name the hub's public key with --key.", cause)
  }
  try {
    return verifyingKey(text)
  } catch (cause) {
    throw new StartupError(`${file} is no public key`, 'Give a SubjectPublicKeyInfo in PEM.', cause)
  }
}
