// Every way to change the ledger behind the hub's back is found by `qiao verify --ledger`.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { actionLeaf } from '../../core/evidence/attempt.ts'
import { growTree } from '../../core/evidence/merkle.ts'
import { createAcceptor, type Signer } from '../../core/flow/accept.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { createTurns } from '../../core/flow/turns.ts'
import { newId } from '../../core/id.ts'
import type { Database } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import { sm2KeyFromHex } from '../../core/signing/keys.ts'
import { sm2Sign, sm2Verify } from '../../core/signing/sm2.ts'
import { addDays, localDay, startOfDay } from '../../core/time.ts'
import { settled, take } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'

// the private key of the standard's own example
const key = sm2KeyFromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
const signer: Signer = { keyId: 'k', sign: async (data) => sm2Sign(key, data) }
const verify = (data: Buffer, signature: Buffer): boolean => sm2Verify(key.verifying, data, signature)
/** Noon, so many days from now: also right after midnight, when the day before is still open. */
const noonIn = (days: number): Date =>
  new Date(startOfDay(addDays(localDay(new Date()), days)).getTime() + 12 * 3_600_000)

describe.each(pairs)('audit on $name', (pair) => {
  let database: Database
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())

  /** Five messages in two commits, their deliveries settled, one operator action, the day closed. */
  beforeEach(async () => {
    await database.script(
      'TRUNCATE message, deduplication, delivery, attempt, evidence, evidence_day, nonce, lane, feed, dataset, post, audit',
    )
    const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
    const post = (keys: string[]) =>
      acceptor.accept({
        source: 'housing',
        nonce: undefined,
        payload: Buffer.from(JSON.stringify(keys)),
        bundle: 1,
        plan: ({ key }) => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
        records: keys.map((key) => ({ type: 'case.accepted', key, deduplication: key, value: { key } })),
      })
    await post(['a'])
    await Promise.all([post(['b']), post(['c', 'd']), post(['e'])])
    const lease = await take(database)
    const turns = createTurns(database)
    const turn = { lease, settled: [], inFlight: new Map(), free: 16, has: () => true, leaseMs: 10_000 }
    const { heads: claimed } = await turns.add(turn)
    const outcomes = claimed.map((c, i) => settled(c, i === 0 ? 'dead' : 'delivered'))
    await turns.add({ ...turn, settled: outcomes, free: 0 })
    const dead = claimed[0]
    if (!dead) throw new Error('nothing claimed')
    const action = {
      id: newId(),
      operator: 'li',
      action: 'skip' as const,
      message: dead.message,
      step: 'push',
      reason: 'r',
    }
    const evidence = { id: newId(), day: localDay(new Date()), root: growTree([actionLeaf(action)]).root }
    await resolveDead(database, { ...action, evidence, releases: [] })
    await closeDays(database, signer, noonIn(1))
  })

  test('an untouched ledger fits, also before its day is closed', async () => {
    const whole = { days: 1, archived: 0, receipts: 5, attempts: 5, actions: 1, faults: [] }
    expect(await auditLedger(database.query, verify)).toEqual(whole)
    await database.query('DELETE FROM evidence_day')
    expect(await auditLedger(database.query, verify)).toEqual(whole)
  })

  test('a day is closed once, and the next one carries its hash', async () => {
    expect(await closeDays(database, signer, noonIn(1))).toEqual([])
    await database.query(
      `INSERT INTO evidence (id, kind, day, size, root) SELECT gen_random_uuid(), 'attempts', day + 1, 0, root FROM evidence LIMIT 1`,
    )
    await closeDays(database, signer, noonIn(2))
    const links = await database.query<{ hash: Buffer; previous: Buffer }>(
      'SELECT hash, previous FROM evidence_day ORDER BY day',
    )
    expect(links).toHaveLength(2)
    expect(links[1]?.previous).toEqual(links[0]?.hash)
  })

  test.each([
    ['a payload', `UPDATE message SET payload = 'x' WHERE key = 'a'`],
    ['a shared payload', `UPDATE post SET payload = 'x'`],
    ['a canonical form', `UPDATE message SET canonical = '{}' WHERE key = 'b'`],
    [
      'canonical form and its digest',
      `UPDATE message SET canonical = '{"key":"x"}', canonical_digest = '\\x9d6c' WHERE key = 'b'`,
    ],
    ['the key of a message', `UPDATE message SET key = 'x' WHERE key = 'c'`],
    [
      'the time of acceptance',
      `UPDATE message SET accepted_at = accepted_at + interval '1 ms' WHERE key = 'd'`,
    ],
    ['a message removed', `DELETE FROM message WHERE key = 'e'`],
    ['an outcome', `UPDATE attempt SET outcome = 'delivered' WHERE outcome = 'rejected'`],
    ['the number of an attempt', `UPDATE attempt SET number = 7 WHERE outcome = 'rejected'`],
    ['an attempt removed', `DELETE FROM attempt WHERE outcome = 'rejected'`],
    ['the reason of an action', `UPDATE audit SET reason = 'other'`],
    ['the detail of an action', `UPDATE audit SET detail = '{}'`],
    ['an action removed', 'DELETE FROM audit'],
    ['a root', `UPDATE evidence SET root = sha256(root) WHERE kind = 'attempts'`],
    ['the signature of receipts', `UPDATE evidence SET signature = '\\x00' WHERE kind = 'receipts'`],
    [
      'a commit removed with its messages',
      `WITH e AS (DELETE FROM evidence WHERE size = 1 AND kind = 'receipts' RETURNING id) DELETE FROM message WHERE evidence IN (SELECT id FROM e)`,
    ],
    ['the root of a day', `UPDATE evidence_day SET root = sha256(root)`],
    ['the hash of a day', `UPDATE evidence_day SET hash = sha256(hash)`],
    ['the link to the day before', `UPDATE evidence_day SET previous = sha256(previous)`],
    ['the signature of a day', `UPDATE evidence_day SET signature = '\\x00'`],
  ])('finds a change of %s', async (_, statement) => {
    await database.query(statement)
    expect((await auditLedger(database.query, verify)).faults).not.toEqual([])
  })
})
