// The whole outside surface, one hub for each pair of stores.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditLedger } from '../../core/flow/audit.ts'
import { sm2Verifier } from '../../sandbox/department/crypto.ts'
import { type Running, startRunning } from '../hub/running.ts'
import { pairs } from '../hub/stores.ts'
import { feedTests } from './surface/feeds.ts'
import { opsTests } from './surface/ops.ts'
import { publicTests } from './surface/public.ts'
import { queryTests } from './surface/queries.ts'
import { receiptTests } from './surface/receipts.ts'

describe.each(pairs)('the surface over $name', (pair) => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(pair)
  })
  afterAll(() => hub?.close())

  publicTests(() => hub)
  receiptTests(() => hub)
  queryTests(() => hub)
  feedTests(() => hub)
  opsTests(() => hub)

  test('no request failed inside, and the ledger agrees with its own evidence, actions included', async () => {
    await hub.stop()
    expect(hub.log()).not.toContain('request.failed')
    expect(hub.log()).toContain('hub.stopped')
    const verify = sm2Verifier(readFileSync(join(hub.keys, 'hub.pub.pem'), 'utf8'))
    const audit = await hub.look((query) => auditLedger(query, verify))
    expect(audit.faults).toEqual([])
    expect(audit.receipts).toBeGreaterThan(60)
    expect(audit.actions).toBe(4)
    const rows = await hub.look((query) =>
      query<{ operator: string; action: string; reason: string }>(
        'SELECT operator, action, reason FROM audit ORDER BY id',
      ),
    )
    const expected = ['replay', 'replay', 'skip', 'skip'].map((action) => ({
      operator: '王值班',
      action,
      reason: '与省平台核对后处理',
    }))
    expect(rows).toEqual(expected)
  })
})
