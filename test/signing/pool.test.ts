// The heavy operations give the same answers in this thread and in worker threads, also under load and failure.
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Crypto, inline, pool } from '../../core/signing/crypto.ts'
import { signingKey, sm2KeyFromHex } from '../../core/signing/keys.ts'
import { rsaVerify, sm2Verify } from '../../core/signing/sm2.ts'
import { sm2 } from './second.ts'

const keyFrom = (number: number) => sm2KeyFromHex(number.toString(16).padStart(64, '0'))
const key = keyFrom(0xabcdef)
const shared: Record<string, Crypto> = { inline: inline(), pool: pool(2) }
afterAll(() => shared.pool?.close())

describe.each(Object.entries(shared))('%s', (_, crypto) => {
  it('signs so that a stranger verifies, in both forms', async () => {
    const message = Buffer.from('appid\n1600000000000\nnonce')
    const rs = await crypto.sm2Sign(key, message, { form: 'rs', userId: 'ALICE123@YAHOO.COM' })
    const options = { hash: true, userId: 'ALICE123@YAHOO.COM' } as const
    expect(sm2.doVerifySignature(message, rs.toString('hex'), `04${key.point}`, options)).toBe(true)
    const der = await crypto.sm2Sign(key, message)
    expect(await crypto.sm2Verify(key.verifying, message, der)).toBe(true)
    expect(await crypto.sm2Verify(key.verifying, message, der.subarray(1))).toBe(false)
    expect(await crypto.sm2Verify(key.verifying, Buffer.from('other'), der)).toBe(false)
  })

  it('encrypts and decrypts in every layout', async () => {
    for (const layout of [{}, { order: 'C1C2C3' }, { asn1: true }, { prefix04: false }] as const) {
      const sealed = await crypto.sm2Encrypt(key.verifying, Buffer.from('评价'), layout)
      expect((await crypto.sm2Decrypt(key, sealed, layout)).toString()).toBe('评价')
    }
  })

  it('signs with RSA', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const rsa = signingKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    expect(rsaVerify(rsa.verifying, Buffer.from('m'), await crypto.rsaSign(rsa, Buffer.from('m')))).toBe(true)
  })

  it('rejects one job without harming its neighbours', async () => {
    const jobs = [
      crypto.sm2Sign(key, Buffer.from('first')),
      crypto.sm2Decrypt(key, Buffer.from('no ciphertext')),
      crypto.rsaSign(key, Buffer.from('wrong kind of key')),
      crypto.sm2Sign(key, Buffer.from('last')),
    ]
    const [first, second, third, last] = await Promise.allSettled(jobs)
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } })
    expect(third).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('sm2') } })
    for (const [text, outcome] of [
      ['first', first],
      ['last', last],
    ] as const) {
      if (outcome?.status !== 'fulfilled') throw new Error('rejected')
      expect(sm2Verify(key.verifying, Buffer.from(text), outcome.value)).toBe(true)
    }
  })

  it('answers each of 200 jobs with its own result, over 50 keys', async () => {
    const messages = Array.from({ length: 200 }, (_, index) => Buffer.from(`message ${'x'.repeat(index)}`))
    const signatures = await Promise.all(
      messages.map((message, index) => crypto.sm2Sign(keyFrom(1 + (index % 50)), message)),
    )
    const wrong = signatures.filter((signature, index) => {
      const message = messages[index] as Buffer
      return !sm2Verify(keyFrom(1 + (index % 50)).verifying, message, signature)
    })
    expect(wrong).toEqual([])
  })
})

describe('the pool', () => {
  it('leaves the calling thread free', async () => {
    const crypto = shared.pool as Crypto
    await crypto.sm2Sign(key, Buffer.from('warm'))
    let turns = 0
    const counter = setInterval(() => turns++, 1)
    await Promise.all(Array.from({ length: 400 }, () => crypto.sm2Sign(key, Buffer.from('load'))))
    clearInterval(counter)
    // 400 signatures are some 70 ms of two threads: in this thread nothing else would have run
    expect(turns).toBeGreaterThan(5)
  })

  it('rejects what is open when it closes, and what comes after', async () => {
    const crypto = pool(1)
    const open = Promise.allSettled(Array.from({ length: 100 }, () => crypto.sm2Sign(key, Buffer.from('x'))))
    await crypto.close()
    const outcomes = await open
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true)
    await expect(crypto.sm2Sign(key, Buffer.from('x'))).rejects.toThrow('closed')
    await crypto.close()
  })

  it('sends a key again after a worker has been told to forget', async () => {
    const crypto = pool(1)
    const numbers = Array.from({ length: 300 }, (_, index) => index + 1)
    for (let round = 0; round < 2; round++) {
      const jobs = numbers.map((number) => crypto.sm2Sign(keyFrom(number), Buffer.from('m')))
      const signatures = await Promise.all(jobs)
      const [last] = signatures.slice(-1)
      expect(sm2Verify(keyFrom(300).verifying, Buffer.from('m'), last as Buffer)).toBe(true)
    }
    await crypto.close()
  })

  it('needs at least one thread', () => {
    expect(() => pool(0)).toThrow(RangeError)
  })

  it('works and lets the process end when started by node --import tsx, from any folder', () => {
    const file = (path: string): string => new URL(path, import.meta.url).href
    const script = `
      const { pool } = await import(${JSON.stringify(file('../../core/signing/crypto.ts'))})
      const { sm2KeyFromHex } = await import(${JSON.stringify(file('../../core/signing/keys.ts'))})
      const key = sm2KeyFromHex('1'.padStart(64, '0'))
      const crypto = pool(1)
      const message = Buffer.from('m')
      const signature = await crypto.sm2Sign(key, message)
      console.log(await crypto.sm2Verify(key.verifying, message, signature))`
    const loader = fileURLToPath(file('../../node_modules/tsx/dist/loader.mjs'))
    const run = spawnSync(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
      cwd: '/',
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(run.stderr).toBe('')
    expect(run.stdout).toBe('true\n')
    expect(run.status).toBe(0)
  })
})
