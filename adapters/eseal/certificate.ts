// SM2 certificates (GM/T 0015, X.509) of seal makers and signers. Node's own X509Certificate.verify uses an
// empty SM2 user id and so says no to every standard one (reference 11 §3.1): the signed part is checked by hand.
import type { Crypto } from '../../core/signing/crypto.ts'
import { type VerifyingKey, verifyingKey } from '../../core/signing/keys.ts'
import { bits, content, DerError, type Node, oid, readDer, sequence, time } from './der.ts'

/** SM2 with SM3. The second is wrong but met in the field: tolerated when reading (reference 05 §4). */
const sm2WithSm3: readonly string[] = ['1.2.156.10197.1.501', '1.2.156.10197.501']

/** Throws unless the algorithm is SM2 with SM3. */
export function demandSm2(identifier: string, what: string): void {
  if (!sm2WithSm3.includes(identifier)) throw new DerError(`${what}: ${identifier} is not SM2 with SM3`)
}

/** What the verification needs of a certificate. */
export type Certificate = {
  raw: Buffer
  /** serial number, upper-case hex as OpenSSL writes it */
  serial: string
  issuer: Buffer
  subject: Buffer
  validFrom: Date
  validTo: Date
  key: VerifyingKey
  /** key usage allows signatures; true when the extension is absent */
  maySign: boolean
  signed: Buffer
  signature: Buffer
}

const keyUsage = '2.5.29.15'

function maySign(extensions: Node | undefined): boolean {
  for (const extension of sequence(extensions?.children[0], 'extensions')) {
    const [id, ...rest] = sequence(extension, 'extension')
    if (oid(id, 'extension id') !== keyUsage) continue
    const usage = readDer(content(rest.at(-1), 'key usage', 'OCTET STRING'))
    // bit 0 digitalSignature, bit 1 nonRepudiation (contentCommitment)
    return ((content(usage, 'key usage', 'BIT STRING')[1] ?? 0) & 0xc0) !== 0
  }
  return true
}

/** Parses a certificate strictly; throws DerError. */
export function readCertificate(raw: Buffer): Certificate {
  const [tbs, algorithm, signature] = sequence(readDer(raw), 'certificate')
  const fields = [...sequence(tbs, 'certificate body')]
  if (fields[0]?.tag === '[0]') fields.shift()
  const [serial, inner, issuer, validity, subject, key, ...rest] = fields
  const outerId = oid(sequence(algorithm, 'signature algorithm')[0], 'signature algorithm')
  const innerId = oid(sequence(inner, 'signature algorithm')[0], 'signature algorithm')
  if (outerId !== innerId) throw new DerError('certificate: two different signature algorithms')
  demandSm2(outerId, 'certificate')
  const [from, to] = sequence(validity, 'validity')
  const extensions = rest.find((node) => node.tag === '[3]')
  return {
    raw,
    serial: content(serial, 'serial', 'INTEGER')
      .toString('hex')
      .replace(/^(00)+(?=..)/, '')
      .toUpperCase(),
    issuer: part(issuer, 'issuer'),
    subject: part(subject, 'subject'),
    validFrom: time(from, 'validity'),
    validTo: time(to, 'validity'),
    key: publicKey(part(key, 'public key')),
    maySign: extensions ? maySign(extensions) : true,
    signed: part(tbs, 'certificate body'),
    signature: bits(signature, 'certificate signature'),
  }
}

function part(node: Node | undefined, what: string): Buffer {
  sequence(node, what)
  return (node as Node).raw()
}

function publicKey(der: Buffer): VerifyingKey {
  try {
    const key = verifyingKey(der)
    if (key.algorithm === 'sm2') return key
  } catch (cause) {
    throw new DerError('the certificate holds no usable public key', cause)
  }
  throw new DerError('the certificate holds no SM2 key')
}

/** True when one of the authorities issued the certificate and both are valid at `at`. No revocation list is asked. */
export async function issuedBy(
  authorities: readonly Certificate[],
  certificate: Certificate,
  at: Date,
  crypto: Crypto,
): Promise<{ ok: true } | { ok: false; zh: string; en: string }> {
  if (!certificate.maySign)
    return { ok: false, zh: '证书密钥用途不含签名', en: 'the key usage excludes signatures' }
  if (!covers(certificate, at))
    return { ok: false, zh: '证书不在有效期内', en: 'the certificate is not valid at that time' }
  for (const authority of authorities) {
    if (!authority.subject.equals(certificate.issuer) || !covers(authority, at)) continue
    if (await crypto.sm2Verify(authority.key, certificate.signed, certificate.signature)) return { ok: true }
  }
  return { ok: false, zh: '证书不是由受信任的机构签发', en: 'no trusted authority issued the certificate' }
}

const covers = ({ validFrom, validTo }: Certificate, at: Date): boolean => validFrom <= at && at <= validTo
