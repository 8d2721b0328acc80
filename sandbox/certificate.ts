// X.509 v3 certificates with SM2 keys (RFC 5280, GM/T 0015): written and read by own DER code.

import { createHash, randomBytes } from 'node:crypto'
import * as der from './der.ts'
import { publicPoint } from './keys.ts'
import { sign } from './sm2.ts'

const { tags } = der
/** SM2 signature with SM3. */
export const signatureOid = '1.2.156.10197.1.501'

/** SubjectPublicKeyInfo of a public point (04‖x‖y, hex). */
export function publicKeyInfo(publicKey: string): Buffer {
  const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.156.10197.1.301'))
  return der.sequence(algorithm, der.bits(Buffer.from(publicKey, 'hex')))
}

/** PKCS#8 of a key pair in hex. */
export function privateKeyInfo(pair: { privateKey: string; publicKey: string }): Buffer {
  const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.156.10197.1.301'))
  const inner = der.sequence(
    der.integer(1),
    der.octets(Buffer.from(pair.privateKey, 'hex')),
    der.explicit(1, der.bits(Buffer.from(pair.publicKey, 'hex'))),
  )
  return der.sequence(der.integer(0), algorithm, der.octets(inner))
}

/** What a new certificate says. Times in epoch ms; `ca`: may sign others. */
export type CertificateRequest = {
  subject: string
  issuer: string
  publicKey: string
  notBefore: number
  notAfter: number
  ca: boolean
}

/** A certificate signed with `signer`; DER. */
export function writeCertificate(
  request: CertificateRequest,
  signer: { privateKey: string; publicKey: string },
): Buffer {
  const algorithm = der.sequence(der.oid(signatureOid))
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const body = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial),
    algorithm,
    nameOf(request.issuer),
    der.sequence(der.utcTime(request.notBefore), der.utcTime(request.notAfter)),
    nameOf(request.subject),
    publicKeyInfo(request.publicKey),
    der.explicit(3, extensions(request, signer.publicKey)),
  )
  return der.sequence(body, algorithm, der.bits(sign(signer, body)))
}

/** CN with the country and organisation of the sandbox. */
function nameOf(common: string): Buffer {
  const part = (id: string, value: Buffer) => der.tlv(tags.set, der.sequence(der.oid(id), value))
  return der.sequence(
    part('2.5.4.6', der.printable('CN')),
    part('2.5.4.10', der.utf8('Qiao Sandbox')),
    part('2.5.4.3', der.utf8(common)),
  )
}

function extensions(request: CertificateRequest, issuerKey: string): Buffer {
  const one = (id: string, critical: boolean, value: Buffer) =>
    critical
      ? der.sequence(der.oid(id), der.tlv(tags.boolean, Buffer.from([0xff])), der.octets(value))
      : der.sequence(der.oid(id), der.octets(value))
  const truth = der.tlv(tags.boolean, Buffer.from([0xff]))
  // keyCertSign and cRLSign, or digitalSignature and contentCommitment
  const usage = request.ca ? der.bits(Buffer.from([0x06]), 1) : der.bits(Buffer.from([0xc0]), 6)
  return der.sequence(
    one('2.5.29.19', true, request.ca ? der.sequence(truth) : der.sequence()),
    one('2.5.29.15', true, usage),
    one('2.5.29.14', false, der.octets(keyId(request.publicKey))),
    one('2.5.29.35', false, der.sequence(der.tlv(0x80, keyId(issuerKey)))),
  )
}

const keyId = (publicKey: string) => createHash('sha1').update(Buffer.from(publicKey, 'hex')).digest()

/** A certificate taken apart. `serial` in upper-case hex, times in epoch ms, `tbs` the signed bytes. */
export type Certificate = {
  tbs: Buffer
  serial: string
  issuer: Buffer
  subject: Buffer
  notBefore: number
  notAfter: number
  publicKey: string
  signature: Buffer
}

/** Reads an SM2 certificate; throws on any other algorithm or bad DER. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const [tbs, algorithm, signature] = der.children(der.read(bytes))
  if (!tbs || !algorithm || !signature) throw new Error('certificate: three parts expected')
  if (der.oidText(der.child(algorithm, 0, tags.oid)) !== signatureOid) {
    throw new Error('certificate: not signed with SM2')
  }
  const validity = der.child(tbs, 4, tags.sequence)
  const [from, until] = der.children(validity)
  if (!from || !until) throw new Error('certificate: no validity')
  return {
    tbs: tbs.raw,
    serial: der.child(tbs, 1, tags.integer).value.toString('hex').toUpperCase(),
    issuer: der.child(tbs, 3, tags.sequence).raw,
    subject: der.child(tbs, 5, tags.sequence).raw,
    notBefore: der.timeOf(from),
    notAfter: der.timeOf(until),
    publicKey: publicPoint(der.child(tbs, 6, tags.sequence).raw),
    signature: der.bitsOf(signature),
  }
}
