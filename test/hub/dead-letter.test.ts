// A platform refuses: the delivery waits for a person, what comes after it in its case waits with it, the rest goes on.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { changed, message } from '../http/bad/row.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { type Posting, type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

type Delivery = { step: string; state: string; attempts: number; reason: string | null }
type Dead = { message: string; step: string; key: string; blocked: number; reason: string }

const why = { by: '王值班', reason: '省平台已电话确认' }

describe.each(pairs)('dead letters over $name', (pair) => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(pair)
  })
  afterAll(() => hub?.close())

  const post = async (posting: Posting): Promise<string> =>
    firstIn(await hub.post(signatories.housing, posting)).id
  const record = (kind: Kind, caseNo: string): Posting => buildMessage('housing', kind, { caseNo })
  const deliveries = async (id: string): Promise<Record<string, Delivery>> => {
    const { json } = await hub.ops('GET', `/messages/${id}`)
    return Object.fromEntries(
      (json as { deliveries: Delivery[] }).deliveries.map((each) => [each.step, each]),
    )
  }
  const letters = async (): Promise<Dead[]> => ((await hub.ops('GET', '/dead')).json as { dead: Dead[] }).dead
  /** waits until the steps of a message are in these states */
  const becomes = (id: string, states: Record<string, string>): Promise<Record<string, Delivery>> =>
    vi.waitFor(
      async () => {
        const found = await deliveries(id)
        expect(
          Object.fromEntries(Object.entries(found).map(([step, { state }]) => [step, state])),
        ).toMatchObject(states)
        return found
      },
      { timeout: 20_000, interval: 50 },
    )

  test('a record out of order dies, its case waits, a skip lets the case go on in order', async () => {
    const caseNo = '510700-20260701-000001'
    const early = await post(record('process', caseNo))
    const { province } = await becomes(early, { province: 'dead', feed: 'delivered' })
    expect(province).toMatchObject({ attempts: 1, reason: expect.stringContaining('尚无受理信息') })

    const acceptance = await post(record('acceptance', caseNo))
    const material = await post(record('material', caseNo))
    const other = await post(record('acceptance', '510700-20260701-000002'))
    await becomes(other, { province: 'delivered' })
    // other systems take the case; the province does not
    const waiting = await becomes(acceptance, { feed: 'delivered', service: 'delivered' })
    expect(waiting.province).toMatchObject({ state: 'ready', attempts: 0 })
    expect(await letters()).toEqual([
      expect.objectContaining({ message: early, step: 'province', key: caseNo, blocked: 2 }),
    ])

    const { json } = await hub.ops('POST', `/deliveries/${early}/province/skip`, why)
    expect(json).toMatchObject({ state: 'skipped' })
    await becomes(acceptance, { province: 'delivered' })
    await becomes(material, { province: 'delivered' })
    expect(await letters()).toEqual([])
    const { violations, tables } = hub.sandbox.received().systems.province ?? {}
    expect(tables).toMatchObject({ UP_PRO_ACCEPT: 2, UP_PRO_MATERIAL: 1 })
    // the one that was sent on purpose
    expect(violations).toEqual([expect.stringContaining(`${caseNo} UP_PRO_PROCESS`)])
  })

  test('a seal that is refused holds the licence back; without the seal the licence is not stored', async () => {
    const completion = message('housing', 'completion', 'company')
    const document = JSON.parse(completion.body.toString('utf8')) as { licence?: object }
    expect(document.licence).toBeDefined()
    await post(message('housing', 'acceptance', 'company'))
    const id = await post(changed(completion, { 'licence.sealCode': '5107000000008' })) // frozen
    const states = await becomes(id, {
      province: 'delivered',
      service: 'delivered',
      seal: 'dead',
      store: 'held',
    })
    expect(states.store?.attempts).toBe(0)
    expect(states.seal?.reason).toMatch(/./)

    await hub.ops('POST', `/deliveries/${id}/seal/skip`, why)
    const { store } = await becomes(id, { seal: 'skipped', store: 'dead' })
    expect(store?.reason).toBe('mapping elicence/directory: signedValue: required')
    expect(hub.sandbox.received().systems.elicence?.received).toBe(0)
  })

  test('a platform that is down is no dead letter: the delivery comes again by itself', async () => {
    hub.sandbox.fault({ system: 'province', fault: '5xx', times: 2 })
    hub.sandbox.fault({ system: 'review', fault: 'reset', times: 1 })
    const id = await post(record('acceptance', '510700-20260701-000003'))
    const { province, service } = await becomes(id, { province: 'delivered', service: 'duplicate' })
    expect(province?.attempts).toBe(3)
    expect(service?.attempts).toBe(2)
    const { json } = await hub.ops('GET', `/deliveries/${id}/province`)
    expect(json).toMatchObject({
      attempts: [
        { outcome: 'transport', status: 503 },
        { outcome: 'transport', status: 503 },
        { outcome: 'delivered', status: 200 },
      ],
    })
  })

  test('the log tells every refusal, and nobody by name or number', () => {
    const log = hub.log()
    expect(log.match(/"event":"delivery.attempted".*"state":"dead"/g)).toHaveLength(3)
    const people = ['acceptance', 'completion'] as const
    for (const kind of people) {
      const { applicant } = JSON.parse(message('housing', kind, 'company').body.toString('utf8')) as {
        applicant: { name: string; certNo: string; mobile: string; legalPerson: string }
      }
      for (const word of [applicant.name, applicant.certNo, applicant.mobile, applicant.legalPerson])
        expect(log).not.toContain(word)
    }
  })
})
