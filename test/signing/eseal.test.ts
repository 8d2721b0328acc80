// Seal signatures: a right one passes every step, and each kind of tampering fails exactly its step.
import { beforeAll, describe, expect, it } from 'vitest'
import { readCertificate } from '../../adapters/eseal/certificate.ts'
import { sizeLimit } from '../../adapters/eseal/der.ts'
import { type Trust, verifySeal } from '../../adapters/eseal/index.ts'
import { inline } from '../../core/signing/crypto.ts'
import {
  context,
  element,
  ia5,
  integer,
  octets,
  oid,
  printable,
  sequence,
  utcTime,
  utf8,
} from './der-writer.ts'
import {
  digestOf,
  newPair,
  type People,
  people,
  type SealParts,
  sealSignature,
  sign,
  sm3Of,
} from './seal-builder.ts'

const now = new Date('2026-01-01T00:05:00Z')
const expected = digestOf('licence')
let who: People
let trust: Trust

beforeAll(() => {
  who = people()
  trust = { authorities: [readCertificate(who.authorityCertificate)] }
})

const verify = (der: Buffer, digest = expected) => verifySeal(der, digest, trust, now, inline())

async function failures(parts: SealParts, digest = expected): Promise<string[]> {
  const { ok, steps } = await verify(sealSignature(who, parts), digest)
  expect(ok).toBe(steps.every((step) => step.ok))
  return steps.filter((step) => !step.ok).map((step) => `${step.step} ${step.code}`)
}

describe('a right signature', () => {
  it('passes every step in the order of the reference', async () => {
    const { ok, steps, signature } = await verify(sealSignature(who))
    expect(steps.map(({ step, code }) => [step, code])).toEqual([
      ['parse', 0],
      ['header', 0],
      ['seal-signature', 0],
      ['seal-period', 0],
      ['signer-bound', 0],
      ['signature', 0],
      ['data-hash', 0],
      ['certificates', 0],
    ])
    expect(ok).toBe(true)
    expect(signature).toMatchObject({ version: 'V4', seal: { esID: '5107000000001', name: '绵阳市测试局' } })
  })

  const stamp = context(0, element(3, Buffer.of(0, 1, 2)))
  const extension = sequence(oid('1.2.3.4'), octets(Buffer.from('x')))
  it.each<[string, () => SealParts]>([
    ['with a time stamp (V4)', () => ({ stamp })],
    ['of version V5 with both time stamps', () => ({ headerVersion: 5, sealStamp: stamp, stamp })],
    [
      'with the signer as an SM3 digest',
      () => ({
        certListType: 2,
        certList: [sequence(printable('SM3'), octets(sm3Of(who.signerCertificate)))],
      }),
    ],
    ['with tagged extDatas in the seal', () => ({ sealExtensions: context(0, sequence(extension)) })],
    ['with untagged extDatas in the seal', () => ({ sealExtensions: sequence(extension) })],
    ['with the tolerated algorithm identifier', () => ({ algorithm: '1.2.156.10197.501' })],
  ])('passes %s', async (_, parts) => {
    expect(await failures(parts())).toEqual([])
  })
})

describe('a wrong signature fails its step', () => {
  it.each<[string, string[], () => SealParts]>([
    ['header id', ['header 1'], () => ({ headerId: 'XX' })],
    ['seal signed by another', ['seal-signature 1'], () => ({ sealSignature: (b) => sign(newPair(), b) })],
    [
      'seal changed after signing',
      ['seal-signature 1'],
      () => ({ sealSignature: (b) => sign(who.maker, Buffer.concat([b, Buffer.of(0)])) }),
    ],
    [
      'seal signature that is no signature',
      ['seal-signature 1'],
      () => ({ sealSignature: () => Buffer.from('x') }),
    ],
    ['seal algorithm', ['seal-signature 1'], () => ({ sealAlgorithm: '1.2.840.10045.4.3.2' })],
    ['seal not yet valid', ['seal-period 2'], () => ({ validStart: new Date('2026-01-01T00:00:01Z') })],
    ['seal expired', ['seal-period 2'], () => ({ validEnd: new Date('2025-12-31T23:59:59Z') })],
    ['signed in the future', ['seal-period 2'], () => ({ signedAt: new Date('2026-01-01T00:20:00Z') })],
    ['signer not listed', ['signer-bound 3'], () => ({ certList: [octets(who.makerCertificate)] })],
    ['nobody listed', ['signer-bound 3'], () => ({ certList: [] })],
    [
      'digest of another signer',
      ['signer-bound 3'],
      () => ({
        certListType: 2,
        certList: [sequence(printable('SM3'), octets(sm3Of(who.makerCertificate)))],
      }),
    ],
    [
      'digest by another algorithm',
      ['signer-bound 3'],
      () => ({
        certListType: 2,
        certList: [sequence(printable('MD5'), octets(sm3Of(who.signerCertificate)))],
      }),
    ],
    ['signed by another', ['signature 4'], () => ({ signature: (b) => sign(newPair(), b) })],
    ['signature algorithm', ['signature 4'], () => ({ algorithm: '1.2.840.113549.1.1.11' })],
    ['other document', ['data-hash 5'], () => ({ dataHash: digestOf('another') })],
    ['short digest', ['data-hash 5'], () => ({ dataHash: expected.subarray(0, 31) })],
    [
      'maker of another authority',
      ['certificates 6'],
      () => ({
        makerCertificate: who.issue('制章者', who.maker, { issuerKey: newPair() }),
      }),
    ],
    [
      'maker of an unknown issuer',
      ['certificates 6'],
      () => ({ makerCertificate: who.issue('制章者', who.maker, { issuer: '别的根' }) }),
    ],
    [
      'maker certificate expired at signing',
      ['certificates 6'],
      () => ({ makerCertificate: who.issue('制章者', who.maker, { to: new Date('2025-12-31T00:00:00Z') }) }),
    ],
    [
      'maker certificate for encryption only',
      ['certificates 6'],
      () => ({ makerCertificate: who.issue('制章者', who.maker, { usage: 0x30 }) }),
    ],
    [
      'maker certificate that is none',
      ['seal-signature 1', 'certificates 6'],
      () => ({ makerCertificate: Buffer.from('certificate') }),
    ],
    [
      'signer certificate changed by one byte',
      ['signer-bound 3', 'certificates 6'],
      () => {
        const changed = Buffer.from(who.signerCertificate)
        changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
        return { signerCertificate: changed }
      },
    ],
  ])('%s → %j', async (_, steps, parts) => {
    expect(await failures(parts())).toEqual(steps)
  })

  it('judges the digest that was sent, not the one inside', async () => {
    expect(await failures({}, digestOf('another'))).toEqual(['data-hash 5'])
  })

  it('accepts only pinned seal makers when they are given', async () => {
    const pinned = { ...trust, makers: [readCertificate(who.signerCertificate)] }
    const { steps } = await verifySeal(sealSignature(who), expected, pinned, now, inline())
    expect(steps.filter((step) => !step.ok).map((step) => step.step)).toEqual(['certificates'])
    const right = { ...trust, makers: [readCertificate(who.makerCertificate)] }
    expect((await verifySeal(sealSignature(who), expected, right, now, inline())).ok).toBe(true)
  })

  it('notices every single changed byte of the whole structure', async () => {
    const good = sealSignature(who)
    const step = Math.ceil(good.length / 150)
    for (let at = 0; at < good.length; at += step) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] ?? 0) ^ 0x01
      expect((await verify(bad)).ok, `byte ${at}`).toBe(false)
    }
  })
})

describe('what cannot be read', () => {
  const nested = (depth: number): Buffer => {
    let der = sequence()
    for (let level = 0; level < depth; level++) der = sequence(der)
    return der
  }
  const inner = Buffer.concat(Array.from({ length: 120_000 }, () => Buffer.of(5, 0)))
  it.each<[string, () => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('signature')],
    ['a cut structure', () => sealSignature(who).subarray(0, -1)],
    ['bytes behind it', () => Buffer.concat([sealSignature(who), Buffer.of(0)])],
    ['a length that is not minimal', () => Buffer.from('308100', 'hex')],
    ['an indefinite length', () => Buffer.concat([Buffer.from('3080', 'hex'), integer(1), Buffer.of(0, 0)])],
    ['a length of 4 GB', () => Buffer.from('3084ffffffff00', 'hex')],
    ['a length of 9 bytes', () => Buffer.from('308900000000000000000100', 'hex')],
    ['a high tag number', () => Buffer.from('bf8101020500', 'hex')],
    ['a constructed OCTET STRING', () => sequence(element(0x24, octets(Buffer.of(1))))],
    ['40 levels', () => nested(40)],
    ['200,000 levels', () => Buffer.alloc(400_000, Buffer.from('3080', 'hex'))],
    ['120,000 elements', () => sequence(inner)],
    ['too many bytes', () => octets(Buffer.alloc(sizeLimit))],
    ['3 elements', () => sequence(integer(1), integer(2), integer(3))],
    ['another structure', () => who.signerCertificate],
    ['certListType 3', () => sealSignature(who, { certListType: 3 })],
    [
      'V4 with a stamp in the seal',
      () => sealSignature(who, { sealStamp: context(0, octets(Buffer.of(1))) }),
    ],
  ])('%s is refused at once', async (_, der) => {
    const started = performance.now()
    const result = await verify(der())
    expect(result.steps).toHaveLength(1)
    expect(result.steps[0]).toMatchObject({ step: 'parse', ok: false, code: 4 })
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('refuses a right signature in another encoding than DER', async () => {
    const good = sealSignature(who)
    expect(good[1]).toBe(0x82)
    const longer = Buffer.concat([Buffer.from('308300', 'hex'), good.subarray(2)])
    expect((await verify(longer)).steps.map((step) => step.en)).toEqual([
      'not DER: another encoding of the same data',
    ])
  })

  it('refuses a flood of elements before building anything', async () => {
    const { steps } = await verify(sequence(inner))
    expect(steps[0]?.en).toBe('more than 5000 elements')
  })

  it('recognises the version GM/T 0031-2014 and says so', async () => {
    const info = sequence(
      sequence(ia5('ES'), integer(1), ia5('v')),
      ia5('1'),
      sequence(integer(1), utf8('章')),
    )
    const v1 = sequence(
      sequence(integer(1), sequence(info), utcTime(now), octets(expected), ia5('/'), octets(Buffer.of(1))),
      element(3, Buffer.of(0, 1)),
    )
    const { steps } = await verify(v1)
    expect(steps[0]?.en).toContain('GM/T 0031-2014 (V1)')
    expect(steps[0]?.en).toContain('not supported')
  })

  it('survives random damage without rejecting', async () => {
    const good = sealSignature(who)
    let seed = 7
    const random = (limit: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % limit
    }
    for (let round = 0; round < 300; round++) {
      const bad = Buffer.from(good)
      for (let count = 0; count < 1 + random(4); count++) bad[random(bad.length)] = random(256)
      const result = await verify(bad)
      expect(result.ok).toBe(bad.equals(good))
    }
  })
})
