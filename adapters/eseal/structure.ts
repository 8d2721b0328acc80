// SES_Signature and SES_Seal of GB/T 38540-2020 (V4) and GM/T 0031-2025 (V5), field by field (reference 05 §2).
// GM/T 0031-2014 (V1) is told apart and refused by name.
import { bits, content, DerError, integer, type Node, oid, sequence, text, time } from './der.ts'

/** V1 GM/T 0031-2014, V4 GB/T 38540-2020, V5 GM/T 0031-2025. */
export type Version = 'V1' | 'V4' | 'V5'

/** A seal (SES_Seal). */
export type Seal = {
  headerId: string
  vendor: string
  esID: string
  type: number
  name: string
  /** certificates of those who may sign with the seal, or digests of them */
  signers: readonly ({ certificate: Buffer } | { algorithm: string; digest: Buffer })[]
  createDate: Date
  validStart: Date
  validEnd: Date
  picture: { type: string; width: number; height: number }
  makerCertificate: Buffer
  algorithm: string
  /** DER(SES_SealInfo), what the seal maker signed */
  signed: Buffer
  signature: Buffer
}

/** A seal put on a document (SES_Signature). */
export type SealSignature = {
  version: Version
  seal: Seal
  signedAt: Date
  dataHash: Buffer
  propertyInfo: string
  signerCertificate: Buffer
  algorithm: string
  /** DER(TBS_Sign), what the signer signed */
  signed: Buffer
  signature: Buffer
}

/** At most one more element, with one of the tags. */
function optional(nodes: readonly Node[], what: string, ...tags: string[]): void {
  if (nodes.length > 1 || nodes.some((node) => !tags.includes(node.tag))) {
    throw new DerError(`${what}: elements too many`)
  }
}

function readSigners(kind: number, list: Node | undefined): Seal['signers'] {
  const nodes = sequence(list, 'certList')
  if (kind === 1) return nodes.map((node) => ({ certificate: content(node, 'certList', 'OCTET STRING') }))
  if (kind !== 2) throw new DerError(`certListType: ${kind} is neither 1 nor 2`)
  return nodes.map((node) => {
    const [algorithm, digest] = sequence(node, 'certDigestList')
    return {
      algorithm: text(algorithm, 'certDigestList'),
      digest: content(digest, 'certDigestList', 'OCTET STRING'),
    }
  })
}

function readProperty(
  node: Node | undefined,
): Pick<Seal, 'type' | 'name' | 'signers' | 'createDate' | 'validStart' | 'validEnd'> {
  const [type, name, kind, list, created, start, end, ...more] = sequence(node, 'property')
  optional(more, 'property')
  return {
    type: integer(type, 'property.type'),
    name: text(name, 'property.name'),
    signers: readSigners(integer(kind, 'certListType'), list),
    createDate: time(created, 'createDate'),
    validStart: time(start, 'validStart'),
    validEnd: time(end, 'validEnd'),
  }
}

function readPicture(node: Node | undefined): Seal['picture'] {
  const [type, data, width, height] = sequence(node, 'picture')
  content(data, 'picture.data', 'OCTET STRING')
  return {
    type: text(type, 'picture.type'),
    width: integer(width, 'picture.width'),
    height: integer(height, 'picture.height'),
  }
}

function readSeal(node: Node | undefined, version: Version): Seal {
  const [info, certificate, algorithm, signature, ...stamp] = sequence(node, 'eseal')
  optional(stamp, 'eseal', version === 'V5' ? '[0]' : '')
  const [header, esID, property, picture, ...extensions] = sequence(info, 'esealInfo')
  // note a of reference 05 §2: the guide tags extDatas, the open implementation does not
  optional(extensions, 'esealInfo', '[0]', 'SEQUENCE')
  const [id, , vendor] = sequence(header, 'header')
  return {
    headerId: text(id, 'header.id'),
    vendor: text(vendor, 'header.vid'),
    esID: text(esID, 'esID'),
    ...readProperty(property),
    picture: readPicture(picture),
    makerCertificate: content(certificate, 'eseal.cert', 'OCTET STRING'),
    algorithm: oid(algorithm, 'signAlgID'),
    signed: (info as Node).raw(),
    signature: bits(signature, 'eseal.signedValue'),
  }
}

/**
 * Tells the version by the count of outer elements, then by the header (reference 05 §1):
 * 2 is V1; 4 or 5 is V5 when the header says 5, else V4.
 */
export function versionOf(signature: Node): Version {
  const outer = sequence(signature, 'SES_Signature')
  if (outer.length === 2) return 'V1'
  if (outer.length !== 4 && outer.length !== 5) {
    throw new DerError(`SES_Signature: ${outer.length} elements; 2, 4 or 5 were expected`)
  }
  const eseal = sequence(outer[0], 'toSign')[1]
  const header = sequence(sequence(eseal, 'eseal')[0], 'esealInfo')[0]
  return integer(sequence(header, 'header')[1], 'header.version') === 5 ? 'V5' : 'V4'
}

/** Reads a V4 or V5 signature; throws DerError that names the field. */
export function readSignature(root: Node): SealSignature {
  const version = versionOf(root)
  if (version === 'V1') throw new DerError('a GM/T 0031-2014 (V1) signature: recognised, but not supported')
  const [toSign, certificate, algorithm, signature, ...stamp] = sequence(root, 'SES_Signature')
  optional(stamp, 'SES_Signature', '[0]')
  const [number, eseal, signedAt, dataHash, property, ...extensions] = sequence(toSign, 'toSign')
  optional(extensions, 'toSign', '[0]')
  integer(number, 'toSign.version')
  return {
    version,
    seal: readSeal(eseal, version),
    signedAt: time(signedAt, 'timeInfo'),
    dataHash: bits(dataHash, 'dataHash'),
    propertyInfo: text(property, 'propertyInfo'),
    signerCertificate: content(certificate, 'cert', 'OCTET STRING'),
    algorithm: oid(algorithm, 'signatureAlgID'),
    signed: (toSign as Node).raw(),
    signature: bits(signature, 'signature'),
  }
}
