// Certificates made at the first start, judged by openssl and Node.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureAuthority } from '../../sandbox/authority.ts'
import { readCertificate } from '../../sandbox/certificate.ts'
import { openKeys } from '../../sandbox/keys.ts'
import { openssl, opensslVerifies } from './openssl.ts'

const names = ['eseal-ca', 'eseal-maker', 'eseal-signer']
let folder = ''
const file = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-authority-'))
  ensureAuthority(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each(names)('%s: openssl and Node read it, the CA has signed it, its key fits', (name) => {
  const text = openssl('x509', '-in', file(`${name}.crt.pem`), '-noout', '-text')
  expect(text).toContain('Version: 3')
  expect(text).toContain('SM2-with-SM3')
  expect(text).toContain('ASN1 OID: SM2')
  expect(text).toContain(name === 'eseal-ca' ? 'CA:TRUE' : 'CA:FALSE')
  const certificate = new X509Certificate(readFileSync(file(`${name}.crt.pem`)))
  const key = createPrivateKey(readFileSync(file(`${name}.key.pem`)))
  expect(certificate.checkPrivateKey(key)).toBe(true)
  const read = readCertificate(certificate.raw)
  const authority = new X509Certificate(readFileSync(file('eseal-ca.crt.pem')))
  expect(certificate.checkIssued(authority)).toBe(true)
  expect(opensslVerifies(authority.raw, read.tbs, read.signature)).toBe(true)
  expect(opensslVerifies(authority.raw, Buffer.concat([read.tbs, Buffer.from([0])]), read.signature)).toBe(
    false,
  )
  expect(read.serial).toBe(certificate.serialNumber)
  expect(read.notAfter).toBe(Date.parse(certificate.validTo))
  expect(statSync(file(`${name}.key.pem`)).mode & 0o777).toBe(0o600)
})

test('does not touch what is there, makes again what was removed, and wants keys beside certificates', () => {
  const before = names.map((name) => readFileSync(file(`${name}.crt.pem`), 'utf8'))
  ensureAuthority(folder)
  expect(names.map((name) => readFileSync(file(`${name}.crt.pem`), 'utf8'))).toEqual(before)
  rmSync(file('eseal-signer.crt.pem'))
  ensureAuthority(folder)
  expect(readFileSync(file('eseal-ca.crt.pem'), 'utf8')).toBe(before[0])
  expect(readFileSync(file('eseal-signer.crt.pem'), 'utf8')).not.toBe(before[2])
  rmSync(file('eseal-maker.key.pem'))
  expect(() => ensureAuthority(folder)).toThrow('eseal-maker')
})

test('keys name the file that is absent or of another curve', () => {
  const keys = openKeys(folder)
  expect(() => keys.secret('eseal')).toThrow(file('eseal.secret'))
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('p256.pem'))
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', file('p256.pem'), '-out', file('p256.key.pem'))
  expect(() => keys.pair('p256')).toThrow('not an SM2 key')
})
