// Fixed vectors of the standards and of the reference pages. A round trip through our own code proves nothing
// (10-pitfalls §6), so nothing here is computed by the code under test alone.
import { describe, expect, it } from 'vitest'
import { decipher, encipher, sha1prng } from '../../core/signing/cipher.ts'
import { fromDer, toDer, zOf } from '../../core/signing/curve.ts'
import { digest, hmac } from '../../core/signing/hash.ts'
import { sm2KeyFromHex } from '../../core/signing/keys.ts'
import { selfTest } from '../../core/signing/self-test.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

describe('digests', () => {
  it.each([
    ['GB/T 32905 A.1', 'abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['GB/T 32905 A.2', 'abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('SM3, %s', (_, text, expected) => {
    expect(digest('sm3', text).toString('hex')).toBe(expected)
  })

  it('HMAC-SM3, reference 09 §2', () => {
    const expected = '96042a28529e7a438af81eece5b293e0699f481fd372c08c5ac01b8dc4b81856'
    expect(hmac('sm3', 'secret', 'abc').toString('hex')).toBe(expected)
  })

  it('HMAC-SHA256 of the national gateway, reference 09 §1', () => {
    const text = 's_000000000000_0001demo-rid-00011600000000000'
    const sign = hmac('sha256', '0123456789abcdef0123456789abcdef', text)
    expect(sign.toString('base64')).toBe('oCDdNCHHG0Wvs73VxVCaZqoRgYv3GYMtfT7yqiPTmjM=')
  })

  it('MD5 of appmark, appword and time, reference 09 §2', () => {
    expect(digest('md5', 'demoappdemoword20200901120000').toString('hex')).toBe(
      '6123b836718e4c39e19f95a4a9f6f475',
    )
  })

  it('SHA-256 of x-tif, reference 09 §2', () => {
    const signature = digest('sha256', '1600000000tokn11600000000').toString('hex').toUpperCase()
    expect(signature).toBe('0E136625E8D573F0D70B0D6E08E797FA0C7BA3DE185EFF4973636CDB9E4F550E')
  })
})

describe('ciphers', () => {
  const key = hex('0123456789abcdeffedcba9876543210')

  it('SM4-ECB, GB/T 32907 annex A', () => {
    const sealed = encipher('sm4-ecb', key, key)
    expect(sealed.subarray(0, 16).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
    expect(decipher('sm4-ecb', key, sealed).equals(key)).toBe(true)
  })

  it('AES-128-CBC, NIST SP 800-38A F.2.1', () => {
    const sealed = encipher(
      'aes-128-cbc',
      hex('2b7e151628aed2a6abf7158809cf4f3c'),
      hex('6bc1bee22e409f96e93d7e117393172a'),
      hex('000102030405060708090a0b0c0d0e0f'),
    )
    expect(sealed.subarray(0, 16).toString('hex')).toBe('7649abac8119b246cee98e9b12e9197d')
  })

  it('SHA1PRNG key and secret of the national gateway, reference 09 §1', () => {
    const derived = sha1prng('0123456789abcdef0123456789abcdef')
    expect(derived.toString('hex')).toBe('2d703e10a32f30251a2370355793e786')
    const sealed = '/kMnzdV4pUKAFOTpg8Oayc3DviWY+6eRXw8cbe57J/s='
    expect(decipher('aes-128-ecb', derived, Buffer.from(sealed, 'base64')).toString()).toBe(
      'session-secret-demo',
    )
    expect(encipher('aes-128-ecb', derived, Buffer.from('session-secret-demo')).toString('base64')).toBe(
      sealed,
    )
  })

  it('refuses a wrong key length, a missing IV and a wrong key', () => {
    expect(() => encipher('sm4-cbc', key.subarray(1), key, key)).toThrow()
    expect(() => encipher('sm4-cbc', key, key)).toThrow()
    expect(() => decipher('aes-128-ecb', key, encipher('sm4-ecb', key, key))).toThrow()
  })
})

describe('SM2, the example with the default id (reference 05 §4)', () => {
  const key = sm2KeyFromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
  const r = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'
  const s = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'
  const message = Buffer.from('message digest')
  const z = 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3'

  it('derives the public key, Z and e', () => {
    expect(key.point).toBe(
      '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
        'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    )
    expect(key.z().toString('hex')).toBe(z)
    const e = digest('sm3', Buffer.concat([hex(z), message])).toString('hex')
    expect(e).toBe('f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640')
  })

  it('verifies the signature in both forms, and nothing else', () => {
    const rs = hex(r + s)
    expect(sm2Verify(key.verifying, message, rs, { form: 'rs' })).toBe(true)
    expect(sm2Verify(key.verifying, message, toDer(rs))).toBe(true)
    expect(sm2Verify(key.verifying, Buffer.from('message digesT'), toDer(rs))).toBe(false)
    expect(sm2Verify(key.verifying, message, toDer(rs), { userId: 'ALICE123@YAHOO.COM' })).toBe(false)
    expect(sm2Verify(key.verifying, message, hex(s + r), { form: 'rs' })).toBe(false)
    expect(sm2Verify(key.verifying, message, toDer(rs), { form: 'rs' })).toBe(false)
    expect(sm2Verify(key.verifying, message, rs)).toBe(false)
    expect(sm2Verify(key.verifying, message, Buffer.alloc(0))).toBe(false)
  })

  it('refuses a right signature in loose DER', () => {
    const padded = hex(`304702220000${r}022200${s}`.replace(`022200${s}`, `022100${s}`))
    const loose = [
      padded,
      hex(`30460221${`00${r}`}0221${`00${s}`}00`),
      hex(`3081460221${`00${r}`}0221${`00${s}`}`),
      hex(`30440220${r}0220${s}`),
    ]
    for (const der of loose) expect(sm2Verify(key.verifying, message, der)).toBe(false)
    expect(sm2Verify(key.verifying, message, hex(`30460221${`00${r}`}0221${`00${s}`}`))).toBe(true)
  })

  it('passes the test at start', () => {
    expect(selfTest).not.toThrow()
  })

  it('refuses a user id too long for its length field', () => {
    expect(() => zOf(hex(key.point), 'x'.repeat(8192))).toThrow(RangeError)
  })
})

describe('signature encodings', () => {
  const rs = (first: string, second: string): Buffer =>
    hex(first.padStart(64, '0') + second.padStart(64, '0'))
  it.each([
    ['short numbers', rs('01', '02'), '3006020101020102'],
    ['a high first bit', rs('80', `80${'00'.repeat(31)}`), `30270202008002210080${'00'.repeat(31)}`],
    ['zero', rs('0', '0'), '3006020100020100'],
  ])('%s', (_, pair, der) => {
    expect(toDer(pair).toString('hex')).toBe(der)
    expect(fromDer(hex(der)).equals(pair)).toBe(true)
  })

  it.each([
    ['a number padded too much', '300702020001020102'],
    ['a negative number', '3006020181020102'],
    ['bytes behind', '300602010102010200'],
    ['a long length', '30810602010102010 2'.replace(' ', '')],
    ['a cut one', '3006020101'],
    ['33 bytes', `3026020101022101${'00'.repeat(32)}`],
    ['nothing', ''],
  ])('refuses %s', (_, der) => {
    expect(() => fromDer(hex(der))).toThrow(RangeError)
  })
})
