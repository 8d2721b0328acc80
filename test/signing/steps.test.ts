// Each pipeline step, templates, envelopes, times and nonces.
import { describe, expect, it } from 'vitest'
import { StartupError } from '../../core/errors.ts'
import { randomNonce } from '../../core/signing/nonce.ts'
import type { RecipeScope } from '../../core/signing/recipe.ts'
import { compileTime } from '../../core/signing/time.ts'
import { bodyOf, pair, recipe, request, scope, secrets } from './fixture.ts'
import { sm2, sm4 } from './second.ts'

describe('steps', () => {
  const value = async (steps: string, document?: unknown, more: Partial<RecipeScope> = {}) =>
    (await recipe(`{ title: x, values: { v: ${steps} } }`).trace(request(document), scope(more))).values.v

  it('SM4-CBC and SM4-ECB as the other library does them', async () => {
    const iv = '000102030405060708090a0b0c0d0e0f'
    const text = '正文'
    const cbc = `[ { text: ${text} }, { encrypt: { algorithm: sm4-cbc, key: hexed, encoding: hex, iv: "${iv}" } }, { encode: hex } ]`
    expect(await value(cbc)).toBe(
      sm4.encrypt(Buffer.from(text), secrets.hexed as string, { mode: 'cbc', iv }),
    )
    const ecb = `[ { text: ${text} }, { encrypt: { algorithm: sm4-ecb, key: hexed, encoding: hex } }, { encode: hex } ]`
    expect(await value(ecb)).toBe(sm4.encrypt(Buffer.from(text), secrets.hexed as string))
  })

  it('a random IV goes in front and comes off again', async () => {
    const rule = '{ algorithm: aes-128-cbc, key: sixteen, iv: random }'
    const both = `[ { text: abc }, { encrypt: ${rule} }, { decrypt: ${rule} }, { upper: true } ]`
    expect(await value(both, undefined, { nonce: randomNonce })).toBe('ABC')
  })

  it('derives, decodes, escapes and changes case', async () => {
    expect(await value('[ { secret: supervision }, { derive: sha1prng }, { encode: hex } ]')).toBe(
      '2d703e10a32f30251a2370355793e786',
    )
    expect(await value('[ { text: "YWI=" }, { decode: base64 }, { encode: HEX }, { lower: true } ]')).toBe(
      '6162',
    )
    expect(await value('[ { text: "<a b=\\"c\\">&" }, { escape: xml } ]')).toBe(
      '&lt;a b=&quot;c&quot;&gt;&amp;',
    )
    expect(await value('[ { text: "a/b 一" }, { escape: uri } ]')).toBe('a%2Fb%20%E4%B8%80')
    expect(await value('[ { text: "/+" }, { encode: base64url } ]')).toBe('Lys')
  })

  it('signs r‖s with another user id, and with a computed key', async () => {
    const rs = await value(
      '[ { text: m }, { sign: { algorithm: sm2, key: hub, form: rs, userId: ALICE123@YAHOO.COM } }, { encode: hex } ]',
    )
    const options = { hash: true, userId: 'ALICE123@YAHOO.COM' } as const
    expect(sm2.doVerifySignature(Buffer.from('m'), String(rs), `04${pair.point}`, options)).toBe(true)
    const { values } = await recipe(`
title: x
values:
  k: [ { text: secret } ]
  v: [ { text: abc }, { hmac: { hash: sm3, key: { value: k } } }, { encode: hex } ]
`).trace(request(), scope())
    expect(values.v).toBe('96042a28529e7a438af81eece5b293e0699f481fd372c08c5ac01b8dc4b81856')
  })

  it('fills templates from document, content, method and path; doubled braces are braces', async () => {
    expect(
      await value('"{method} {path} {document.a} {document.c.d}|{document.none}|{{x}}"', {
        a: 1,
        c: { d: [2] },
      }),
    ).toBe('POST /x 1 [2]||{x}')
    const gbk = request({}, { content: Buffer.from([0xc3, 0xe0]), contentType: 'text/xml; charset=GBK' })
    const text = recipe('{ title: x, body: "<a>{content}</a>", contentType: text/xml }')
    const outgoing = await text.apply(gbk, scope())
    expect([outgoing.content.toString(), outgoing.contentType]).toEqual(['<a>绵</a>', 'text/xml'])
  })

  it('puts document parts and scalars into an envelope as they are', async () => {
    const envelope = recipe(
      '{ title: x, body: { a: "{document.list}", n: 1, t: true, z: null, s: "{document.n}!" } }',
    )
    const outgoing = await envelope.apply(request({ list: [{ n: 1 }], n: 5 }), scope())
    expect(bodyOf(outgoing)).toEqual({ a: [{ n: 1 }], n: 1, t: true, z: null, s: '5!' })
  })

  it('says what is missing when it runs', async () => {
    await expect(value('"{settings.sid}"')).rejects.toThrow('signing recipe test, values.v: settings.sid')
    await expect(value('[ { text: a }, { encrypt: { algorithm: sm4-ecb, key: eseal } } ]')).rejects.toThrow(
      '16 bytes',
    )
    await expect(value('[ { secret: nobody } ]')).rejects.toThrow(StartupError)
  })

  it('stays synchronous without SM2: an HMAC recipe is done before the next turn', async () => {
    let turned = false
    queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => (turned = true)))))
    await recipe(
      '{ title: x, headers: { h: [ { text: a }, { hmac: { hash: sm3, key: eseal } }, { encode: hex } ] } }',
    ).apply(request(), scope())
    expect(turned).toBe(false)
  })
})

describe('times', () => {
  const at = new Date('2026-01-01T00:00:00.007+08:00')
  it.each([
    ['epochMillis', '1767196800007'],
    ['epochSeconds', '1767196800'],
    ['yyyyMMddHHmmss', '20260101000000'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2026-01-01 00:00:00.007'],
    ["yyyyMMdd'T'HHmmss", '20260101T000000'],
  ])('%s', (format, expected) => {
    expect(compileTime(format)?.(at)).toBe(expected)
  })
  it.each(['yy', 'YYYY', 'epoch', '', "yyyy'T", 'yyyyyMM'])('refuses %j', (format) => {
    expect(compileTime(format)).toBeUndefined()
  })
})

describe('nonces', () => {
  it('have the size asked for, of letters and digits, and do not repeat', () => {
    const all = Array.from({ length: 1000 }, () => randomNonce(16))
    expect(new Set(all).size).toBe(1000)
    expect(all.every((nonce) => /^[A-Za-z0-9]{16}$/.test(nonce))).toBe(true)
    expect(randomNonce(1)).toHaveLength(1)
  })
})
