// Which public keys a check trusts: one that is given, the hub's of this machine, or, said aloud, those a file names itself.
import { readFileSync } from 'node:fs'
import { openKeyStore } from '../../certs/store.ts'
import { readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import type { KeyRing } from '../../core/evidence/proof-check.ts'
import type { Content } from '../../core/evidence/proof-line.ts'
import type { HubKey } from '../../core/evidence/receipt.ts'
import { hubKey, hubKeys, trusted } from '../../core/flow/hub-key.ts'
import { type VerifyingKey, verifyingKey } from '../../core/signing/keys.ts'

/** `pinned`: whether the keys came from elsewhere than the files; `ids`: SM3 of the keys. */
export type Trusted = { pinned: boolean; ids: readonly string[] }

/** The hub's public keys: those given, else those of this machine's key folder. Throws StartupError. */
export function keysOf(given: readonly string[]): VerifyingKey[] {
  return given.length > 0 ? given.map(readKey) : hubKeys(openKeyStore(readConfig().keys))
}

/** Keys for proof files. */
export function ringOf(given: readonly string[]): {
  of: (header: Content<'header'>) => KeyRing
  trusted: () => Trusted
} {
  if (given.length > 0 || openKeyStore(readConfig().keys).has('public', 'hub')) {
    const keys = keysOf(given)
    const ring = trusted(keys)
    return { of: () => ring, trusted: () => ({ pinned: true, ids: keys.map(({ id }) => id) }) }
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
