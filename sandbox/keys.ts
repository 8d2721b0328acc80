// The key folder, read with own code: PEM and DER to the raw hex that sm-crypto takes. Files are read at first use, so
// that the sandbox may be started before the keys are made.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bitsOf, child, children, oidText, read, tags } from './der.ts'
import { publicOf } from './sm2.ts'

/** Keys by name; hex, 04‖x‖y for public ones. Every call throws an Error naming the file when it is absent or bad. */
export type Keys = {
  secret(name: string): string
  publicKey(name: string): string
  pair(name: string): { privateKey: string; publicKey: string }
  /** DER */
  certificate(name: string): Buffer
}

const curveOid = '1.2.156.10197.1.301'
const keyOid = '1.2.840.10045.2.1'

/** The bytes between the BEGIN and END lines. */
export function unpem(text: string, label: string): Buffer {
  const match = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(text)
  if (!match) throw new Error(`no ${label} in this PEM text`)
  return Buffer.from((match[1] as string).replace(/\s/g, ''), 'base64')
}

/** PEM text, lines of 64. */
export function pem(bytes: Uint8Array, label: string): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Public point of a SubjectPublicKeyInfo (DER), hex. */
export function publicPoint(spki: Uint8Array): string {
  const node = read(spki)
  checkAlgorithm(child(node, 0, tags.sequence).raw)
  const point = bitsOf(child(node, 1, tags.bits))
  if (point.length !== 65 || point[0] !== 4) throw new Error('an uncompressed SM2 point is expected')
  return point.toString('hex')
}

/** Private scalar of a PKCS#8 key (DER), 64 hex digits. */
export function privateScalar(pkcs8: Uint8Array): string {
  const node = read(pkcs8)
  checkAlgorithm(child(node, 1, tags.sequence).raw)
  const inner = read(child(node, 2, tags.octets).value) // ECPrivateKey, RFC 5915
  return child(inner, 1, tags.octets).value.toString('hex').padStart(64, '0')
}

function checkAlgorithm(algorithm: Uint8Array): void {
  const names = children(read(algorithm)).map(oidText)
  if (names[0] !== keyOid || names[1] !== curveOid) throw new Error('not an SM2 key')
}

/** Opens a key folder; nothing is read yet. */
export function openKeys(folder: string): Keys {
  const kept = new Map<string, unknown>()

  function once<T>(file: string, parse: (text: string) => T): T {
    if (kept.has(file)) return kept.get(file) as T
    try {
      const value = parse(readFileSync(join(folder, file), 'utf8'))
      kept.set(file, value)
      return value
    } catch (error) {
      throw new Error(`sandbox key ${join(folder, file)}: ${error instanceof Error ? error.message : error}`)
    }
  }

  return {
    secret: (name) => once(`${name}.secret`, (text) => text.replace(/\r?\n$/, '')),
    publicKey: (name) => once(`${name}.pub.pem`, (text) => publicPoint(unpem(text, 'PUBLIC KEY'))),
    pair: (name) =>
      once(`${name}.key.pem`, (text) => {
        const privateKey = privateScalar(unpem(text, 'PRIVATE KEY'))
        return { privateKey, publicKey: publicOf(privateKey) }
      }),
    certificate: (name) => once(`${name}.crt.pem`, (text) => unpem(text, 'CERTIFICATE')),
  }
}
