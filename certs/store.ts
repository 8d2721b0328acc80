// The key folder: PEM and text files by name, read when first asked for and kept parsed.
// Production mounts the folder read-only (secret store, HSM export); nothing secret is committed.
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../core/errors.ts'
import { type KeyKind, type Keys, signingKey, verifyingKey } from '../core/signing/keys.ts'

/** File name endings of the key folder, by kind. Keys are PKCS#8 and SubjectPublicKeyInfo PEM. */
export const endings: Readonly<Record<KeyKind, string>> = {
  secret: '.secret',
  private: '.key.pem',
  public: '.pub.pem',
  certificate: '.crt.pem',
}

/** How a missing file is made, for the person who reads the error. */
const recipes: Readonly<Record<KeyKind, (path: string) => string>> = {
  secret: (path) => `Put the secret agreed with the partner into ${path} (text only).`,
  private: (path) => `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out ${path}`,
  public: (path) => `openssl pkey -in ${path.replace(/\.pub\.pem$/, '.key.pem')} -pubout -out ${path}`,
  certificate: (path) => `Put the partner's X.509 certificate (PEM) into ${path}.`,
}

const nameShape = /^[a-z0-9][a-z0-9-]{0,63}$/

/**
 * Opens a key folder. A public key is looked for in `.pub.pem`, then beside its private key, then in its
 * certificate. Every getter throws StartupError that names the file and how to make it.
 */
export function openKeyStore(folder: string): Keys {
  const pathOf = (kind: KeyKind, name: string): string => {
    if (!nameShape.test(name)) throw new StartupError(`"${name}" is not a key name`, 'Use a-z, 0-9 and -.')
    return join(folder, name + endings[kind])
  }
  const there = (kind: KeyKind, name: string): boolean => existsSync(pathOf(kind, name))

  function read<T>(kind: KeyKind, name: string, parse: (text: string) => T): T {
    const path = pathOf(kind, name)
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (cause) {
      const todo = `${recipes[kind](path)} Development keys: qiao keys create.`
      throw new StartupError(`the key file ${path} is missing or cannot be read`, todo, cause)
    }
    try {
      return parse(text)
    } catch (cause) {
      throw new StartupError(`the key file ${path} cannot be understood`, recipes[kind](path), cause)
    }
  }

  function cached<T>(load: (name: string) => T): (name: string) => T {
    const known = new Map<string, T>()
    return (name) => {
      const found = known.get(name)
      if (found !== undefined) return found
      const value = load(name)
      known.set(name, value)
      return value
    }
  }

  const certificate = cached((name) => read('certificate', name, (text) => new X509Certificate(text).raw))
  const privateKey = cached((name) => read('private', name, signingKey))
  return {
    secret: cached((name) => read('secret', name, secretText)),
    privateKey,
    publicKey: cached((name) => {
      if (there('public', name)) return read('public', name, verifyingKey)
      if (there('private', name)) return privateKey(name).verifying
      if (there('certificate', name)) return read('certificate', name, keyOfCertificate)
      return read('public', name, verifyingKey)
    }),
    certificate,
    has: (kind, name) => nameShape.test(name) && there(kind, name),
  }
}

// editors add a line feed at the end; a secret never has one
function secretText(text: string): string {
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new Error('the secret is empty')
  return secret
}

function keyOfCertificate(text: string): ReturnType<typeof verifyingKey> {
  return verifyingKey(new X509Certificate(text).publicKey.export({ type: 'spki', format: 'der' }))
}
