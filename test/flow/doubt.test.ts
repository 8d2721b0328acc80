// Requests that may have arrived, decided in one place: what the next attempt does, what stays in doubt, who is asked.
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../core/flow/adapter.ts'
import { type AttemptTools, attemptDelivery, type Pinned } from '../../core/flow/deliver.ts'
import { doubtAfter, nextMove, type Repeat } from '../../core/flow/doubt.ts'
import { type Exchanged, failed } from '../../core/flow/exchange.ts'
import type { Outcome } from '../../core/flow/outcome.ts'
import type { Query } from '../../core/flow/query.ts'
import { settlementOf } from '../../core/flow/settlement.ts'
import type { Claimed } from '../../core/ledger/lane.ts'
import type { Doubt } from '../../core/ledger/settle.ts'

const query: Query = { operation: 'find', question: () => ({}), after: 5_000 }
const retry = { first: 100, factor: 2, max: 60_000 }

describe('the next move', () => {
  test.each<[Repeat, Doubt | null, ReturnType<typeof nextMove>]>([
    ['safe', null, 'send'],
    ['safe', 'open', 'send'],
    ['safe', 'resend', 'send'],
    [query, null, 'send'],
    [query, 'open', query],
    // an operator who is wrong harms nobody: the platform is asked all the same
    [query, 'resend', query],
    ['ask', null, 'send'],
    ['ask', 'open', 'person'],
    ['ask', 'resend', 'send'],
  ])('%o after %s', (repeat, doubt, move) => {
    expect(nextMove(repeat, doubt)).toBe(move)
  })
})

describe('what stays in doubt', () => {
  const sent = Buffer.alloc(32)
  test.each<[Outcome, Buffer | null, Doubt | null, Doubt | null]>([
    ['unknown', sent, null, 'open'],
    ['unknown', sent, 'resend', 'open'],
    // nothing was sent this time: what was sent before is as doubtful as it was
    ['transport', sent, 'open', 'open'],
    ['busy', sent, 'resend', 'resend'],
    ['session', sent, 'open', 'open'],
    ['rejected', null, 'open', 'open'],
    // a reply settles it
    ['rejected', sent, 'open', null],
    ['delivered', sent, 'resend', null],
    ['duplicate', sent, 'open', null],
    ['confirmed', sent, 'open', null],
    // said once, it is asked for once more
    ['absent', sent, 'open', 'absent'],
    ['absent', sent, 'absent', null],
    ['absent', sent, 'resend', null],
    ['unknown', sent, 'absent', 'open'],
    ['busy', sent, 'absent', 'absent'],
    ['transport', null, null, null],
  ])('%s', (outcome, digest, before, after) => {
    expect(doubtAfter(before, { outcome, sent: digest })).toBe(after)
  })
})

describe('the settlement', () => {
  const delivery = { message: 'm', step: 's', key: 'k', attempts: 0, doubt: null as Doubt | null }
  const settle = (outcome: Outcome, repeat: Repeat, attempts?: number) =>
    settlementOf(
      delivery,
      { ...failed(outcome, 'no reply'), publish: null },
      { startedAt: new Date(), duration: 1 },
      { retry: { ...retry, ...(attempts && { attempts }) }, repeat },
      [],
    )

  test('a platform that can be asked is given time first; one that recognises repeats gets it after the usual pause', () => {
    expect(settle('unknown', query)).toMatchObject({ state: 'ready', doubt: 'open', delay: 5_000 })
    const again = settle('unknown', 'safe')
    expect(again).toMatchObject({ state: 'ready', doubt: 'open' })
    expect(again.delay).toBeLessThanOrEqual(retry.first * 2)
  })

  test('what is absent twice is sent at once, however often it was tried; what is found is delivered', () => {
    delivery.doubt = 'open'
    expect(settle('absent', query, 1)).toMatchObject({ state: 'ready', doubt: 'absent', delay: 5_000 })
    delivery.doubt = 'absent'
    expect(settle('absent', query, 1)).toMatchObject({ state: 'ready', doubt: null, delay: 0 })
    delivery.doubt = null
    expect(settle('confirmed', query, 1)).toMatchObject({ state: 'delivered', outcome: 'confirmed' })
  })

  test('a person is told what to do, in both languages, and why', () => {
    expect(settle('unknown', 'ask')).toMatchObject({
      state: 'dead',
      doubt: 'open',
      reason: expect.stringMatching(/^对方可能已收到.*it may have arrived.*: no reply$/),
    })
    expect(settle('transport', 'ask')).toMatchObject({ state: 'ready', doubt: null, reason: 'no reply' })
  })
})

test('a reply that cannot be inspected for want of a key has arrived all the same', async () => {
  const inspect: Adapter['inspect'] = async () => {
    throw new Error('no key "eseal-root"')
  }
  const reply: Exchanged = {
    ...failed('delivered', ''),
    reason: undefined,
    status: 200,
    sent: Buffer.alloc(32),
  }
  const pinned = {
    bundle: { library: { outbound: () => ({ apply: () => ({}), format: 'json' }) } },
    step: { mapping: 'm', operation: 'sign' },
    system: { adapter: 'eseal', operations: new Map([['sign', { repeat: 'ask' }]]) },
    link: { exchange: async () => reply },
  } as unknown as Pinned
  const tools = {
    adapters: new Map([['eseal', { name: 'eseal', inspect }]]),
    now: () => new Date(),
  } as unknown as AttemptTools
  const claimed = { message: 'm', acceptedAt: new Date(), doubt: null } as Claimed
  expect(await attemptDelivery(claimed, {}, pinned, {}, tools)).toMatchObject({
    outcome: 'unknown',
    status: 200,
    reason: 'hub: no key "eseal-root"',
  })
})
