// The benchmark's own honesty: its figures' form, its medians, and that it refuses a program that does other work.
import { execFile } from 'node:child_process'
import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { makeMessage } from '../../bench/message.ts'
import { readOptions } from '../../bench/options.ts'
import { type Expected, proveWork } from '../../bench/proof.ts'
import { mapMessage } from '../../bench/reference/mapping.ts'
import { type Algorithm, createSigner, identityDigest } from '../../bench/reference/sign.ts'
import { figuresOf, jsonLines, median } from '../../bench/report.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const message = makeMessage('00000000', 7)
const pair = generateKeyPairSync('ec', { namedCurve: 'SM2' })
const keys: Record<Algorithm, string> = {
  hmac: 'a-shared-secret',
  sm2: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
}

function sampleOf(algorithm: Algorithm, document: unknown) {
  const body = Buffer.from(JSON.stringify(document))
  return { body, headers: createSigner(algorithm, 'account', keys[algorithm])(body) }
}

describe.each(['hmac', 'sm2'] as const)('proof of work, %s', (algorithm) => {
  const expected: Expected = { message, algorithm, key: keys[algorithm], appId: 'account' }

  test('takes the right document with the right signature', () => {
    expect(() => proveWork(sampleOf(algorithm, mapMessage(message)), expected)).not.toThrow()
  })

  test('refuses a missing field', () => {
    const { Remark: _, ...document } = mapMessage(message)
    expect(() => proveWork(sampleOf(algorithm, document), expected)).toThrow(/expected document/)
  })

  test('refuses a signature over other bytes', () => {
    const sample = sampleOf(algorithm, mapMessage(message))
    sample.body = Buffer.from(`${sample.body.toString()} `)
    expect(() => proveWork(sample, expected)).toThrow(/signature is wrong/)
  })
})

test('the reference takes the standard user id: a fixed SM2 signature verifies (reference 05 §4)', () => {
  const point =
    '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
  const r = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'
  const s = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'
  const spki = Buffer.from(`3059301306072a8648ce3d020106082a811ccf5501822d03420004${point}`, 'hex')
  const key = createPublicKey({ key: spki, type: 'spki', format: 'der' })
  const za = identityDigest(key)
  expect(za.toString('hex')).toBe('b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3')
  const signature = Buffer.from(`3046022100${r}022100${s}`, 'hex')
  expect(createVerify('sm3').update(za).update('message digest').verify(key, signature)).toBe(true)
  expect(createVerify('sm3').update(za).update('message digesT').verify(key, signature)).toBe(false)
})

test('a message has the fields the mapping names, and every one its own key', () => {
  const document = mapMessage(message)
  expect(Object.values(document).filter((value) => value === undefined)).toEqual([])
  expect(Object.keys(document)).toHaveLength(38)
  expect(document.Materials).toHaveLength(8)
  expect(new Set(Array.from({ length: 500 }, (_, i) => makeMessage('00000000', i).recordId)).size).toBe(500)
})

test('medians and JSON lines', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  const at = (rate: number) => ({ rate, p50: 1, p99: 2, cpu: 100, memory: 50 })
  const lines = jsonLines(
    figuresOf('pglite hmac', { hub: [at(300), at(100), at(200)], reference: [at(400), at(400), at(1)] }),
  )
  expect(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { name: 'messages/s pglite hmac', value: 200, unit: 'messages/s', reference: 400, ratio: 0.5 },
    { name: 'accept p99 pglite hmac', value: 2, unit: 'ms', reference: 2, ratio: 1 },
    { name: 'cpu/message pglite hmac', value: 100, unit: 'µs', reference: 100, ratio: 1 },
    { name: 'memory pglite hmac', value: 50, unit: 'MB', reference: 50, ratio: 1 },
  ])
})

test('flags', () => {
  expect(readOptions(['--only', 'postgres+redis hmac', '--rounds', '5'])).toMatchObject({
    rounds: 5,
    combinations: [{ stores: 'postgres+redis', algorithm: 'hmac' }],
  })
  expect(() => readOptions(['--only', 'redis'])).toThrow(/no such comparison/)
  expect(() => readOptions(['--rounds', '0'])).toThrow(/whole number/)
  expect(() => readOptions(['--fast'])).toThrow()
})

test('one small run end to end prints the four figures of its comparison', { timeout: 180_000 }, async () => {
  const args = [
    '--import',
    'tsx',
    'bench/main.ts',
    '--json',
    '--rounds',
    '1',
    '--messages',
    '100',
    '--only',
    'pglite sm2',
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository })
  const figures = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: number; reference: number })
  expect(figures.map(({ name }) => name)).toEqual(
    ['messages/s', 'accept p99', 'cpu/message', 'memory'].map((name) => `${name} pglite sm2`),
  )
  for (const { value, reference } of figures) expect(Math.min(value, reference)).toBeGreaterThan(0)
})
