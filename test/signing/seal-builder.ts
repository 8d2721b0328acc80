// Builds SM2 certificates and SES_Signature structures for tests, with sm-crypto and the tiny DER writer.
// Every part can be replaced, so that each verification step can be made to fail alone.
import {
  bitString,
  context,
  element,
  generalized,
  ia5,
  integer,
  octets,
  oid,
  printable,
  sequence,
  utcTime,
  utf8,
} from './der-writer.ts'
import { sm2, sm3 } from './second.ts'

export type Pair = { privateKey: string; publicKey: string }
export const newPair = (): Pair => sm2.generateKeyPairHex()
export const sm3Of = (bytes: Uint8Array): Buffer => Buffer.from(sm3(bytes), 'hex')

export const sm2WithSm3 = '1.2.156.10197.1.501'

export function sign(pair: Pair, message: Buffer): Buffer {
  return Buffer.from(sm2.doSignature(message, pair.privateKey, { hash: true, der: true }), 'hex')
}

const nameOf = (common: string): Buffer =>
  sequence(
    element(0x31, sequence(oid('2.5.4.6'), printable('CN'))),
    element(0x31, sequence(oid('2.5.4.3'), utf8(common))),
  )

export type CertificateParts = {
  issuer: string
  issuerKey: Pair
  subject: string
  key: Pair
  serial?: number
  from?: Date
  to?: Date
  /** key usage bits of the first octet: 0xc0 signatures, 0x30 encryption, 0x06 certificate signing */
  usage?: number
  algorithm?: string
}

export function certificate(parts: CertificateParts): Buffer {
  const algorithm = sequence(oid(parts.algorithm ?? sm2WithSm3))
  const key = sequence(
    sequence(oid('1.2.840.10045.2.1'), oid('1.2.156.10197.1.301')),
    bitString(Buffer.from(parts.key.publicKey, 'hex')),
  )
  const usage = sequence(
    oid('2.5.29.15'),
    element(1, Buffer.of(0xff)),
    octets(element(3, Buffer.of(1, parts.usage ?? 0xc0))),
  )
  const body = sequence(
    context(0, integer(2)),
    integer(parts.serial ?? 4097),
    algorithm,
    nameOf(parts.issuer),
    sequence(
      utcTime(parts.from ?? new Date('2020-01-01T00:00:00Z')),
      utcTime(parts.to ?? new Date('2040-01-01T00:00:00Z')),
    ),
    nameOf(parts.subject),
    key,
    context(3, sequence(usage)),
  )
  return sequence(body, algorithm, bitString(sign(parts.issuerKey, body)))
}

/** An authority with a seal maker and a signer it certified. */
export function people() {
  const [authority, maker, signer] = [newPair(), newPair(), newPair()]
  const issue = (subject: string, key: Pair, more: Partial<CertificateParts> = {}): Buffer =>
    certificate({ issuer: '测试根', issuerKey: authority, subject, key, ...more })
  return {
    authority,
    maker,
    signer,
    issue,
    authorityCertificate: issue('测试根', authority, { usage: 0x06 }),
    makerCertificate: issue('制章者', maker, { serial: 2 }),
    signerCertificate: issue('签章人', signer, { serial: 0xabcdef }),
  }
}
export type People = ReturnType<typeof people>

export type SealParts = {
  headerId?: string
  headerVersion?: number
  esID?: string
  name?: string
  certListType?: number
  certList?: Buffer[]
  validStart?: Date
  validEnd?: Date
  sealExtensions?: Buffer
  sealStamp?: Buffer
  sealSignature?: (info: Buffer) => Buffer
  sealAlgorithm?: string
  makerCertificate?: Buffer
  signedAt?: Date
  dataHash?: Buffer
  signerCertificate?: Buffer
  signature?: (toSign: Buffer) => Buffer
  algorithm?: string
  stamp?: Buffer
}

export const digestOf = (text: string): Buffer => sm3Of(Buffer.from(text))

/** A V4 (or, by headerVersion, V5) signature over SM3("licence"), each part replaceable. */
export function sealSignature(who: People, parts: SealParts = {}): Buffer {
  const signerCertificate = parts.signerCertificate ?? who.signerCertificate
  const property = sequence(
    integer(1),
    utf8(parts.name ?? '绵阳市测试局'),
    integer(parts.certListType ?? 1),
    sequence(...(parts.certList ?? [octets(who.signerCertificate)])),
    generalized(new Date('2024-01-01T00:00:00Z')),
    generalized(parts.validStart ?? new Date('2024-01-01T00:00:00Z')),
    generalized(parts.validEnd ?? new Date('2034-01-01T00:00:00Z')),
  )
  const info = sequence(
    sequence(ia5(parts.headerId ?? 'ES'), integer(parts.headerVersion ?? 4), ia5('QIAO-TEST')),
    ia5(parts.esID ?? '5107000000001'),
    property,
    sequence(ia5('png'), octets(Buffer.alloc(200, 7)), integer(42), integer(42)),
    ...(parts.sealExtensions ? [parts.sealExtensions] : []),
  )
  const seal = sequence(
    info,
    octets(parts.makerCertificate ?? who.makerCertificate),
    oid(parts.sealAlgorithm ?? sm2WithSm3),
    bitString((parts.sealSignature ?? ((bytes) => sign(who.maker, bytes)))(info)),
    ...(parts.sealStamp ? [parts.sealStamp] : []),
  )
  const toSign = sequence(
    integer(4),
    seal,
    generalized(parts.signedAt ?? new Date('2026-01-01T00:00:00Z')),
    bitString(parts.dataHash ?? digestOf('licence')),
    ia5('/Doc_0/Signs/Sign_0/Signature.xml'),
  )
  return sequence(
    toSign,
    octets(signerCertificate),
    oid(parts.algorithm ?? sm2WithSm3),
    bitString((parts.signature ?? ((bytes) => sign(who.signer, bytes)))(toSign)),
    ...(parts.stamp ? [parts.stamp] : []),
  )
}
