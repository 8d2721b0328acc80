// Every system that tells what it received is reconciled by the words of its own file: what it lost, made up and altered is
// found, and what is missing is there again after it was sent again.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Run, reconcile, settledAt, spoil } from './reconciling.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const why = { by: '王值班', reason: '每月对账' }
const records = 9

describe.each(pairs)('reconciliation of every system over $name', (pair) => {
  let hub: Running
  const day = localDay(new Date())
  beforeAll(async () => {
    hub = await startRunning(pair)
    for (let n = 1; n <= records; n++) {
      const number = String(n).padStart(6, '0')
      const licence = buildMessage('social', 'licence', { caseNo: `510700-20260902-${number}` })
      const inspection = buildMessage('market', 'inspection', { caseNo: `510700-20260903-${number}` })
      expect((await hub.post(signatories.social, licence)).status).toBe(202)
      expect((await hub.post(signatories.market, inspection)).status).toBe(202)
      const acceptance = buildMessage('housing', 'acceptance', { caseNo: `510700-20260904-${number}` })
      expect((await hub.post(signatories.housing, acceptance)).status).toBe(202)
    }
    // refused, for the platform knows no such service: a line of its log that is no record
    const stray = buildMessage('housing', 'review', { caseNo: '510700-20260904-000099' })
    expect((await hub.post(signatories.housing, stray)).status).toBe(202)
    await settledAt(hub, 'elicence', records)
    await settledAt(hub, 'supervision', records)
    await settledAt(hub, 'review', records)
    await vi.waitFor(async () => {
      expect((await hub.ops('GET', '/dead?system=review')).json).toMatchObject({
        dead: [{ type: 'review.submitted' }],
      })
    }, 10_000)
  })
  afterAll(() => hub?.close())

  const reconciled = (system: string): Promise<Run> => reconcile(hub, { ...why, system, day })
  const named = (run: Run, kind: string): string[] =>
    run.differences.filter((each) => each.kind === kind).map(({ name }) => name)
  // the log of the review platform names a record by its kind, case and count
  const nameOf = (system: string, id: string): string =>
    system === 'review' ? `service ${id.includes('|') ? id.replace('|', ' ') : `${id} 1`}` : id

  test.each(['elicence', 'supervision', 'review'])('%s', async (system) => {
    const names = (ids: readonly string[]): string[] => ids.map((id) => nameOf(system, id)).sort()
    const clean = {
      state: 'done',
      reason: null,
      sent: records,
      received: records,
      missing: 0,
      extra: 0,
      different: 0,
    }
    expect(await reconciled(system)).toMatchObject(clean)

    const { lost, added, altered } = await spoil(hub, system, { lose: 2, add: 1, alter: 3 })
    const run = await reconciled(system)
    expect(run).toMatchObject({ state: 'done', sent: records, missing: 2, extra: 1, different: 3 })
    expect(named(run, 'missing').sort()).toEqual(names(lost))
    expect(named(run, 'extra')).toEqual(names(added))
    expect(named(run, 'different').sort()).toEqual(names(altered))

    const { json } = await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)
    expect(json).toEqual({ resent: 2, left: 0 })
    await settledAt(hub, system, records)
    expect(await reconciled(system)).toMatchObject({ missing: 0, extra: 1, different: 3 })
    const { dead } = (await hub.ops('GET', `/dead?system=${system}`)).json as { dead: unknown[] }
    expect(dead).toHaveLength(system === 'review' ? 1 : 0)
  })
})
