// Every system that tells what it received is reconciled by the words of its own file: what it lost, made up and altered is
// found, and what is missing is there again after it was sent again.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

type Difference = { kind: string; name: string; resolved: string | null }
type Run = Record<'sent' | 'received' | 'missing' | 'extra' | 'different', number> & {
  id: string
  state: string
  reason: string | null
  differences: Difference[]
}

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
    }
    await done('elicence', records)
    await done('supervision', records)
  })
  afterAll(() => hub?.close())

  const done = (system: string, count: number): Promise<void> =>
    vi.waitFor(
      async () => {
        const { json } = await hub.ops('GET', '/systems')
        const { systems } = json as { systems: { system: string; delivered: number; duplicate: number }[] }
        const found = systems.find((row) => row.system === system)
        expect((found?.delivered ?? 0) + (found?.duplicate ?? 0)).toBe(count)
      },
      { timeout: 20_000, interval: 50 },
    )
  const reconcile = async (system: string): Promise<Run> => {
    const begun = await hub.ops('POST', '/reconciliations', { ...why, system, day })
    expect(begun.status, begun.text).toBe(200)
    return vi.waitFor(
      async () => {
        const run = (await hub.ops('GET', `/reconciliations/${(begun.json as Run).id}`)).json as Run
        expect(run.state).not.toBe('running')
        return run
      },
      { timeout: 20_000, interval: 50 },
    )
  }
  const spoil = async (
    system: string,
    wish: object,
  ): Promise<Record<'lost' | 'added' | 'altered', string[]>> => {
    const body = JSON.stringify({ system, ...wish })
    const request = { origin: hub.sandbox.url, path: '/control/spoil', method: 'POST', body } as const
    return (await (await hub.agent.request(request)).body.json()) as Record<
      'lost' | 'added' | 'altered',
      string[]
    >
  }
  const named = (run: Run, kind: string): string[] =>
    run.differences.filter((each) => each.kind === kind).map(({ name }) => name)

  test.each(['elicence', 'supervision'])('%s', async (system) => {
    const clean = {
      state: 'done',
      reason: null,
      sent: records,
      received: records,
      missing: 0,
      extra: 0,
      different: 0,
    }
    expect(await reconcile(system)).toMatchObject(clean)

    const { lost, added, altered } = await spoil(system, { lose: 2, add: 1, alter: 3 })
    const run = await reconcile(system)
    expect(run).toMatchObject({ state: 'done', sent: records, missing: 2, extra: 1, different: 3 })
    expect(named(run, 'missing').sort()).toEqual([...lost].sort())
    expect(named(run, 'extra')).toEqual(added)
    expect(named(run, 'different').sort()).toEqual([...altered].sort())

    const { json } = await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)
    expect(json).toEqual({ resent: 2, left: 0 })
    await done(system, records)
    expect(await reconcile(system)).toMatchObject({ missing: 0, extra: 1, different: 3 })
    expect((await hub.ops('GET', `/dead?system=${system}`)).json).toMatchObject({ dead: [] })
  })
})
