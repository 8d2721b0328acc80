// The seal authority: makes the CA, seal-maker and signer certificates at the first start, and never again.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateKeyInfo, writeCertificate } from './certificate.ts'
import { openKeys, pem } from './keys.ts'
import { publicOf } from './sm2.ts'

const names = ['eseal-ca', 'eseal-maker', 'eseal-signer'] as const
const subjects = {
  'eseal-ca': '四川省电子印章沙箱根证书',
  'eseal-maker': '四川省电子印章沙箱制章者',
  'eseal-signer': '绵阳市政务服务沙箱签章人',
} as const
const day = 86_400_000

/**
 * Writes `eseal-{ca,maker,signer}.{crt,key}.pem` (PKCS#8 and X.509 PEM, keys with mode 600) into the folder, each pair
 * only if its certificate is absent. A certificate whose key is missing is an Error: it is not ours to replace.
 */
export function ensureAuthority(folder: string, now = Date.now()): void {
  mkdirSync(folder, { recursive: true })
  const absent = names.filter((name) => !existsSync(join(folder, `${name}.crt.pem`)))
  for (const name of names) {
    if (!absent.includes(name) && !existsSync(join(folder, `${name}.key.pem`))) {
      throw new Error(
        `${join(folder, name)}.crt.pem is there, its .key.pem is not; remove both to make them anew`,
      )
    }
  }
  for (const name of absent) issue(folder, name, now)
}

function issue(folder: string, name: (typeof names)[number], now: number): void {
  const pair = newPair()
  const own = name === 'eseal-ca'
  const signer = own ? pair : openKeys(folder).pair('eseal-ca')
  const request = {
    subject: subjects[name],
    issuer: subjects['eseal-ca'],
    publicKey: pair.publicKey,
    notBefore: now - day,
    notAfter: now + (own ? 3650 : 1825) * day,
    ca: own,
  }
  writeFileSync(join(folder, `${name}.key.pem`), pem(privateKeyInfo(pair), 'PRIVATE KEY'), { mode: 0o600 })
  writeFileSync(join(folder, `${name}.crt.pem`), pem(writeCertificate(request, signer), 'CERTIFICATE'))
}

/** A key pair in hex; the first byte is kept below ff so that the scalar is below the order n. */
function newPair(): { privateKey: string; publicKey: string } {
  const scalar = randomBytes(32)
  scalar[0] = ((scalar[0] ?? 0) & 0x7f) | 1
  const privateKey = scalar.toString('hex')
  return { privateKey, publicKey: publicOf(privateKey) }
}
