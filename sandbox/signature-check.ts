// Takes a SES_Signature (V4) apart and verifies it step by step (reference 05 §3), as the seal platform's verify call and
// the licence store do.

import { readCertificate } from './certificate.ts'
import * as der from './der.ts'
import type { Keys } from './keys.ts'
import type { Verify } from './sm2.ts'

const { tags } = der

/** One verification step. */
export type Step = { step: string; ok: boolean; message: string }

/** result: 0 ok, 1 seal bad, 2 seal expired, 3 signer not bound, 4 signature bad, 5 document changed, 6 certificate bad. */
export type Report = {
  result: number
  steps: Step[]
  sealCode: string
  sealName: string
  /** epoch ms */
  signTime: number
  signerCertSn: string
}

const names = ['seal', 'period', 'signer', 'signature', 'digest', 'certificate'] as const

/** Checks all steps, also after one has failed; bytes that are not a V4 signature fail as step `parse`. `now`: epoch ms. */
export function inspectSignature(
  bytes: Uint8Array,
  digest: Uint8Array,
  { keys, verify }: { keys: Keys; verify: Verify },
  now: number,
): Report {
  let parts: ReturnType<typeof takeApart>
  try {
    parts = takeApart(bytes)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const steps = [{ step: 'parse', ok: false, message }]
    return { result: 1, steps, sealCode: '', sealName: '', signTime: Number.NaN, signerCertSn: '' }
  }
  const { seal, maker, signer } = parts
  const authority = readCertificate(keys.certificate('eseal-ca'))
  const trusted = [maker, signer].every(
    (certificate) =>
      certificate.issuer.equals(authority.subject) &&
      certificate.notBefore <= now &&
      now <= certificate.notAfter &&
      verify(authority.publicKey, certificate.tbs, certificate.signature),
  )
  const verdicts = [
    verify(maker.publicKey, seal.info, seal.signature),
    seal.validStart <= parts.signTime && parts.signTime <= seal.validEnd,
    seal.certificates.some((certificate) => certificate.equals(parts.signerBytes)),
    verify(signer.publicKey, parts.body, parts.signature),
    parts.digest.equals(digest),
    trusted,
  ]
  const steps = names.map((step, i) => ({
    step,
    ok: verdicts[i] === true,
    message: verdicts[i] ? '通过' : '不通过',
  }))
  return {
    result: verdicts.indexOf(false) + 1,
    steps,
    sealCode: seal.code,
    sealName: seal.name,
    signTime: parts.signTime,
    signerCertSn: signer.serial,
  }
}

function takeApart(bytes: Uint8Array) {
  const outer = der.read(bytes)
  const body = der.child(outer, 0, tags.sequence)
  const signerBytes = der.child(outer, 1, tags.octets).value
  if (version(der.child(body, 0, tags.integer)) !== 4) throw new Error('not a V4 signature')
  const eseal = der.child(body, 1, tags.sequence)
  return {
    body: body.raw,
    signerBytes,
    signer: readCertificate(signerBytes),
    signature: der.bitsOf(der.child(outer, 3, tags.bits)),
    seal: sealOf(der.child(eseal, 0, tags.sequence), der.bitsOf(der.child(eseal, 3, tags.bits))),
    maker: readCertificate(der.child(eseal, 1, tags.octets).value),
    signTime: der.timeOf(der.child(body, 2, tags.generalizedTime)),
    digest: der.bitsOf(der.child(body, 3, tags.bits)),
  }
}

function sealOf(info: der.Node, signature: Buffer) {
  const header = der.child(info, 0, tags.sequence)
  if (der.child(header, 0, tags.ia5).value.toString() !== 'ES') throw new Error('seal header is not ES')
  if (version(der.child(header, 1, tags.integer)) !== 4) throw new Error('not a V4 seal')
  const property = der.child(info, 2, tags.sequence)
  return {
    info: info.raw,
    signature,
    code: der.child(info, 1, tags.ia5).value.toString(),
    name: der.child(property, 1, tags.utf8).value.toString(),
    certificates: der.children(der.child(property, 3, tags.sequence)).map((node) => node.value),
    validStart: der.timeOf(der.child(property, 5, tags.generalizedTime)),
    validEnd: der.timeOf(der.child(property, 6, tags.generalizedTime)),
  }
}

const version = (node: der.Node) => node.value.readUIntBE(0, node.value.length)
