// The vault: what it sealed comes out again, nothing that was changed does, and keys change by themselves in time.
import { createHmac, hkdfSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sm4 } from 'sm-crypto-v2'
import { describe, expect, test } from 'vitest'
import { openDataKeys } from '../../certs/data-keys.ts'
import { keysCommand } from '../../cli/keys/main.ts'
import { createVault, type DataKey, type Sealing, sealings, versionOf } from '../../core/signing/vault.ts'
import { listen } from '../listen.ts'
import { dataKeysOf } from '../vault.ts'

const keyOf = (version: number, algorithm: Sealing, from = 0): DataKey => ({
  version,
  algorithm,
  key: Buffer.alloc(sealings[algorithm], version),
  from: new Date(from),
})

const text = Buffer.from('{"name":"张伟","idCard":"510703199001010012"}')

describe.each(['sm4', 'aes-256-gcm'] as const)('sealed with %s', (algorithm) => {
  const vault = createVault(dataKeysOf([keyOf(3, algorithm)]))

  test('what went in comes out, of any size', () => {
    for (const size of [0, 1, 15, 16, 17, 4096, 100_000]) {
      const clear = Buffer.alloc(size, 'ab')
      const sealed = vault.seal(clear)
      expect(versionOf(sealed)).toBe(3)
      expect(vault.open(sealed)).toEqual(clear)
    }
  })

  test('no two seals of a value are alike, and none shows it', () => {
    const seals = Array.from({ length: 2000 }, () => vault.seal(text).toString('hex'))
    expect(new Set(seals).size).toBe(seals.length)
    expect(seals.filter((sealed) => sealed.includes(Buffer.from('510703').toString('hex')))).toEqual([])
  })

  test('nothing opens of which a bit was changed, or an end is missing', () => {
    const sealed = vault.seal(text)
    for (let i = 3; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8))
      expect(vault.open(changed)).toBeUndefined()
    }
    for (let size = 0; size < sealed.length; size++)
      expect(vault.open(sealed.subarray(0, size))).toBeUndefined()
  })

  test('nothing opens with another key of the same version, nor under another version', () => {
    const other = createVault(
      dataKeysOf([{ ...keyOf(3, algorithm), key: Buffer.alloc(sealings[algorithm], 9) }]),
    )
    expect(other.open(vault.seal(text))).toBeUndefined()
    const twice = createVault(dataKeysOf([keyOf(3, algorithm), { ...keyOf(3, algorithm), version: 4 }]))
    const renamed = vault.seal(text)
    renamed[2] = 4
    expect(twice.open(renamed)).toBeUndefined()
  })
})

test('SM4-CTR and HMAC-SM3 are those of another library', () => {
  const key = keyOf(1, 'sm4')
  const sealed = createVault(dataKeysOf([key])).seal(text)
  const draw = (use: string, size: number): Buffer =>
    Buffer.from(hkdfSync('sm3', key.key, '', `qiao ${use}`, size))
  const nonce = sealed.subarray(3, 19)
  const encryption = draw('encryption', 16).toString('hex')
  const stream = [0, 1, 2, 3].map((n) => {
    const counter = BigInt.asUintN(128, BigInt(`0x${nonce.toString('hex')}`) + BigInt(n))
    const block = Buffer.from(counter.toString(16).padStart(32, '0'), 'hex')
    return sm4.encrypt(block, encryption, { padding: 'none' })
  })
  const mask = Buffer.from(stream.join(''), 'hex')
  const clear = sealed.subarray(19, -32).map((byte, i) => byte ^ (mask[i] ?? 0))
  expect(Buffer.from(clear).toString()).toBe(text.toString())
  const tag = createHmac('sm3', draw('authentication', 32)).update(sealed.subarray(0, -32)).digest()
  expect(sealed.subarray(-32)).toEqual(tag)
})

describe('versions', () => {
  const list = [keyOf(1, 'sm4'), keyOf(3, 'aes-256-gcm', 5_000_000), keyOf(2, 'sm4', 1_000_000)]

  test('the newest seals whose time has come, and every one opens', () => {
    let now = 0
    const vault = createVault(dataKeysOf(list), () => now)
    const seals: Buffer[] = []
    for (const [at, version] of [
      [0, 1],
      [999_999, 1],
      // at its time, however short ago it looked
      [1_000_000, 2],
      [6_000_000, 3],
    ] as const) {
      now = at
      expect(vault.current()).toBe(version)
      seals.push(vault.seal(text))
    }
    expect(seals.map(versionOf)).toEqual([1, 1, 2, 3])
    expect(seals.map((sealed) => vault.open(sealed)?.equals(text))).toEqual([true, true, true, true])
  })

  test('a hub that does not know a version says so, and opens it as soon as it is there', () => {
    const known = [keyOf(1, 'sm4')]
    const vault = createVault(dataKeysOf(list))
    const behind = createVault(dataKeysOf(known))
    const sealed = vault.seal(text)
    expect(() => behind.open(sealed)).toThrow('no data key 3')
    known.push(keyOf(3, 'aes-256-gcm'))
    expect(behind.open(sealed)).toEqual(text)
  })

  test('a file that is just being copied changes nothing, and is noticed when it is whole', () => {
    let now = 0
    let list = (): DataKey[] => [keyOf(1, 'sm4')]
    const vault = createVault(
      { ...dataKeysOf([keyOf(1, 'sm4'), keyOf(2, 'sm4')]), list: () => list() },
      () => now,
    )
    expect(vault.current()).toBe(1)
    list = () => {
      throw new Error('data-2.secret cannot be understood')
    }
    now = 60_000
    expect(vault.current()).toBe(1)
    expect(vault.sealsFor()).toBe(60_000)
    list = () => [keyOf(1, 'sm4'), keyOf(2, 'sm4')]
    now = 65_000
    expect([vault.current(), vault.sealsFor()]).toEqual([2, 0])
  })

  test('without any key nothing is sealed', () => {
    expect(() => createVault(dataKeysOf([])).seal(text)).toThrow('no data key 1')
    expect(() => createVault(dataKeysOf([keyOf(2, 'sm4', 5_000_000)]), () => 0).current()).toThrow(
      'no data key 1',
    )
  })
})

test('in a folder that is not there it says which key is missing, and how to make it', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'qiao-keys-'))
  try {
    const folder = join(parent, 'keys')
    const vault = createVault(openDataKeys(folder))
    expect(() => vault.current()).toThrow(/data-1\.secret is missing/)
    expect(await keysCommand(['rotate'], { QIAO_KEYS: folder }, listen().output)).toBe(0)
    expect(vault.current()).toBe(1)
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
})
