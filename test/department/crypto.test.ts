// The generator's own SM2 signing, checked by two other implementations.
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { sm2, sm3 } from 'sm-crypto-v2'
import { describe, expect, test } from 'vitest'
import { hmacSm3, sm2Verifier, sm3Hex } from '../../sandbox/department/crypto.ts'
import { sm2Signer } from '../../sandbox/department/sm2.ts'

const pem = (type: 'pkcs8' | 'spki') => ({ type, format: 'pem' }) as const

describe('crypto', () => {
  test('SM2 signatures verify with sm-crypto and sm-crypto-v2, whatever their length', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const sign = sm2Signer(pair.privateKey.export(pem('pkcs8')).toString())
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65).toString('hex')
    const verify = sm2Verifier(
      createPublicKey(pair.publicKey.export(pem('spki')))
        .export(pem('spki'))
        .toString(),
    )
    for (let i = 0; i < 40; i++) {
      const data = Buffer.from(`桥 message ${i}`)
      const signature = sign(data)
      expect(
        sm2.doVerifySignature(new Uint8Array(data), signature.toString('hex'), publicKey, {
          hash: true,
          der: true,
        }),
      ).toBe(true)
      if (i < 3) {
        expect(verify(data, signature)).toBe(true)
        expect(verify(Buffer.from('other'), signature)).toBe(false)
      }
    }
  })

  test('SM3 of abc is the value of GB/T 32905 A.1; HMAC-SM3 agrees with sm-crypto-v2', () => {
    expect(sm3Hex(Buffer.from('abc'))).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    )
    const key = Buffer.from('secret of housing')
    const text = Buffer.from('POST\n/v1/housing/acceptance')
    expect(hmacSm3(key, text).toString('hex')).toBe(sm3(new Uint8Array(text), { key: key.toString('hex') }))
  })
})
