// What a platform lost, made up and altered behind everybody's back is found by reconciliation, exactly that and nothing else;
// what is missing is sent again where its key has not gone on, and the next run is clean.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { reconcileCommand } from '../../cli/reconcile.ts'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { listen } from '../listen.ts'
import { type Difference, type Run, reconcile, settledAt, spoil } from './reconciling.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const why = { by: '王值班', reason: '月度对账' }
const cases = 12

describe.each(pairs)('reconciliation over $name', (pair) => {
  let hub: Running
  let day: string
  beforeAll(async () => {
    hub = await startRunning(pair)
    day = localDay(new Date())
    for (let n = 1; n <= cases; n++) await post(`510700-20260901-${String(n).padStart(6, '0')}`, 'acceptance')
    await settledAt(hub, 'province', cases)
  })
  afterAll(() => hub?.close())

  const post = async (caseNo: string, kind: 'acceptance' | 'material'): Promise<string> =>
    firstIn(await hub.post(signatories.housing, buildMessage('housing', kind, { caseNo }))).id
  const reconciled = (system = 'province', of = day): Promise<Run> =>
    reconcile(hub, { ...why, system, day: of })
  const named = (run: Run, kind: string): string[] =>
    run.differences.filter((each) => each.kind === kind).map(({ name }) => name.split(' ')[1] ?? '')

  test('nothing differs while nobody spoils anything', async () => {
    expect(await reconciled()).toMatchObject({
      state: 'done',
      sent: cases,
      received: cases,
      missing: 0,
      extra: 0,
      different: 0,
      differences: [],
    })
  })

  test('what was lost, made up and altered is found, and nothing else', async () => {
    const { lost, added, altered } = await spoil(hub, 'province', { lose: 3, add: 2, alter: 4 })
    const run = await reconciled()
    expect(run).toMatchObject({ state: 'done', sent: cases, missing: 3, extra: 2, different: 4 })
    expect(named(run, 'missing').sort()).toEqual([...lost].sort())
    expect(named(run, 'extra').sort()).toEqual([...added].sort())
    expect(named(run, 'different').sort()).toEqual([...altered].sort())
  })

  test('the report a bureau files names records, and nobody', async () => {
    const { json } = await hub.ops('GET', `/reconciliations?system=province&day=${day}&limit=1`)
    const [run] = (json as { reconciliations: Run[] }).reconciliations
    const whole = (await hub.ops('GET', `/reconciliations/${run?.id}`)).json as Run
    const paged: Difference[] = []
    for (let next: string | null = ''; next !== null; ) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`
      const { json } = await hub.ops('GET', `/reconciliations/${run?.id}?limit=2${after}`)
      const page = json as Run & { next: string | null }
      paged.push(...page.differences)
      next = page.next
    }
    expect(paged).toEqual(whole.differences)
    const { text, headers } = await hub.ops('GET', `/reconciliations/${run?.id}/report.csv`)
    expect(headers['content-type']).toContain('text/csv')
    expect(text).toContain('平台缺失 missing,3')
    expect(text.split('\r\n').filter((line) => line.startsWith('平台多出 extra,UP_'))).toHaveLength(2)
    expect(text).not.toMatch(/王小明|[0-9]{17}[0-9X]/)
  })

  test('missing ones are sent again but where their key went on; the next run finds only what is left', async () => {
    const run = await reconciled()
    const [first] = run.differences.filter(({ kind }) => kind === 'missing')
    // the case of the first goes on: its acceptance must not overwrite what came after
    const view = await hub.ops('GET', `/messages/${first?.message}`)
    const { key } = view.json as { key: string }
    await post(key, 'material')
    await settledAt(hub, 'province', cases + 1)
    const { json } = await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)
    expect(json).toEqual({ resent: 2, left: 1 })
    await vi.waitFor(async () => {
      expect(await reconciled()).toMatchObject({ missing: 1, extra: 2, different: 4 })
    }, 20_000)
    // sent again is there again
    expect((await hub.ops('GET', '/dead')).json).toMatchObject({ dead: [] })
    const { differences } = (await hub.ops('GET', `/reconciliations/${run.id}`)).json as Run
    const lost = differences.filter(({ kind }) => kind === 'missing')
    expect(lost.map(({ resolved }) => resolved).sort()).toEqual(['later', 'resent', 'resent'])
    expect(lost.find(({ resolved }) => resolved === 'later')?.message).toBe(first?.message)
    // once is enough
    expect((await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)).json).toEqual({
      resent: 0,
      left: 0,
    })
  })

  test('the command tells the same, and ends with 1 while something differs', async () => {
    const { output, said } = listen()
    const args = [
      '--system',
      'province',
      '--day',
      day,
      '--by',
      '王值班',
      '--why',
      '核对',
      '--hub',
      hub.url,
      '--json',
    ]
    expect(await reconcileCommand(args, { QIAO_KEYS: hub.keys }, output)).toBe(1)
    expect(JSON.parse(said())).toMatchObject({ reconciliations: [{ state: 'done', extra: 2, different: 4 }] })
    expect(await reconcileCommand(['--system', 'province'], { QIAO_KEYS: hub.keys }, output)).toBe(2)
  })

  test('a platform that does not answer, a system that tells nothing, nobody who asks', async () => {
    hub.sandbox.fault({ system: 'province', fault: '5xx', every: 1 })
    expect(await reconciled()).toMatchObject({ state: 'failed', reason: expect.stringContaining('page 1') })
    hub.sandbox.fault({ system: 'province', off: true })
    expect(await hub.ops('POST', '/reconciliations', { ...why, system: 'eseal', day })).toMatchObject({
      status: 409,
      json: { code: 'reconcile.none' },
    })
    expect(await hub.ops('POST', '/reconciliations', { system: 'province', day })).toMatchObject({
      status: 400,
    })
    expect(await hub.ops('GET', '/reconciliations/x')).toMatchObject({ status: 404 })
  })

  test('what a later one of its key is on its way behind stays too', async () => {
    const caseNo = '510700-20260901-000088'
    const id = await post(caseNo, 'acceptance')
    await vi.waitFor(async () => {
      const { json } = await hub.ops('GET', `/messages/${id}`)
      const { deliveries } = json as { deliveries: { step: string; state: string }[] }
      expect(deliveries.find(({ step }) => step === 'province')?.state).toBe('delivered')
    }, 20_000)
    const records = await hub.agent.request({
      origin: hub.sandbox.url,
      path: '/control/records?system=province',
      method: 'GET',
    })
    const { length } = ((await records.body.json()) as { records: unknown[] }).records
    await spoil(hub, 'province', { lose: length })
    const run = await reconciled()
    // the platform stands still: what comes next is ready, and may be on its way
    hub.sandbox.fault({ system: 'province', fault: '5xx', every: 1 })
    await post(caseNo, 'material')
    await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)
    hub.sandbox.fault({ system: 'province', off: true })
    const { differences } = (await hub.ops('GET', `/reconciliations/${run.id}`)).json as Run
    expect(differences.find(({ message }) => message === id)).toMatchObject({
      kind: 'missing',
      resolved: 'later',
    })
  })
})
