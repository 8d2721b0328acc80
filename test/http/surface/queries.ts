// What became of a message and of a case: a department sees its own, and nothing else.
import { expect, test, vi } from 'vitest'
import { buildMessage } from '../../../sandbox/department/message.ts'
import { type Running, signatories } from '../../hub/running.ts'
import { firstIn } from './accepted.ts'

type Delivery = { step: string; system: string; state: string; attempts: number }
type View = { id: string; type: string; source: string; deliveries: Delivery[] }

/** The unified query over a running hub. */
export function queryTests(hub: () => Running): void {
  const { housing, social, market } = signatories

  test('a message tells its deliveries and gives its receipt again', async () => {
    const message = buildMessage('housing', 'acceptance', { caseNo: '510700-20260610-000001' })
    const accepted = firstIn(await hub().post(housing, message))
    await vi.waitFor(
      async () => {
        const { json } = await hub().get(housing, `/v1/messages/${accepted.id}`)
        const view = json as View & { receipt: unknown }
        expect(view).toMatchObject({ id: accepted.id, type: 'case.accepted', source: 'housing' })
        expect(view.receipt).toEqual(accepted.receipt)
        expect(view.deliveries.map(({ step, system, state }) => [step, system, state]).sort()).toEqual([
          ['feed', 'province-feed', 'delivered'],
          ['province', 'province', 'delivered'],
          ['service', 'review', 'delivered'],
        ])
      },
      { timeout: 15_000, interval: 50 },
    )
  })

  test('nobody sees the message of another department', async () => {
    const message = buildMessage('social', 'acceptance', { caseNo: '510700-20260610-000002' })
    const { id } = firstIn(await hub().post(social, message))
    expect((await hub().get(social, `/v1/messages/${id}`)).status).toBe(200)
    for (const who of [housing, market, { key: 'province', algorithm: 'HMAC-SM3' } as const]) {
      const answer = await hub().get(who, `/v1/messages/${id}`)
      expect([answer.status, answer.text.includes('510700-20260610-000002')]).toEqual([404, false])
    }
  })

  test('a case that two departments work on: each sees its own messages, in order', async () => {
    const caseNo = '510700-20260610-000003'
    await hub().post(housing, buildMessage('housing', 'acceptance', { caseNo }))
    await hub().post(market, buildMessage('market', 'process', { caseNo }))
    await hub().post(housing, buildMessage('housing', 'material', { caseNo }))
    const typesFor = async (who: typeof housing | typeof market | typeof social): Promise<unknown> => {
      const { status, json } = await hub().get(who, `/v1/cases/${caseNo}`)
      return status === 200 ? (json as { messages: View[] }).messages.map(({ type }) => type) : status
    }
    expect(await typesFor(housing)).toEqual(['case.accepted', 'case.material'])
    expect(await typesFor(market)).toEqual(['case.process'])
    expect(await typesFor(social)).toBe(404)
  })

  test('queries need a signature', async () => {
    for (const path of ['/v1/messages/x', '/v1/cases/x', '/v1/feeds/province-cases']) {
      const { statusCode, body } = await hub().agent.request({ origin: hub().url, method: 'GET', path })
      expect([statusCode, ((await body.json()) as { code: string }).code]).toEqual([401, 'auth.missing'])
    }
  })
}
