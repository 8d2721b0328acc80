// E-seal and licence store together: what one signs, the other takes.

import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import * as der from '../../sandbox/der.ts'
import { type Change, useSandbox } from './client.ts'
import { opensslVerifies } from './openssl.ts'
import { licence, licenceIds } from './records.ts'

const context = useSandbox()
const digest = createHash('sm3').update('a licence').digest('base64')
let requests = 0
const request = (change: object = {}) => ({
  requestId: `request-${++requests}`,
  sealCode: '5107000000001',
  digestAlg: 'SM3',
  digest,
  propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
  bizNo: `biz-${requests}`,
  operator: 'qiao',
  ...change,
})
type Signed = {
  code: string
  message: string
  data: { requestId: string; signedValue: string; signTime: string }
}
const sign = (data: object, change: Change & { token?: string } = {}) =>
  context.send.eseal('sign/digest', data, change).then(({ body }) => body as unknown as Signed)
const seals = () => context.sandbox.received().systems.eseal ?? expect.fail('no eseal')
const store = () => context.sandbox.received().systems.elicence ?? expect.fail('no elicence')

test('signs a digest: a V4 SES_Signature that openssl verifies from certificate to certificate', async () => {
  const reply = await sign(request())
  expect(reply).toMatchObject({ code: '0', message: 'success', data: { requestId: `request-${requests}` } })
  expect(reply.data.signTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  const outer = der.read(Buffer.from(reply.data.signedValue, 'base64'))
  const [body, signer, algorithm, value] = der.children(outer)
  const [version, eseal, time, hash, property] = der.children(body ?? expect.fail())
  expect(version?.value).toEqual(Buffer.from([4]))
  expect(time?.tag).toBe(der.tags.generalizedTime)
  expect(der.bitsOf(hash ?? expect.fail()).toString('base64')).toBe(digest)
  expect(property?.value.toString()).toBe('/Doc_0/Signs/Sign_0/Signature.xml')
  expect(der.oidText(algorithm ?? expect.fail())).toBe('1.2.156.10197.1.501')
  const [info, maker, , sealValue] = der.children(eseal ?? expect.fail())
  const [header, esId] = der.children(info ?? expect.fail())
  expect(der.children(header ?? expect.fail()).map((node) => node.value.toString('latin1'))).toEqual([
    'ES',
    '\u0004',
    'QIAO-SANDBOX',
  ])
  expect(esId?.value.toString()).toBe('5107000000001')
  const checks = (certificate?: der.Node, signed?: der.Node, by?: der.Node) =>
    certificate && signed && by && opensslVerifies(certificate.value, signed.raw, der.bitsOf(by))
  expect(checks(signer, body, value)).toBe(true)
  expect(checks(maker, info, sealValue)).toBe(true)
  expect(checks(maker, body, value)).toBe(false)
})

test('is idempotent by requestId; other content under it is refused and noted', async () => {
  const first = request()
  const reply = await sign(first)
  const { received, duplicates, violations } = seals()
  expect(await sign(first)).toEqual(reply)
  expect(seals()).toMatchObject({ received, duplicates: duplicates + 1 })
  expect(await sign({ ...first, bizNo: 'other' })).toMatchObject({ code: '3006' })
  expect(seals().violations).toHaveLength(violations.length + 1)
})

test('notes one document signed under two requestIds', async () => {
  const first = request()
  await sign(first)
  const { violations } = seals()
  expect(await sign({ ...first, requestId: 'again' })).toMatchObject({ code: '0' })
  expect(seals().violations.slice(violations.length)).toEqual([expect.stringContaining(first.bizNo)])
})

test.each([
  ['unknown seal', { sealCode: '5107000009999' }, '3001'],
  ['frozen', { sealCode: '5107000000008' }, '3002'],
  ['expired', { sealCode: '5107000000009' }, '3003'],
  ['operator', { sealCode: '5107000000007' }, '3004'],
  ['digest of 20 bytes', { digest: randomBytes(20).toString('base64') }, '3005'],
  ['other algorithm', { digestAlg: 'SHA256' }, '1001'],
  ['no operator', { operator: '' }, '1001'],
  ['seal code of 12 digits', { sealCode: '510700000001' }, '1001'],
  ['property not ASCII', { propertyInfo: '签章' }, '1001'],
  ['unknown column', { pin: '1' }, '1001'],
])('refuses to sign: %s', async (_, change, code) => {
  const { received } = seals()
  expect(await sign(request(change))).toMatchObject({ code })
  expect(seals().received).toBe(received)
})

test('lets only its keeper use the seal that has one', async () => {
  expect(await sign(request({ sealCode: '5107000000007', operator: 'seal-keeper' }))).toMatchObject({
    code: '0',
  })
})

test('refuses wrong x-tif headers', async () => {
  expect(await sign(request(), { token: 'wrong' })).toMatchObject({ code: '4001' })
  expect(await sign(request(), { headers: { 'x-tif-paasid': '' } })).toMatchObject({ code: '4001' })
  expect(await sign(request(), { time: Date.now() - 302_000 })).toMatchObject({ code: '4002' })
  expect(await sign(request(), { nonce: 'only-one-time' })).toMatchObject({ code: '0' })
  expect(await sign(request(), { nonce: 'only-one-time' })).toMatchObject({ code: '4003' })
})

test('lists the seals of a unit and tells states', async () => {
  const list = await context.send.eseal('list', { unitCode: '11510700000000000M', page: 1, size: 2 })
  expect(list.body).toMatchObject({
    code: '0',
    data: { total: 4, items: [{ sealCode: '5107000000001' }, {}] },
  })
  const frozen = await context.send.eseal('list', {
    unitCode: '11510700000000000M',
    status: '2',
    page: 1,
    size: 10,
  })
  expect(frozen.body).toMatchObject({
    data: { total: 1, items: [{ sealCode: '5107000000008', status: '2' }] },
  })
  const status = await context.send.eseal('status/query', { sealCode: '5107000000009' })
  expect(status.body).toMatchObject({ code: '0', data: { status: '4' } })
})

test('verifies step by step', async () => {
  const { signedValue } = (await sign(request())).data
  const verify = (data: object) => context.send.eseal('verify', data).then(({ body }) => body)
  expect(await verify({ digest, signedValue })).toMatchObject({
    data: { result: '0', sealName: '绵阳市住房和城乡建设委员会', unitName: '绵阳市住房和城乡建设委员会' },
  })
  const other = createHash('sm3').update('another').digest('base64')
  expect(await verify({ digest: other, signedValue })).toMatchObject({ data: { result: '5' } })
  const bytes = Buffer.from(signedValue, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  expect(await verify({ digest, signedValue: bytes.toString('base64') })).toMatchObject({
    data: { result: '4' },
  })
  expect(await verify({ digest, signedValue: 'AAAA' })).toMatchObject({
    data: { result: '1', steps: [{ step: 'parse', ok: false }] },
  })
})

async function login(accessId = 'qiao'): Promise<string> {
  const { body } = await context.send.elicence('getAccessToken', {
    accessId,
    accessKey: 'licence access key',
  })
  expect(body).toMatchObject({ head: { status: 0 }, data: { expiresIn: 7200 } })
  return (body as unknown as { data: { accessToken: string } }).data.accessToken
}
const register = async (data: object, accessToken?: string) => {
  const token = accessToken ?? (await login())
  return (await context.send.elicence('directory', { accessId: 'qiao', accessToken: token, data })).body
}
const sealed = async (change: object = {}) => {
  const { signedValue } = (await sign(request())).data
  return licence({ digest, signedValue, ...change })
}

test('stores a sealed licence once, and its next version', async () => {
  const first = await sealed()
  expect(await register(first)).toEqual({
    head: { status: 0, message: 'success' },
    data: { certIdentifier: licenceIds[0] },
  })
  expect(await register({ ...first, cd_time: '2025-03-15 00:00:00' })).toMatchObject({ head: { status: 20 } })
  expect(await register(await sealed({ certificate_source_id: licenceIds[1] }))).toMatchObject({
    head: { status: 0 },
  })
  expect(store()).toMatchObject({ received: 2, duplicates: 1, violations: [] })
  expect(await register({ ...first, certificate_name: '其他' })).toMatchObject({ head: { status: 20 } })
  expect(store().violations).toHaveLength(1)
})

test.each([
  ['check character', { certificate_source_id: licenceIds[0].replace(/O$/, 'P') }, 14],
  ['type and identifier differ', { certificate_type_code: '11100000000013338W032' }, 14],
  ['issuer and identifier differ', { issue_dept_code: '11511800015427357G' }, 14],
  ['no certificate number', { certificate_number: '' }, 109],
  ['no holder code', { certificate_holder_code: '' }, 110],
  ['no holder', { certificate_holder: '' }, 111],
  ['no seal', { signedValue: '' }, 12],
  ['holder code', { certificate_holder_code: '91510700MAO0000151' }, 11],
  ['issuer code', { issue_dept_code: '11511800015427357H' }, 13],
  ['date', { issue_date: '2025-03-14' }, 13],
  ['unknown column', { status: '1' }, 13],
  ['seal of another digest', { digest: createHash('sm3').update('another').digest('base64') }, 15],
  ['not a seal', { signedValue: 'AAAA' }, 15],
  ['update of an unknown one', { cd_operation: 'U', certificate_source_id: unknownId() }, 10],
])('refuses a bad licence: %s', async (_, change, status) => {
  const { received } = store()
  expect(await register(await sealed(change))).toMatchObject({ head: { status } })
  expect(store().received).toBe(received)
})

/** Another serial, its check character found by trying. */
function unknownId(): string {
  const stem = licenceIds[0].replace('20200900001', '20200900009').slice(0, -1)
  const letter = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[check(stem)]
  return `${stem}${letter}`
}
function check(stem: string): number {
  const text = stem.slice('1.2.156.3005.2.'.length).replaceAll('.', '')
  let p = 36
  for (const character of text) {
    const sum = (p + Number.parseInt(character, 36)) % 36
    p = ((sum === 0 ? 36 : sum) * 2) % 37
  }
  return (37 - p) % 36
}

test('refuses wrong access keys, foreign tokens and expired ones', async () => {
  const wrong = await context.send.elicence('getAccessToken', { accessId: 'qiao', accessKey: 'wrong' })
  expect(wrong.body).toMatchObject({ head: { status: 11 } })
  const empty = await context.send.elicence('getAccessToken', { accessId: 'qiao' })
  expect(empty.body).toMatchObject({ head: { status: 12 } })
  expect(await register(licence(), await login('another'))).toMatchObject({ head: { status: 401 } })
  const token = await login()
  context.sandbox.fault({ system: 'elicence', fault: 'expired' })
  expect(await register(licence(), token)).toMatchObject({ head: { status: 401 } })
  expect(await register(licence(), token)).toMatchObject({ head: { status: 401 } })
})
