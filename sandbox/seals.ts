// The seals of the sandbox: at least one per department, and one for each way to be refused.

import { signatureOid } from './certificate.ts'
import * as der from './der.ts'
import type { Keys } from './keys.ts'
import { sign } from './sm2.ts'

/** status: 1 有效, 2 冻结, 3 注销, 4 过期. `operator`: the only one allowed, when set. Times in epoch ms. */
export type Seal = {
  code: string
  name: string
  type: string
  unitCode: string
  unitName: string
  status: '1' | '2' | '4'
  validStart: number
  validEnd: number
  operator?: string
}

const units = {
  housing: ['11510700000000000M', '绵阳市住房和城乡建设委员会'],
  social: ['11510700000000019J', '绵阳市人力资源和社会保障局'],
  market: ['11510700000000027D', '绵阳市市场监督管理局'],
} as const

/** All seals. Kinds: 01 公章, 05 业务专用章. */
export function sealList(now: number): readonly Seal[] {
  const year = 365 * 86_400_000
  const seal = (code: string, name: string, type: string, [unitCode, unitName]: readonly [string, string]) =>
    ({
      code,
      name,
      type,
      unitCode,
      unitName,
      status: '1',
      validStart: now - year,
      validEnd: now + 3 * year,
    }) as const
  return [
    seal('5107000000001', '绵阳市住房和城乡建设委员会', '01', units.housing),
    seal('5107000000002', '绵阳市人力资源和社会保障局', '01', units.social),
    seal('5107000000003', '绵阳市市场监督管理局', '01', units.market),
    seal('5107000000004', '绵阳市住房和城乡建设委员会证照专用章', '05', units.housing),
    seal('5107000000005', '绵阳市人力资源和社会保障局证照专用章', '05', units.social),
    seal('5107000000006', '绵阳市市场监督管理局证照专用章', '05', units.market),
    {
      ...seal('5107000000007', '绵阳市市场监督管理局行政审批章', '05', units.market),
      operator: 'seal-keeper',
    },
    { ...seal('5107000000008', '绵阳市住房和城乡建设委员会旧章', '01', units.housing), status: '2' },
    {
      ...seal('5107000000009', '绵阳市住房和城乡建设委员会到期章', '01', units.housing),
      status: '4',
      validStart: now - 4 * year,
      validEnd: now - year,
    },
  ]
}

// A red 1×1 PNG: the picture's form matters here, not its beauty.
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)

/** Picture as the list shows it. */
export const pictureBase64 = picture.toString('base64')

/** SESeal, GB/T 38540-2020 (V4): SES_SealInfo signed by the seal maker; DER. */
export function writeSeal(seal: Seal, keys: Keys): Buffer {
  const header = der.sequence(der.ia5('ES'), der.integer(4), der.ia5('QIAO-SANDBOX'))
  const property = der.sequence(
    der.integer(1), // unit seal
    der.utf8(seal.name),
    der.integer(1), // certListType: certificates
    der.sequence(der.octets(keys.certificate('eseal-signer'))),
    der.generalizedTime(seal.validStart),
    der.generalizedTime(seal.validStart),
    der.generalizedTime(seal.validEnd),
  )
  const image = der.sequence(der.ia5('png'), der.octets(picture), der.integer(40), der.integer(40))
  const info = der.sequence(header, der.ia5(seal.code), property, image)
  return der.sequence(
    info,
    der.octets(keys.certificate('eseal-maker')),
    der.oid(signatureOid),
    der.bits(sign(keys.pair('eseal-maker'), info)),
  )
}

/** SES_Signature (V4) over a document digest; `propertyInfo` is ASCII. DER. */
export function writeSignature(
  eseal: Buffer,
  digest: Buffer,
  propertyInfo: string,
  at: number,
  keys: Keys,
): Buffer {
  const body = der.sequence(
    der.integer(4),
    eseal,
    der.generalizedTime(at),
    der.bits(digest),
    der.ia5(propertyInfo),
  )
  return der.sequence(
    body,
    der.octets(keys.certificate('eseal-signer')),
    der.oid(signatureOid),
    der.bits(sign(keys.pair('eseal-signer'), body)),
  )
}
