// Both sides of the wire: a seal the sandbox makes with its own code passes our verification, through the key
// folder both read; and the seals it means to be refused are.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eseal } from '../../adapters/eseal/index.ts'
import { openKeyStore } from '../../certs/store.ts'
import { ensureAuthority } from '../../sandbox/authority.ts'
import { openKeys } from '../../sandbox/keys.ts'
import { type Seal, sealList, writeSeal, writeSignature } from '../../sandbox/seals.ts'
import { digestOf } from './seal-builder.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-seal-'))
  ensureAuthority(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const now = new Date()
const digest = digestOf('licence')

async function inspect(seal: Seal) {
  const theirs = openKeys(folder)
  const der = writeSignature(writeSeal(seal, theirs), digest, '/Signature.xml', now.getTime(), theirs)
  return await eseal({ makers: ['eseal-maker'] }).inspect?.({
    operation: 'sign',
    sent: { digest: digest.toString('base64') },
    result: { signedValue: der.toString('base64') },
    keys: openKeyStore(folder),
    now,
  })
}

const seals = sealList(now.getTime())

describe('seals of the sandbox', () => {
  it.each(seals.filter((seal) => seal.status === '1').map((seal) => [seal.code, seal] as const))(
    '%s passes',
    async (_, seal) => {
      expect(await inspect(seal)).toMatchObject({
        ok: true,
        result: { seal: { esID: seal.code, name: seal.name, version: 'V4' } },
      })
    },
  )

  it('an expired one does not', async () => {
    const expired = seals.find((seal) => seal.status === '4') as Seal
    expect(await inspect(expired)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^seal-period \(2\)/),
    })
  })
})
