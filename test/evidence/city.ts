// Days of a ledger with something of everything: receipts alone and of shared bodies, attempts, a dead letter, an operator's
// actions, a correction, a day on which nothing happened.

import { sm3 } from '../../core/evidence/merkle.ts'
import { createAcceptor, type Signer } from '../../core/flow/accept.ts'
import { newAction } from '../../core/flow/action.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { hubSigner } from '../../core/flow/hub-key.ts'
import { createTurns } from '../../core/flow/turns.ts'
import { saveCorrection } from '../../core/ledger/correction.ts'
import type { Database } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import { type SigningKey, sm2KeyFromHex } from '../../core/signing/keys.ts'
import { addDays, localDay } from '../../core/time.ts'
import { settled, take } from '../ledger/fixture.ts'

/** The private key of the standard's own example. */
export const hubKey = sm2KeyFromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')

/** Another one: what a forger has. */
export const forgersKey = sm2KeyFromHex('128b2fa8bd433c6c068c8d803dff79792a519a55171b1b650c23661d15897263')

export const signerOf: (key: SigningKey) => Signer = hubSigner

const dayMs = 24 * 3600 * 1000

/** Fills an empty ledger with today's traffic and closes today and two empty days after it; answers the days, oldest first. */
export async function liveOneDay(database: Database, bodies = 6): Promise<string[]> {
  const signer = signerOf(hubKey)
  const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
  const post = (keys: string[]) =>
    acceptor.accept({
      source: 'housing',
      nonce: undefined,
      payload: Buffer.from(JSON.stringify({ 姓名: '王小明', keys })),
      bundle: 1,
      plan: ({ key }) => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
      records: keys.map((key) => ({
        type: 'case.accepted',
        key,
        deduplication: key,
        value: { key, name: '王小明' },
      })),
    })
  await post(['alone'])
  const shared = Array.from({ length: bodies }, (_, i) => post([`${i}a`, `${i}b`, `${i}c`]))
  await Promise.all([...shared, post(['twin'])])
  const lease = await take(database)
  const turns = createTurns(database)
  const turn = { lease, settled: [], inFlight: new Map(), free: 64, has: () => true, leaseMs: 60_000 }
  const { heads: claimed } = await turns.add(turn)
  const results = claimed.map((each, i) =>
    settled(each, i < 2 ? 'dead' : 'delivered', {
      reply: i < 2 ? '{"code":"1001","message":"数据有误"}' : null,
      reason: i < 2 ? '数据有误' : null,
      requestDigest: sm3(each.key),
    }),
  )
  await turns.add({ ...turn, settled: results, free: 0 })
  const [first, second] = claimed
  if (!first || !second) throw new Error('nothing was claimed')
  const { message, step } = first
  const actor = { operator: 'li', reason: '材料齐全，无须再送' }
  await resolveDead(database, {
    ...newAction({ ...actor, action: 'skip', message, step }),
    action: 'skip',
    message,
    step,
    releases: [],
  })
  await correct(database, second)
  await closeDays(database, signer, new Date(Date.now() + 3 * dayMs))
  const today = localDay(new Date())
  return [today, addDays(today, 1), addDays(today, 2)]
}

async function correct(
  database: Database,
  { message, step }: { message: string; step: string },
): Promise<void> {
  const canonical = JSON.stringify({ key: 'alone', name: '王晓明' })
  const canonicalDigest = sm3(canonical)
  const detail = JSON.stringify({ canonical: canonicalDigest.toString('hex'), bundle: 1 })
  const action = newAction({ operator: 'li', reason: '姓名有误', action: 'correct', message, step, detail })
  const saved = {
    ...action,
    message,
    step,
    base: null,
    everyStep: false,
    canonical,
    canonicalDigest,
    bundle: 1,
  }
  if (!(await saveCorrection(database, saved))) throw new Error('nothing was corrected')
}
