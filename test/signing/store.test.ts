// The key folder: development keys are made once and read by OpenSSL; missing ones are named with their remedy.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { openKeyStore } from '../../certs/store.ts'
import { StartupError } from '../../core/errors.ts'
import { sm2Sign, sm2Verify } from '../../core/signing/sm2.ts'
import { openssl, opensslIsHere } from './openssl.ts'
import { people } from './seal-builder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const secrets = [
  'elicence',
  'eseal',
  'housing',
  'market',
  'operator',
  'province',
  'review-appword',
  'review-params',
  'social',
  'supervision',
]
const pairs = ['hub', 'market', 'province-push', 'review']

describe('development keys', () => {
  it('are the ones the hub and the sandbox agree on, for the owner only', () => {
    const made = createDevelopmentKeys(at('keys'))
    const expected = [
      ...[...secrets, 'data-1'].map((name) => `${name}.secret`),
      ...pairs.flatMap((name) => [`${name}.key.pem`, `${name}.pub.pem`]),
    ]
    expect(made.toSorted()).toEqual(expected.toSorted())
    expect(readdirSync(at('keys')).toSorted()).toEqual(expected.toSorted())
    for (const file of made) expect(statSync(join(at('keys'), file)).mode & 0o777, file).toBe(0o600)
    expect(openKeyStore(at('keys')).secret('supervision')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('are never overwritten, and a lost public half comes back the same', () => {
    createDevelopmentKeys(folder)
    const before = readdirSync(folder).map((file) => [file, readFileSync(at(file), 'utf8')])
    expect(createDevelopmentKeys(folder)).toEqual([])
    rmSync(at('hub.pub.pem'))
    expect(createDevelopmentKeys(folder)).toEqual(['hub.pub.pem'])
    expect(readdirSync(folder).map((file) => [file, readFileSync(at(file), 'utf8')])).toEqual(before)
  })

  it('make no private key where only somebody else’s public half lies', () => {
    createDevelopmentKeys(folder)
    rmSync(at('review.key.pem'))
    expect(createDevelopmentKeys(folder)).toEqual([])
  })

  it.skipIf(!opensslIsHere)('are read by OpenSSL, and are standard SM2 keys', () => {
    createDevelopmentKeys(folder)
    const text = openssl('pkey', '-in', at('hub.key.pem'), '-noout', '-text')
    expect(text).toContain('ASN1 OID: SM2')
    const derived = openssl('pkey', '-in', at('hub.key.pem'), '-pubout')
    expect(readFileSync(at('hub.pub.pem'), 'utf8')).toBe(derived)
  })
})

describe('the key store', () => {
  it('opens what was made, and keeps it parsed', () => {
    createDevelopmentKeys(folder)
    const keys = openKeyStore(folder)
    const message = Buffer.from('receipt')
    expect(sm2Verify(keys.publicKey('hub'), message, sm2Sign(keys.privateKey('hub'), message))).toBe(true)
    expect(keys.privateKey('hub')).toBe(keys.privateKey('hub'))
    expect(keys.publicKey('hub')).toBe(keys.publicKey('hub'))
    expect(keys.has('private', 'hub')).toBe(true)
    expect(keys.has('certificate', 'hub')).toBe(false)
    expect(keys.has('secret', '../hub')).toBe(false)
  })

  it('finds a public key beside its private one, or in a certificate', () => {
    createDevelopmentKeys(folder)
    const { point } = openKeyStore(folder).publicKey('hub')
    rmSync(at('hub.pub.pem'))
    expect(openKeyStore(folder).publicKey('hub').point).toBe(point)
    const who = people()
    const base64 = who.signerCertificate.toString('base64').replace(/.{64}/g, '$&\n')
    writeFileSync(at('signer.crt.pem'), `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`)
    const keys = openKeyStore(folder)
    expect(`04${keys.publicKey('signer').point}`).toBe(who.signer.publicKey)
    expect(keys.certificate('signer').equals(who.signerCertificate)).toBe(true)
  })

  it('drops the line feed an editor adds to a secret', () => {
    writeFileSync(at('a.secret'), 'geheim \n')
    expect(openKeyStore(folder).secret('a')).toBe('geheim ')
  })

  it('names the missing file and how to make it', () => {
    const keys = openKeyStore(folder)
    const error = (act: () => unknown): StartupError => {
      try {
        act()
      } catch (caught) {
        if (caught instanceof StartupError) return caught
      }
      throw new Error('no StartupError')
    }
    for (const [act, file, todo] of [
      [() => keys.secret('housing'), 'housing.secret', 'secret agreed'],
      [() => keys.privateKey('hub'), 'hub.key.pem', 'openssl genpkey'],
      [() => keys.publicKey('hub'), 'hub.pub.pem', '-pubout'],
      [() => keys.certificate('eseal-ca'), 'eseal-ca.crt.pem', 'certificate'],
    ] as const) {
      expect(error(act).message).toContain(at(file))
      expect(error(act).todo).toContain(todo)
    }
    expect(error(() => keys.secret('../x')).message).toContain('not a key name')
    writeFileSync(at('bad.key.pem'), 'no key')
    expect(error(() => keys.privateKey('bad')).message).toContain('cannot be understood')
    writeFileSync(at('empty.secret'), '\n')
    expect(error(() => keys.secret('empty')).message).toContain('cannot be understood')
  })
})
