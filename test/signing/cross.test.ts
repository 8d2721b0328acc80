// Our SM2 against two strangers: the OpenSSL command line and sm-crypto.
import { createPublicKey, generateKeyPairSync, verify as verifyRsa } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromDer, toDer } from '../../core/signing/curve.ts'
import {
  type SigningKey,
  signingKey,
  sm2KeyFromHex,
  sm2Number,
  verifyingKey,
} from '../../core/signing/keys.ts'
import { rsaSign, rsaVerify, sm2Sign, sm2Verify } from '../../core/signing/sm2.ts'
import { type Sm2CipherOptions, sm2Decrypt, sm2Encrypt } from '../../core/signing/sm2-cipher.ts'
import { openssl, opensslIsHere } from './openssl.ts'
import { sm2 } from './second.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-sm2-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const ids = ['1234567812345678', 'ALICE123@YAHOO.COM', '绵阳市']

function newKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  return signingKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
}
const pemOf = (key: SigningKey): string => String(key.key.export({ type: 'pkcs8', format: 'pem' }))
const publicPem = (key: SigningKey): string =>
  String(key.verifying.key.export({ type: 'spki', format: 'pem' }))

describe.skipIf(!opensslIsHere)('with the OpenSSL command line', () => {
  const rawin = ['-rawin', '-digest', 'sm3']
  function opensslVerifies(key: SigningKey, message: Buffer, signature: Buffer, id: string): boolean {
    writeFileSync(at('pub.pem'), publicPem(key))
    writeFileSync(at('message'), message)
    writeFileSync(at('signature'), signature)
    const files = ['-pubin', '-inkey', at('pub.pem'), '-in', at('message'), '-sigfile', at('signature')]
    try {
      openssl('pkeyutl', '-verify', ...files, ...rawin, '-pkeyopt', `distid:${id}`)
      return true
    } catch {
      return false
    }
  }

  it.each(ids)('OpenSSL verifies what we sign for the id %s', (userId) => {
    const key = newKey()
    const message = Buffer.from('绵阳 acceptance 0001')
    const signature = sm2Sign(key, message, { userId })
    expect(opensslVerifies(key, message, signature, userId)).toBe(true)
    expect(opensslVerifies(key, message, signature, 'somebody else')).toBe(false)
    expect(opensslVerifies(key, Buffer.from('other'), signature, userId)).toBe(false)
    expect(opensslVerifies(key, message, toDer(sm2Sign(key, message, { userId, form: 'rs' })), userId)).toBe(
      true,
    )
  })

  it.each(ids)('we verify what OpenSSL signs for the id %s, with a key it made', (userId) => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', at('key.pem'))
    openssl('pkey', '-in', at('key.pem'), '-pubout', '-out', at('key.pub.pem'))
    writeFileSync(at('message'), 'acceptance')
    const files = ['-inkey', at('key.pem'), '-in', at('message'), '-out', at('signature')]
    openssl('pkeyutl', '-sign', ...files, ...rawin, '-pkeyopt', `distid:${userId}`)
    const signature = readFileSync(at('signature'))
    const key = verifyingKey(readFileSync(at('key.pub.pem'), 'utf8'))
    expect(key.algorithm).toBe('sm2')
    expect(sm2Verify(key, Buffer.from('acceptance'), signature, { userId })).toBe(true)
    expect(sm2Verify(key, Buffer.from('acceptance'), fromDer(signature), { userId, form: 'rs' })).toBe(true)
    expect(sm2Verify(key, Buffer.from('acceptance'), signature, { userId: 'somebody else' })).toBe(false)
    expect(signingKey(readFileSync(at('key.pem'), 'utf8')).point).toBe(key.point)
  })

  it('OpenSSL decrypts what we encrypt in ASN.1 form', () => {
    const key = newKey()
    writeFileSync(at('key.pem'), pemOf(key))
    for (const length of [1, 31, 200, 70_000]) {
      const plain = Buffer.alloc(length, 'qiao')
      writeFileSync(at('cipher'), sm2Encrypt(key.verifying, plain, { asn1: true }))
      openssl('pkeyutl', '-decrypt', '-inkey', at('key.pem'), '-in', at('cipher'), '-out', at('plain'))
      expect(readFileSync(at('plain')).equals(plain)).toBe(true)
    }
  })

  it('we decrypt what OpenSSL encrypts', () => {
    const key = newKey()
    writeFileSync(at('pub.pem'), publicPem(key))
    writeFileSync(at('plain'), '评价内容')
    const files = ['-pubin', '-inkey', at('pub.pem'), '-in', at('plain'), '-out', at('cipher')]
    openssl('pkeyutl', '-encrypt', ...files)
    expect(sm2Decrypt(key, readFileSync(at('cipher')), { asn1: true }).toString()).toBe('评价内容')
  })
})

describe('with sm-crypto', () => {
  const pairOf = (key: SigningKey) => ({ privateKey: sm2Number(key), publicKey: `04${key.point}` })

  it('both verify what the other signs, 20 keys', () => {
    for (let round = 0; round < 20; round++) {
      const pair = sm2.generateKeyPairHex()
      const key = sm2KeyFromHex(pair.privateKey.padStart(64, '0'))
      expect(`04${key.point}`).toBe(pair.publicKey)
      const message = Buffer.from(`消息 ${round}`)
      const userId = ids[round % 2] as string
      const theirs = sm2.doSignature(message, pair.privateKey, { hash: true, der: round % 3 === 0, userId })
      const form = round % 3 === 0 ? 'der' : 'rs'
      expect(sm2Verify(key.verifying, message, Buffer.from(theirs, 'hex'), { userId, form })).toBe(true)
      const ours = sm2Sign(key, message, { userId, form: 'rs' }).toString('hex')
      expect(sm2.doVerifySignature(message, ours, pair.publicKey, { hash: true, userId })).toBe(true)
      expect(sm2.doVerifySignature(message, ours, pair.publicKey, { hash: true, userId: 'x' })).toBe(false)
    }
  })

  const layouts: readonly [string, Sm2CipherOptions][] = [
    ['C1C3C2', {}],
    ['C1C2C3', { order: 'C1C2C3' }],
    ['C1C3C2 without 04', { prefix04: false }],
    ['C1C2C3 without 04', { order: 'C1C2C3', prefix04: false }],
  ]
  it.each(layouts)('%s: both decrypt what the other encrypts', (_, layout) => {
    const key = newKey()
    const { privateKey, publicKey } = pairOf(key)
    const mode = layout.order === 'C1C2C3' ? 0 : 1
    const start = layout.prefix04 === false ? 0 : 1
    for (const text of ['a', '评价', '{"projectNo":"510700-20260101-000001"}'.repeat(20)]) {
      const ours = sm2Encrypt(key.verifying, Buffer.from(text), layout)
      if (start === 1) expect(ours[0]).toBe(4)
      const theirPlain = sm2.doDecrypt(ours.subarray(start).toString('hex'), privateKey, mode, {
        output: 'array',
      })
      expect(Buffer.from(theirPlain).toString()).toBe(text)
      const theirs = Buffer.from(sm2.doEncrypt(Buffer.from(text), publicKey, mode), 'hex')
      const whole = start === 1 ? Buffer.concat([Buffer.of(4), theirs]) : theirs
      expect(sm2Decrypt(key, whole, layout).toString()).toBe(text)
    }
  })

  it('reads both with and without 04 when nothing is said, also when x begins with 04', () => {
    const key = newKey()
    const { publicKey } = pairOf(key)
    let bare: Buffer
    do bare = Buffer.from(sm2.doEncrypt(Buffer.from('x'), publicKey, 1), 'hex')
    while (bare[0] !== 4)
    expect(sm2Decrypt(key, bare).toString()).toBe('x')
    expect(sm2Decrypt(key, Buffer.concat([Buffer.of(4), bare])).toString()).toBe('x')
  }, 60_000)

  it('refuses changed, cut and foreign ciphertexts', () => {
    const key = newKey()
    const sealed = sm2Encrypt(key.verifying, Buffer.from('评价内容'))
    for (const place of [0, 5, 70, sealed.length - 1]) {
      const bad = Buffer.from(sealed)
      bad[place] = (bad[place] ?? 0) ^ 1
      expect(() => sm2Decrypt(key, bad)).toThrow(RangeError)
    }
    expect(() => sm2Decrypt(key, sealed.subarray(0, 90))).toThrow(RangeError)
    expect(() => sm2Decrypt(key, Buffer.alloc(0))).toThrow(RangeError)
    expect(() => sm2Decrypt(newKey(), sealed)).toThrow(RangeError)
    expect(() => sm2Decrypt(key, sealed, { order: 'C1C2C3' })).toThrow(RangeError)
    expect(() => sm2Decrypt(key, sealed, { asn1: true })).toThrow(RangeError)
    const asn1 = sm2Encrypt(key.verifying, Buffer.from('x'), { asn1: true })
    expect(() => sm2Decrypt(key, Buffer.concat([asn1, Buffer.of(0)]), { asn1: true })).toThrow(RangeError)
    expect(() => sm2Encrypt(key.verifying, Buffer.alloc(0))).toThrow(RangeError)
  })
})

describe('keys', () => {
  it('RSA-SHA256 verifies with OpenSSL’s own check, and not with an SM2 key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = signingKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    const message = Buffer.from('message')
    const signature = rsaSign(key, message)
    const publicKey = createPublicKey(privateKey)
    expect(verifyRsa('sha256', message, publicKey, signature)).toBe(true)
    expect(rsaVerify(key.verifying, message, signature)).toBe(true)
    expect(rsaVerify(key.verifying, Buffer.from('massage'), signature)).toBe(false)
    expect(() => rsaSign(newKey(), message)).toThrow('sm2')
    expect(() => sm2Sign(key, message)).toThrow('rsa')
    expect(() => sm2Number(key)).toThrow(TypeError)
  })

  it('refuses other kinds of keys', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => signingKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))).toThrow(TypeError)
    expect(() => verifyingKey('no key')).toThrow()
    expect(() => sm2KeyFromHex('12')).toThrow(RangeError)
  })

  it('a generated key object never signs by itself: equal keys have equal ids after import', () => {
    const key = newKey()
    expect(signingKey(pemOf(key)).id).toBe(key.id)
    expect(verifyingKey(publicPem(key)).id).toBe(key.verifying.id)
    expect(sm2KeyFromHex(sm2Number(key)).point).toBe(key.point)
  })
})
