// What a running hub answers is what /openapi.json says it answers.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ShapeName, shapes } from '../../core/http/openapi/shapes.ts'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Answer, send, signedHeaders } from '../hub/client.ts'
import { type Running, signatories, startRunning } from '../hub/running.ts'
import { pairs } from '../hub/stores.ts'

type Document = {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: Content }> }>>
  components: { responses: Record<string, { content?: Content }> }
}
type Content = Record<string, { schema: { $ref?: string; allOf?: { $ref?: string }[] } }>

describe('a hub answers as its OpenAPI document says', () => {
  let hub: Running
  let document: Document
  beforeAll(async () => {
    const [pair] = pairs
    if (!pair) throw new Error('no stores')
    hub = await startRunning(pair)
    const answer = await hub.agent.request({ origin: hub.url, method: 'GET', path: '/openapi.json' })
    document = (await answer.body.json()) as Document
  })
  afterAll(() => hub?.close())

  /** Holds an answer against the document; gives it back. */
  const check = (path: string, method: string, answer: Answer): Answer => {
    const found = document.paths[path]?.[method]?.responses[answer.status]
    expect(found, `${method} ${path} ${answer.status}`).toBeDefined()
    const response = found?.$ref ? document.components.responses[found.$ref.replace(/^.*\//, '')] : found
    const [[type = '', { schema }] = ['', { schema: {} }]] = Object.entries(response?.content ?? {})
    expect(answer.headers['content-type']).toContain(type)
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref ?? ''
    const shape = shapes[ref.replace(/^.*\//, '') as ShapeName]
    expect(shape.safeParse(answer.json).error?.message, `${method} ${path}`).toBeUndefined()
    return answer
  }
  const plain = async (path: string): Promise<Answer> => send(hub.agent, hub.url + path, 'GET', {})
  const province = { key: 'province', algorithm: 'HMAC-SM3' } as const

  test('to the public', async () => {
    check('/healthz', 'get', await plain('/healthz'))
    check('/readyz', 'get', await plain('/readyz'))
  })

  test('to a department', async () => {
    const { housing } = signatories
    const caseNo = '510700-20260610-000001'
    const message = buildMessage('housing', 'acceptance', { caseNo })
    const first = check('/v1/housing/acceptance', 'post', await hub.post(housing, message))
    expect(first.status).toBe(202)
    const [accepted] = (first.json as { messages: { id: string }[] }).messages
    check('/v1/housing/acceptance', 'post', await hub.post(housing, message))
    check('/v1/housing/acceptance', 'post', await hub.post(housing, { ...message, body: Buffer.from('{') }))
    const invalid = await hub.post(housing, { ...message, body: Buffer.from('{"application":{}}') })
    expect(check('/v1/housing/acceptance', 'post', invalid).status).toBe(422)
    const text = await hub.post(housing, { ...message, contentType: 'text/plain' })
    expect(check('/v1/housing/acceptance', 'post', text).status).toBe(415)
    expect(check('/v1/housing/acceptance', 'post', await hub.post(signatories.market, message)).status).toBe(
      403,
    )
    const nonce = 'a'.repeat(32)
    await hub.post(housing, message, nonce)
    expect(check('/v1/housing/acceptance', 'post', await hub.post(housing, message, nonce)).status).toBe(401)
    check('/v1/messages/{id}', 'get', await hub.get(housing, `/v1/messages/${accepted?.id}`))
    check('/v1/messages/{id}', 'get', await hub.get(housing, '/v1/messages/x'))
    check('/v1/cases/{caseNo}', 'get', await hub.get(housing, `/v1/cases/${caseNo}`))
    check('/v1/cases/{caseNo}', 'get', await plain(`/v1/cases/${caseNo}`))
  })

  test('to the puller of a feed', async () => {
    const path = '/v1/feeds/province-cases'
    await vi.waitFor(async () => {
      const page = check('/v1/feeds/{dataset}', 'get', await hub.get(province, path))
      expect((page.json as { records: unknown[] }).records.length).toBeGreaterThan(0)
    }, 15_000)
    check('/v1/feeds/{dataset}', 'get', await hub.get(province, `${path}?after=x`))
    check('/v1/feeds/{dataset}', 'get', await hub.get(signatories.housing, path))
    for (const [text, status] of [
      ['{"cursor":"0"}', 200],
      ['{}', 400],
      ['{"cursor":"x"}', 400],
    ] as const) {
      const body = Buffer.from(text)
      const headers = signedHeaders(hub.keys, province, { method: 'POST', path: `${path}/ack`, body })
      const answer = await send(hub.agent, `${hub.url}${path}/ack`, 'POST', headers, body)
      expect(check('/v1/feeds/{dataset}/ack', 'post', answer).status).toBe(status)
    }
  })

  type Post = (path: string, at: string, body: object, status: number) => Promise<unknown>
  /** every answer about supplement tasks */
  const supplementAnswers = async (post: Post, why: object): Promise<void> => {
    const tasks = '/ops/supplements'
    const none = { TaskNo: 'T1', Records: [{ Table: 'UP_PRO_ACCEPT', RowGuid: 'none' }] }
    const body = Buffer.from(JSON.stringify({ system: 'province', tasks: [none] }))
    await send(hub.agent, `${hub.sandbox.url}/control/supplements`, 'POST', {}, body)
    await post('/supplements', tasks, { ...why, system: 'province' }, 200)
    await post('/supplements', tasks, { ...why, system: 'eseal' }, 409)
    await post('/supplements', tasks, { ...why, system: 1 }, 400)
    hub.sandbox.fault({ system: 'province', fault: '5xx', every: 1 })
    await post('/supplements', tasks, { ...why, system: 'province' }, 502)
    hub.sandbox.fault({ system: 'province', off: true })
    const { json } = check(tasks, 'get', await hub.ops('GET', '/supplements?system=province'))
    const [task] = (json as { supplements: { id: string }[] }).supplements
    check(tasks, 'get', await hub.ops('GET', '/supplements?state=x'))
    await vi.waitFor(async () => {
      const report = check(`${tasks}/{id}`, 'get', await hub.ops('GET', `/supplements/${task?.id}`))
      expect(report.json).toMatchObject({ state: 'done', list: [{ state: 'unknown' }] })
    }, 15_000)
    check(`${tasks}/{id}`, 'get', await hub.ops('GET', '/supplements/x'))
    await post(`/supplements/${task?.id}/execute`, `${tasks}/{id}/execute`, why, 409)
    await post('/supplements/x/execute', `${tasks}/{id}/execute`, why, 404)
  }

  /** every answer a correction and a replay of many may get; the delivery is dead before and after */
  const correctionAnswers = async (delivery: string, why: object): Promise<void> => {
    const correction = '/ops/deliveries/{message}/{step}/correction'
    const post = async (path: string, at: string, body: object, status: number): Promise<unknown> => {
      const answer = check(at, 'post', await hub.ops('POST', path, body))
      expect(answer.status).toBe(status)
      return answer.json
    }
    const patch = { handler: { name: '更正' } }
    await post(`${delivery}/correction/preview`, `${correction}/preview`, { patch }, 200)
    await post(`${delivery}/correction/preview`, `${correction}/preview`, { patch: { none: 1 } }, 422)
    await post(`${delivery}/correction`, correction, { patch }, 400)
    await post(`${delivery}/correction`, correction, { ...why, patch: { caseNo: null } }, 422)
    await post('/deliveries/x/y/correction', correction, { ...why, patch }, 404)
    const replay = '/ops/dead/replay'
    await post('/dead/replay', replay, { ...why, filter: { key: 'none' } }, 200)
    await post('/dead/replay', replay, { ...why, filter: { nothing: 'x' } }, 400)
    const { run } = (await post(
      '/dead/replay',
      replay,
      { ...why, filter: { key: 'none' }, dryRun: false },
      200,
    )) as { run: string }
    await post(`/dead/replay/${run}`, `${replay}/{run}`, why, 200)
    await post('/dead/replay/x', `${replay}/{run}`, why, 404)
    check('/ops/blocked', 'get', await hub.ops('GET', '/blocked?system=province'))
    const runs = '/ops/reconciliations'
    const wish = { ...why, system: 'province', day: localDay(new Date()) }
    const { id } = (await post('/reconciliations', runs, wish, 200)) as { id: string }
    await post('/reconciliations', runs, { ...wish, system: 'eseal' }, 409)
    await post('/reconciliations', runs, { ...wish, day: 'x' }, 400)
    await vi.waitFor(async () => {
      const { json } = check(`${runs}/{id}`, 'get', await hub.ops('GET', `/reconciliations/${id}`))
      expect((json as { state: string }).state).toBe('done')
    }, 15_000)
    check(runs, 'get', await hub.ops('GET', '/reconciliations?system=province'))
    check(runs, 'get', await hub.ops('GET', '/reconciliations?day=x'))
    check(`${runs}/{id}`, 'get', await hub.ops('GET', '/reconciliations/x'))
    await post(`/reconciliations/${id}/resend`, `${runs}/{id}/resend`, why, 200)
    await post('/reconciliations/x/resend', `${runs}/{id}/resend`, why, 404)
    check('/ops/blocked', 'get', await hub.ops('GET', '/blocked?after=x'))
    for (const by of ['department', 'item', 'day', 'system'])
      check('/ops/coverage', 'get', await hub.ops('GET', `/coverage?by=${by}&system=province`))
    for (const wrong of ['from=x', 'by=case', 'from=2026-02-01&to=2026-01-01', 'from=2020-01-01', 'of=x'])
      expect(check('/ops/coverage', 'get', await hub.ops('GET', `/coverage?${wrong}`)).status).toBe(400)
    await supplementAnswers(post, why)
  }

  test('to an operator', async () => {
    // a step of a case that the province does not know is refused at once
    const caseNo = '510700-20260610-000009'
    await hub.post(signatories.housing, buildMessage('housing', 'process', { caseNo }))
    const dead = await vi.waitFor(async () => {
      const { json } = check('/ops/dead', 'get', await hub.ops('GET', '/dead'))
      const [letter] = (json as { dead: { message: string; step: string }[] }).dead
      if (!letter) throw new Error('none yet')
      return letter
    }, 15_000)
    check('/ops/systems', 'get', await hub.ops('GET', '/systems'))
    check('/ops/health', 'get', await hub.ops('GET', '/health'))
    check('/ops/systems', 'get', await hub.ops('GET', '/systems', undefined, null))
    check('/ops/receipts', 'get', await hub.ops('GET', '/receipts'))
    check('/ops/cases/{key}', 'get', await hub.ops('GET', `/cases/${caseNo}`))
    check('/ops/messages/{id}', 'get', await hub.ops('GET', `/messages/${dead.message}`))
    check('/ops/messages/{id}', 'get', await hub.ops('GET', '/messages/x'))
    const delivery = `/deliveries/${dead.message}/${dead.step}`
    check('/ops/deliveries/{message}/{step}', 'get', await hub.ops('GET', delivery))
    const why = { by: '王值班', reason: '核对后处理' }
    const reveal = '/ops/deliveries/{message}/{step}/reveal'
    expect(check(reveal, 'post', await hub.ops('POST', `${delivery}/reveal`, {})).status).toBe(400)
    expect(check(reveal, 'post', await hub.ops('POST', `${delivery}/reveal`, why)).status).toBe(200)
    expect(check(reveal, 'post', await hub.ops('POST', '/deliveries/x/y/reveal', why)).status).toBe(404)
    await correctionAnswers(delivery, why)
    const act = '/ops/deliveries/{message}/{step}/{action}'
    expect(check(act, 'post', await hub.ops('POST', `${delivery}/skip`, {})).status).toBe(400)
    expect(check(act, 'post', await hub.ops('POST', `${delivery}/skip`, why)).status).toBe(200)
    expect(check(act, 'post', await hub.ops('POST', `${delivery}/skip`, why)).status).toBe(409)
    check('/ops/mappings', 'get', await hub.ops('GET', '/mappings'))
    check('/ops/mappings/reload', 'post', await hub.ops('POST', '/mappings/reload', why))
    check('/ops/mappings', 'get', await hub.ops('GET', '/mappings'))
  })
})
