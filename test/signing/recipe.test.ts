// Signing recipes: the styles of reference 09 with their vectors.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compilePipeline } from '../../core/signing/pipeline.ts'
import { bodyOf, pair, recipe, request, scope } from './fixture.ts'
import { sm2 } from './second.ts'

describe('styles of the reference', () => {
  it('national gateway: HMAC-SHA256 headers, repeated in the body (09 §1 vector)', async () => {
    const gateway = recipe(`
title: 国家共享交换平台请求头签名
source: "reference 09 §1 [V]"
values:
  rtime: [ { time: epochMillis } ]
  sign:
    - join: [ "{settings.sid}", "{settings.rid}", "{rtime}" ]
    - hmac: { hash: sha256, key: supervision }
    - encode: base64
body: { gjgxjhpt_rid: "{settings.rid}", gjgxjhpt_sign: "{sign}", "...": "{document}" }
headers: { gjgxjhpt_rtime: "{rtime}", gjgxjhpt_sign: "{sign}" }
`)
    const settings = { sid: 's_000000000000_0001', rid: 'demo-rid-0001' }
    const outgoing = await gateway.apply(request(), scope({ settings }))
    const sign = 'oCDdNCHHG0Wvs73VxVCaZqoRgYv3GYMtfT7yqiPTmjM='
    expect(outgoing.headers).toEqual({ gjgxjhpt_rtime: '1600000000000', gjgxjhpt_sign: sign })
    expect(bodyOf(outgoing)).toEqual({ gjgxjhpt_rid: 'demo-rid-0001', gjgxjhpt_sign: sign, b: 2, a: '一' })
    expect(gateway.keys).toEqual(['supervision'])
    expect(gateway.needs.settings.map(({ name }) => name)).toEqual(['sid', 'rid', 'rid'])
  })

  it('national gateway: the session secret signs when it is there', async () => {
    const gateway = recipe(`
title: x
headers: { sign: [ { text: abc }, { hmac: { hash: sm3, key: "@secret" } }, { encode: hex } ] }
`)
    const outgoing = await gateway.apply(request(), scope({ session: { secret: 'secret' } }))
    expect(outgoing.headers.sign).toBe('96042a28529e7a438af81eece5b293e0699f481fd372c08c5ac01b8dc4b81856')
    expect(gateway.needs.session.map(({ name }) => name)).toEqual(['secret'])
    await expect(gateway.apply(request(), scope())).rejects.toThrow('signing recipe test, headers')
  })

  it('national gateway: the secret of the login reply (09 §1 vector)', async () => {
    const pipeline = compilePipeline(
      [
        { decode: 'base64' },
        { decrypt: { algorithm: 'aes-128-ecb', key: 'supervision', derive: 'sha1prng' } },
      ],
      (path, en) => {
        throw new Error(`${path.join('.')}: ${en}`)
      },
    )
    expect(pipeline.keys).toEqual(['supervision'])
    const secret = await pipeline.run('/kMnzdV4pUKAFOTpg8Oayc3DviWY+6eRXw8cbe57J/s=', scope())
    expect(secret).toBe('session-secret-demo')
    await expect(pipeline.run('not base64!', scope())).rejects.toThrow('base64')
  })

  it('appmark: MD5 in a form (09 §2 vector)', async () => {
    const form = recipe(`
title: appmark
values:
  time: [ { time: yyyyMMddHHmmss } ]
  sign: [ { join: [ "{settings.appmark}", "{secret.review-appword}", "{time}" ] }, { digest: md5 }, { encode: hex } ]
form: { appmark: "{settings.appmark}", time: "{time}", sign: "{sign}", params: "{content}", version: 2 }
`)
    const now = new Date('2020-09-01T12:00:00+08:00')
    const outgoing = await form.apply(request(), scope({ settings: { appmark: 'demoapp' }, now }))
    expect(outgoing.contentType).toBe('application/x-www-form-urlencoded; charset=utf-8')
    expect(Object.fromEntries(new URLSearchParams(outgoing.content.toString()))).toEqual({
      appmark: 'demoapp',
      time: '20200901120000',
      sign: '6123b836718e4c39e19f95a4a9f6f475',
      params: '{"b":2,"a":"一"}',
      version: '2',
    })
  })

  it('x-tif: upper-case SHA-256 headers, body untouched (09 §2 vector)', async () => {
    const tif = recipe(`
title: x-tif
values:
  now: [ { time: epochSeconds } ]
  nonce: [ { nonce: 16 } ]
  sign: [ { join: [ "{now}", "{secret.eseal}", "{nonce}", "{now}" ] }, { digest: sha256 }, { encode: HEX } ]
headers: { x-tif-timestamp: "{now}", x-tif-nonce: "{nonce}", x-tif-signature: "{sign}" }
`)
    const given = request()
    const outgoing = await tif.apply(given, scope())
    expect(outgoing.headers).toEqual({
      'x-tif-timestamp': '1600000000',
      'x-tif-nonce': 'n1',
      'x-tif-signature': '0E136625E8D573F0D70B0D6E08E797FA0C7BA3DE185EFF4973636CDB9E4F550E',
    })
    expect(outgoing.content).toBe(given.content)
    expect(given.headers).toEqual({})
  })

  it('review: SM2 envelope that the other library opens (01 §4)', async () => {
    const review = recipe(`
title: 好差评
values:
  time: [ { time: yyyyMMddHHmmss } ]
  sign:
    - join: [ "{time}", "{settings.appMark}", "{secret.review-appword}" ]
    - encrypt: { algorithm: sm2, key: review, prefix04: false }
    - encode: hex
  reviews: [ { content: true }, { encrypt: { algorithm: sm2, key: review, prefix04: false } }, { encode: hex } ]
body:
  txnBodyCom: { appMark: "{settings.appMark}", time: "{time}", sign: "{sign}", params: { evaluate: [ "{reviews}" ] } }
  txnCommCom: {}
`)
    const outgoing = await review.apply(request([{ 满意度: 5 }]), scope({ settings: { appMark: 'demo' } }))
    const { txnBodyCom, txnCommCom } = bodyOf(outgoing) as {
      txnBodyCom: { sign: string; params: { evaluate: [string] } }
      txnCommCom: object
    }
    const open = (sealed: string): string =>
      Buffer.from(
        sm2.doDecrypt(sealed, '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 1, {
          output: 'array',
        }),
      ).toString()
    expect(open(txnBodyCom.sign)).toBe('20200913202640demodemoword')
    expect(open(txnBodyCom.params.evaluate[0])).toBe('[{"满意度":5}]')
    expect(txnCommCom).toEqual({})
  })

  it('SM2 over the digest of the bytes that are sent', async () => {
    const push = recipe(`
title: sm2-body-digest
values:
  digest: [ { sent: true }, { digest: sm3 }, { encode: hex } ]
  time: [ { time: epochMillis } ]
body: { wrapped: "{document}" }
headers:
  x-sign-time: "{time}"
  x-sign-value:
    - join: [ "{settings.appid}", "{time}", "{digest}" ]
      with: "\\n"
    - sign: { algorithm: sm2, key: province-push }
    - encode: base64
`)
    const outgoing = await push.apply(request(), scope({ settings: { appid: 'qiao' } }))
    const digest = createHash('sm3').update(outgoing.content).digest('hex')
    const signature = Buffer.from(outgoing.headers['x-sign-value'] ?? '', 'base64').toString('hex')
    const message = Buffer.from(`qiao\n1600000000000\n${digest}`)
    expect(sm2.doVerifySignature(message, signature, `04${pair.point}`, { hash: true, der: true })).toBe(true)
    expect(outgoing.content.toString()).toBe('{"wrapped":{"b":2,"a":"一"}}')
  })

  it('sorted parameters, from document, form, query and headers', async () => {
    const sorted = recipe(`
title: sorted
values:
  a: [ { sort: { from: document, exclude: [ sign ] } } ]
  b: [ { sort: { from: form, exclude: [ sign ], joinPair: ":", with: "," , skipEmpty: false } }, { text: "{it}&key={secret.eseal}" }, { digest: md5 }, { encode: HEX } ]
  c: [ { sort: { from: query } } ]
  d: [ { sort: { from: headers, exclude: [ x ] } } ]
form: { z: "1", empty: "", sign: "{b}" }
query: { k: "{a}" }
headers: { x: "{d}", y: "2" }
`)
    const document = { b: [1], a: '一', sign: 'no', empty: '', none: null, C: true }
    const given = request(document, { query: { j: '0' }, headers: { w: '1', x: 'old' } })
    const { outgoing, values } = await sorted.trace(given, scope())
    expect(values.a).toBe('C=true&a=一&b=[1]')
    expect(values.b).toBe(createHash('md5').update('empty:,z:1&key=tok').digest('hex').toUpperCase())
    expect(values.c).toBe('j=0&k=C=true&a=一&b=[1]')
    expect(values.d).toBe('w=1&y=2')
    expect(outgoing.headers).toEqual({ w: '1', x: 'w=1&y=2', y: '2' })
    expect(outgoing.query).toEqual({ j: '0', k: 'C=true&a=一&b=[1]' })
  })
})
