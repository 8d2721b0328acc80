// The hub's key was replaced: what the old one signed is checked as before, what the new one signs as well, and nothing else.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { replaceHubKey } from '../../certs/replace.ts'
import { openKeyStore } from '../../certs/store.ts'
import { keysCommand } from '../../cli/keys/main.ts'
import { verifyCommand } from '../../cli/verify/main.ts'
import { checkProof } from '../../core/evidence/proof-check.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { writeProof } from '../../core/evidence/proof-write.ts'
import { createAcceptor } from '../../core/flow/accept.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { hubKeys, hubSigner, madeByAny, trusted } from '../../core/flow/hub-key.ts'
import { proveDay } from '../../core/flow/proof.ts'
import type { Database } from '../../core/ledger/database.ts'
import type { VerifyingKey } from '../../core/signing/keys.ts'
import { addDays, startOfDay } from '../../core/time.ts'
import { clockAt, freshYear } from '../archive/ledger.ts'
import { listen } from '../listen.ts'
import { pairs } from '../pairs.ts'

describe.each(pairs)('a replaced key on $name', (pair) => {
  let database: Database
  let folder: string
  const first = `${freshYear()}-03-01`
  const days = [first, addDays(first, 1), addDays(first, 2)]
  /** the keys of the folder as a program finds them that starts now */
  const store = () => openKeyStore(folder)

  beforeAll(async () => {
    database = await pair.database()
    folder = mkdtempSync(join(tmpdir(), 'qiao-keys-'))
    createDevelopmentKeys(folder)
    // each day under a key of its own
    for (const day of days) {
      if (day !== first) replaceHubKey(folder)
      clockAt(day)
      const signer = hubSigner(store().privateKey('hub'))
      const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
      await acceptor.accept({
        source: 'housing',
        nonce: undefined,
        payload: Buffer.from(day),
        bundle: 1,
        plan: () => [],
        records: [{ type: 'case.accepted', key: day, deduplication: day, value: { key: day } }],
      })
      await closeDays(database, signer, new Date(startOfDay(addDays(day, 1)).getTime() + 3_600_000))
    }
    vi.useRealTimers()
  })
  afterAll(async () => {
    vi.useRealTimers()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const faults = async (keys: readonly VerifyingKey[]) =>
    (await auditLedger(database.query, madeByAny(keys))).faults.length
  const fileOf = async (day: string): Promise<string> => {
    const lines = proveDay(database.query, day, { keys: hubKeys(store()), content: true, now: new Date() })
    const signer = hubSigner(store().privateKey('hub'))
    return (await Readable.from(writeProof(lines, signer)).toArray()).join('')
  }
  const check = async (text: string, keys: readonly VerifyingKey[]) =>
    (await checkProof(readProof(Readable.from([Buffer.from(text)])), () => trusted(keys))).faults.length

  test('the folder keeps every public key, and a ring of them is right for the whole chain', async () => {
    const keys = hubKeys(store())
    expect(keys).toHaveLength(3)
    expect(new Set(keys.map(({ id }) => id)).size).toBe(3)
    expect(await faults(keys)).toBe(0)
    for (const key of keys) expect(await faults(keys.filter((each) => each !== key))).toBeGreaterThan(0)
  })

  test('a file of any day is checked with the ring, and fails without one of its keys', async () => {
    const keys = hubKeys(store())
    for (const day of days) expect(await check(await fileOf(day), keys)).toBe(0)
    const last = await fileOf(days[2] ?? '')
    for (const key of keys)
      expect(
        await check(
          last,
          keys.filter((each) => each !== key),
        ),
      ).toBeGreaterThan(0)
  })

  test('a key that the hub never had is refused, also when a file names it', async () => {
    const stranger = mkdtempSync(join(tmpdir(), 'qiao-keys-'))
    createDevelopmentKeys(stranger)
    const forged = openKeyStore(stranger)
    const lines = proveDay(database.query, first, { keys: hubKeys(forged), content: true, now: new Date() })
    const text = (await Readable.from(writeProof(lines, hubSigner(forged.privateKey('hub')))).toArray()).join(
      '',
    )
    expect(await check(text, hubKeys(store()))).toBeGreaterThan(0)
    rmSync(stranger, { recursive: true, force: true })
  })

  test('the command replaces the key, and verify takes the keys of the machine or every one that is given', async () => {
    const { output } = listen()
    const file = join(folder, 'day.proof')
    writeFileSync(file, await fileOf(days[2] ?? ''))
    const before = readFileSync(join(folder, 'hub.pub.pem'), 'utf8')
    expect(await keysCommand(['replace-hub'], { QIAO_KEYS: folder }, output)).toBe(0)
    expect(readFileSync(join(folder, 'hub-3.pub.pem'), 'utf8')).toBe(before)
    expect(readdirSync(folder).filter((name) => name.endsWith('.retired'))).toHaveLength(3)
    expect(await keysCommand(['replace-hub', 'now'], { QIAO_KEYS: folder }, output)).toBe(2)
    vi.stubEnv('QIAO_KEYS', folder)
    expect(await verifyCommand([file], output)).toBe(0)
    const given = ['hub-1', 'hub-2', 'hub-3'].flatMap((name) => ['--key', join(folder, `${name}.pub.pem`)])
    expect(await verifyCommand([file, ...given], output)).toBe(0)
    expect(await verifyCommand([file, '--key', join(folder, 'hub.pub.pem')], output)).toBe(1)
    vi.unstubAllEnvs()
  })
})
