// The adapter of seal services: what it adds to a result, what it refuses, and what its options name.
import { beforeAll, describe, expect, it } from 'vitest'
import { sizeLimit } from '../../adapters/eseal/der.ts'
import { eseal } from '../../adapters/eseal/index.ts'
import { StartupError } from '../../core/errors.ts'
import type { Keys } from '../../core/signing/keys.ts'
import { digestOf, newPair, type People, people, sealSignature, sign } from './seal-builder.ts'

const now = new Date('2026-01-01T00:05:00Z')
const expected = digestOf('licence')
let who: People
beforeAll(() => {
  who = people()
})

describe('the adapter', () => {
  const keysWith = (certificates: Record<string, Buffer>): Keys => {
    const missing = (name: string): never => {
      throw new StartupError(`no ${name}`, 'make it')
    }
    return {
      secret: missing,
      privateKey: missing,
      publicKey: missing,
      certificate: (name) => certificates[name] ?? missing(name),
      has: (kind, name) => kind === 'certificate' && name in certificates,
    }
  }
  const inspect = async (
    result: Record<string, unknown>,
    sent: unknown,
    adapter = eseal(),
    operation = 'sign',
  ) => {
    const keys = keysWith({ 'eseal-ca': who.authorityCertificate, 'eseal-maker': who.makerCertificate })
    return await adapter.inspect?.({ operation, sent, result, keys, now })
  }
  const sent = { digest: expected.toString('base64') }

  it('adds the seal and the steps to the result', async () => {
    const signedValue = sealSignature(who).toString('base64')
    const found = await inspect({ signedValue, requestId: 'r1' }, sent, eseal({ makers: ['eseal-maker'] }))
    expect(found).toMatchObject({
      ok: true,
      result: {
        signedValue,
        requestId: 'r1',
        seal: {
          esID: '5107000000001',
          name: '绵阳市测试局',
          signerSerial: 'ABCDEF',
          version: 'V4',
          signedAt: '2026-01-01T00:00:00.000Z',
        },
      },
    })
    expect(found?.result.steps).toHaveLength(8)
  })

  it('refuses with the first failed step as the reason, and keeps the report', async () => {
    const bad = sealSignature(who, { dataHash: digestOf('another'), signature: (b) => sign(newPair(), b) })
    const found = await inspect({ signedValue: bad.toString('base64') }, sent)
    expect(found).toMatchObject({ ok: false, reason: expect.stringMatching(/^signature \(4\): /) })
    expect(found?.result.steps).toHaveLength(8)
  })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['no signature', {}, sent],
    ['a signature that is no text', { signedValue: 12 }, sent],
    ['a signature that is not Base64', { signedValue: 'not base64!' }, sent],
    ['an endless text', { signedValue: 'A'.repeat(sizeLimit * 2) }, sent],
    ['a signature that is something else', { signedValue: 'AAAA' }, sent],
    ['no digest sent', { signedValue: 'AAAA' }, {}],
    ['nothing sent', { signedValue: 'AAAA' }, null],
    ['a short digest', { signedValue: 'AAAA' }, { digest: 'AAAA' }],
  ])('refuses %s', async (_, result, document) => {
    expect(await inspect(result, document)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(' / '),
    })
  })

  it('reads the fields that its options name', async () => {
    const adapter = eseal({ operations: ['put'], digest: 'data.hash', signedValue: 'sealed' })
    const result = { sealed: sealSignature(who).toString('base64') }
    expect(await inspect(result, { data: { hash: sent.digest } }, adapter, 'put')).toMatchObject({ ok: true })
  })

  it('lets other operations pass', async () => {
    expect(await inspect({ total: 1 }, {}, eseal(), 'list')).toEqual({ ok: true, result: { total: 1 } })
  })

  it('asks for the missing authority as an operator would understand', async () => {
    const input = { operation: 'sign', sent, result: { signedValue: 'AAAA' }, now }
    await expect(eseal().inspect?.({ ...input, keys: keysWith({}) })).rejects.toThrow(StartupError)
    const broken = keysWith({ 'eseal-ca': Buffer.from('none') })
    await expect(eseal().inspect?.({ ...input, keys: broken })).rejects.toThrow(StartupError)
  })
})
