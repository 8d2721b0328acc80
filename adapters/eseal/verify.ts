// Verifies a seal signature step by step in the order of reference 05 §3. Once the structure can be read, every
// step is judged and reported, so that an operator sees all that is wrong and not only the first.
import type { Crypto } from '../../core/signing/crypto.ts'
import { digest } from '../../core/signing/hash.ts'
import { type Certificate, demandSm2, issuedBy, readCertificate } from './certificate.ts'
import { DerError, readDer } from './der.ts'
import { readSignature, type Seal, type SealSignature } from './structure.ts'

/** 0 right, 1 seal bad, 2 seal expired, 3 signer not bound, 4 signature bad, 5 document changed, 6 certificate bad. */
export type Code = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** The outcome of one step; `zh` and `en` say what was found. */
export type Step = { step: string; ok: boolean; code: Code; zh: string; en: string }

export type Trust = {
  /** certificates whose holders may issue certificates to seal makers and signers */
  authorities: readonly Certificate[]
  /** if given, only these seal makers; else any that an authority certified */
  makers?: readonly Certificate[] | undefined
}

/** What was verified, and the steps. `signature` is absent when the structure cannot be read. */
export type Verification = { ok: boolean; steps: readonly Step[]; signature?: SealSignature }

type Finding = true | { zh: string; en: string }
type Check = {
  step: string
  code: Code
  good: readonly [zh: string, en: string]
  find: () => Promise<Finding> | Finding
}

const finding = (holds: boolean, zh: string, en: string): Finding => holds || { zh, en }

async function judge({ step, code, good, find }: Check): Promise<Step> {
  let found: Finding
  try {
    found = await find()
  } catch (error) {
    // hostile bytes inside, such as a certificate that is none; anything else is our own fault
    if (!(error instanceof DerError)) throw error
    found = { zh: '内容无法解析', en: error.message }
  }
  if (found === true) return { step, ok: true, code: 0, zh: good[0], en: good[1] }
  return { step, ok: false, code, zh: found.zh, en: found.en }
}

function bound(seal: Seal, certificate: Buffer): boolean {
  return seal.signers.some((signer) => {
    if ('certificate' in signer) return signer.certificate.equals(certificate)
    const sm3 = /^(sm3|1\.2\.156\.10197\.1\.401)$/i.test(signer.algorithm)
    return sm3 && signer.digest.equals(digest('sm3', certificate))
  })
}

// how far ahead the seal service's clock may be, milliseconds
const clockSkew = 10 * 60_000

function period(seal: Seal, signedAt: Date, now: Date): Finding {
  if (signedAt.getTime() > now.getTime() + clockSkew) {
    return { zh: '签章时间晚于当前时间', en: 'the signing time lies in the future' }
  }
  const within = seal.validStart <= signedAt && signedAt <= seal.validEnd
  return finding(within, '签章时间不在印章有效期内', 'the seal was not valid at the signing time')
}

/**
 * Verifies `der` (SES_Signature) against the SM3 `expected` that was sent to be sealed. Certificates are
 * judged at the signing time; a time stamp, where present, is not evaluated. Never rejects for what `der` holds.
 */
export async function verifySeal(
  der: Buffer,
  expected: Buffer,
  trust: Trust,
  now: Date,
  crypto: Crypto,
): Promise<Verification> {
  let signature: SealSignature | undefined
  const parse = await judge({
    step: 'parse',
    code: 4,
    good: ['签章结构可解析', 'the structure can be read'],
    find: () => {
      signature = readSignature(readDer(der))
      return true
    },
  })
  if (!signature) return { ok: false, steps: [parse] }
  const steps = [parse]
  for (const check of checksOf(signature, expected, trust, now, crypto)) steps.push(await judge(check))
  return { ok: steps.every((step) => step.ok), steps, signature }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function checksOf(
  signature: SealSignature,
  expected: Buffer,
  trust: Trust,
  now: Date,
  crypto: Crypto,
): Check[] {
  const { seal, signedAt } = signature
  const maker = once(() => readCertificate(seal.makerCertificate))
  const signer = once(() => readCertificate(signature.signerCertificate))
  return [
    {
      step: 'header',
      code: 1,
      good: ['印章头标识为 ES', 'the header id is ES'],
      find: () => finding(seal.headerId === 'ES', '印章头标识不是 ES', 'the header id is not ES'),
    },
    {
      step: 'seal-signature',
      code: 1,
      good: ['制章者签名正确', "the seal maker's signature is right"],
      find: async () => {
        demandSm2(seal.algorithm, 'signAlgID')
        const right = await crypto.sm2Verify(maker().key, seal.signed, seal.signature)
        return finding(right, '制章者签名不正确', "the seal maker's signature is wrong")
      },
    },
    {
      step: 'seal-period',
      code: 2,
      good: ['签章时间在印章有效期内', 'the seal was valid at the signing time'],
      find: () => period(seal, signedAt, now),
    },
    {
      step: 'signer-bound',
      code: 3,
      good: ['签章人证书在印章证书列表中', 'the signer is listed in the seal'],
      find: () =>
        finding(
          bound(seal, signature.signerCertificate),
          '签章人证书不在印章证书列表中',
          'the signer is not listed in the seal',
        ),
    },
    {
      step: 'signature',
      code: 4,
      good: ['签章值正确', 'the signature value is right'],
      find: async () => {
        demandSm2(signature.algorithm, 'signatureAlgID')
        const right = await crypto.sm2Verify(signer().key, signature.signed, signature.signature)
        return finding(right, '签章值不正确', 'the signature value is wrong')
      },
    },
    {
      step: 'data-hash',
      code: 5,
      good: ['原文杂凑值一致', 'the digest is the one that was sent'],
      find: () =>
        finding(
          signature.dataHash.equals(expected),
          '原文杂凑值不一致',
          'the digest is not the one that was sent',
        ),
    },
    {
      step: 'certificates',
      code: 6,
      good: ['证书可信且有效', 'the certificates are trusted and valid'],
      find: certified,
    },
  ]

  async function certified(): Promise<Finding> {
    const made = maker()
    if (trust.makers && !trust.makers.some((one) => one.raw.equals(made.raw))) {
      return { zh: '制章者不在受信任名单中', en: 'the seal maker is not one of the trusted' }
    }
    for (const certificate of [made, signer()]) {
      const issued = await issuedBy(trust.authorities, certificate, signedAt, crypto)
      if (!issued.ok) return issued
    }
    return true
  }
}
