// A hub that cannot prove what it accepts accepts nothing, says why, and goes on when it can again.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAcceptor, type Post, type Signer } from '../../core/flow/accept.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { watchProof } from '../../core/flow/proof-watch.ts'
import { newId } from '../../core/id.ts'
import { addEvidence } from '../../core/ledger/chain.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addDays, localDay } from '../../core/time.ts'
import { pairs, silent } from '../pairs.ts'
import { hubKey, signerOf } from './city.ts'

const post = (key: string): Post => ({
  source: 'housing',
  nonce: undefined,
  payload: Buffer.from(key),
  bundle: 1,
  plan: () => [],
  records: [{ type: 'case.accepted', key, deduplication: key, value: { key } }],
})

describe.each(pairs)('unproved over $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())

  test('a key that stops signing: nothing is kept; the same post again, once it signs', async () => {
    let works = false
    const signer: Signer = {
      ...signerOf(hubKey),
      sign: async (data) => {
        if (!works) throw new Error('the token was pulled out')
        return signerOf(hubKey).sign(data)
      },
    }
    const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 10)
    await expect(acceptor.accept(post('a'))).rejects.toMatchObject({ code: 'hub.unproved', status: 503 })
    expect(await database.query('SELECT 1 FROM message UNION ALL SELECT 1 FROM deduplication')).toEqual([])
    works = true
    expect(await acceptor.accept(post('a'))).toMatchObject([{ key: 'a', duplicate: false }])
  })

  test('a day that is not closed in time stops intake, until it is', async () => {
    const day = addDays(localDay(new Date()), -3)
    const root = Buffer.alloc(32)
    await addEvidence(database.query, {
      id: newId(),
      kind: 'attempts',
      day,
      size: 1,
      root,
      signature: null,
      key_id: null,
    })
    let clock = 0
    const options = { look: 20, now: () => clock }
    const watch = watchProof(database, 60_000, silent, options)
    try {
      await sleep(200)
      // long over, but this hub has only just begun
      expect(watch.unproved()).toBeUndefined()
      clock = 61_000
      await vi.waitFor(() => expect(watch.unproved()).toBe(`${day} is not closed`))
      await closeDays(database, signerOf(hubKey), new Date())
      await vi.waitFor(() => expect(watch.unproved()).toBeUndefined())
    } finally {
      watch.stop()
    }
  })
})
