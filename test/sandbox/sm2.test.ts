// The sandbox's SM2 against vectors and three other implementations.

import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { sm2 as original } from 'sm-crypto'
import { sm2 as second } from 'sm-crypto-v2'
import { describe, expect, test } from 'vitest'
import { createVerifiers, times } from '../../sandbox/curve.ts'
import * as der from '../../sandbox/der.ts'
import { privateScalar, publicPoint, unpem } from '../../sandbox/keys.ts'
import { createVerify, decrypt, sign } from '../../sandbox/sm2.ts'
import { signSm2 } from './client.ts'

// Vector of reference 05 §4.
const vector = {
  point:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  r: 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
  s: 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  e: 'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640',
}
const verify = createVerify()
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const signature = der.sequence(der.integer(bytes(vector.r)), der.integer(bytes(vector.s)))

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })) // the trap of reference 10 §6
  const point = publicPoint(publicKey.export({ type: 'spki', format: 'der' }))
  const scalar = privateScalar(unpem(String(key.export({ type: 'pkcs8', format: 'pem' })), 'PRIVATE KEY'))
  return { key, point, pair: { privateKey: scalar, publicKey: point } }
}

describe('verification', () => {
  test('accepts the standard vector and nothing near it', () => {
    expect(verify(vector.point, Buffer.from('message digest'), signature)).toBe(true)
    expect(verify(vector.point, Buffer.from('message digesT'), signature)).toBe(false)
  })

  test('agrees with OpenSSL, sm-crypto and sm-crypto-v2 over random keys, messages and damage', () => {
    for (let i = 0; i < 6; i++) {
      const { key, point, pair } = newKey()
      const message = randomBytes(1 + i * 100)
      const made = [
        signSm2(key, point, message),
        sign(pair, message),
        bytes(second.doSignature(message, pair.privateKey, { der: true, hash: true })),
      ]
      for (const one of made) {
        expect(verify(point, message, one)).toBe(true)
        const damaged = Buffer.from(one)
        const at = damaged.length - 1 - i
        damaged[at] = (damaged[at] ?? 0) ^ 1
        expect(verify(point, message, damaged)).toBe(false)
      }
    }
  })

  test('refuses DER that is not strict, and values out of range', () => {
    const message = Buffer.from('message digest')
    const padded = der.tlv(0x02, Buffer.from([0, 0]), bytes(vector.r))
    const s = der.integer(bytes(vector.s))
    const n = bytes('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123')
    for (const bad of [
      der.sequence(padded, s),
      der.sequence(s),
      der.sequence(der.integer(0), s),
      der.sequence(der.integer(n), s),
      Buffer.concat([signature, Buffer.from([0])]),
      bytes(vector.r + vector.s),
      Buffer.alloc(0),
    ]) {
      expect(verify(vector.point, message, bad)).toBe(false)
    }
  })

  test('the quick check takes less than 5 ms and knows points off the curve', () => {
    const [x, y] = [BigInt(`0x${vector.point.slice(2, 66)}`), BigInt(`0x${vector.point.slice(66)}`)]
    const verifierOf = createVerifiers()
    expect(() => verifierOf(x, y + 1n)).toThrow('not on curve')
    const quick = verifierOf(x, y)
    const [e, r, s] = [vector.e, vector.r, vector.s].map((hex) => BigInt(`0x${hex}`)) as [
      bigint,
      bigint,
      bigint,
    ]
    const took = Array.from({ length: 50 }, () => {
      const start = process.hrtime.bigint()
      expect(quick(e, r, s)).toBe(true)
      return Number(process.hrtime.bigint() - start) / 1e6
    })
    expect(took.sort((a, b) => a - b)[25]).toBeLessThan(5)
    expect(quick(e + 1n, r, s)).toBe(false)
  })
})

test('multiplies points as sm-crypto does, and not those off the curve', () => {
  const { pair } = newKey()
  const [x, y] = [vector.point.slice(2, 66), vector.point.slice(66)].map((hex) => BigInt(`0x${hex}`)) as [
    bigint,
    bigint,
  ]
  const base = [
    0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  ] as const
  const made = times(BigInt(`0x${pair.privateKey}`), ...base)
  const hex = [made?.x, made?.y].map((value) => value?.toString(16).padStart(64, '0')).join('')
  expect(`04${hex}`).toBe(pair.publicKey)
  expect(times(5n, x, y + 1n)).toBeUndefined()
})

test('decrypts C1C3C2 as hex or Base64, with or without 04; nothing for another key or order', () => {
  const { pair } = newKey()
  const text = '好差评'.repeat(100)
  const hex = original.doEncrypt(text, pair.publicKey, 1)
  const base64 = bytes(`04${hex}`).toString('base64')
  for (const one of [hex, hex.toUpperCase(), `04${hex}`, base64]) {
    expect(decrypt(pair.privateKey, one)?.toString()).toBe(text)
  }
  expect(decrypt(pair.privateKey, original.doEncrypt(text, pair.publicKey, 0))).toBeUndefined()
  for (const length of [1, 31, 32, 33, 1000]) {
    const content = randomBytes(length)
    const sealed = original.doEncrypt(content, pair.publicKey, 1)
    expect(decrypt(pair.privateKey, sealed)).toEqual(content)
    const damaged = sealed.slice(0, -1) + (sealed.endsWith('0') ? '1' : '0')
    expect(decrypt(pair.privateKey, damaged)).toBeUndefined()
  }
  expect(decrypt(newKey().pair.privateKey, hex)).toBeUndefined()
  expect(decrypt(pair.privateKey, 'short')).toBeUndefined()
})
