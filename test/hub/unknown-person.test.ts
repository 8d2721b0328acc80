// No reply came, and the platform can neither be asked nor be trusted to recognise what it has: an operator decides.
// The review and the seal platform are such ones here, and they are forgetful.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { replayCommand } from '../../cli/replay.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { verifyingKey } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { codeOf } from '../http/surface/accepted.ts'
import { listen } from '../listen.ts'
import type { Answer } from './client.ts'
import { type Doubtful, patience, startDoubtful } from './doubtful.ts'
import { pairs } from './stores.ts'

const by = { by: '王值班', reason: '已电话向平台核实' }
const asking = ['review', 'eseal'].map(
  (system) => [`systems/${system}.yaml`, 'repeat: safe', 'repeat: ask'] as const,
)

describe.each(pairs)('requests in doubt over $name, decided', (pair) => {
  let city: Doubtful
  let cases = 0
  beforeAll(async () => {
    city = await startDoubtful(pair, asking)
  })
  afterAll(() => city?.close())

  const newCase = (): string => `510700-20260704-${String(++cases).padStart(6, '0')}`
  const record = (kind: Kind, caseNo: string) => buildMessage('housing', kind, { caseNo })
  const act = (id: string, step: string, action: string, body: object = {}): Promise<Answer> =>
    city.hub.ops('POST', `/deliveries/${id}/${step}/${action}`, { ...by, ...body })
  const services = (): number => city.hub.sandbox.received().systems.review?.tables.service ?? 0
  /** an acceptance whose service record may have arrived */
  const inDoubt = async (caseNo: string, fault: 'reset' | 'reset-before'): Promise<string> => {
    city.faults('review', fault)
    const id = await city.post(record('acceptance', caseNo))
    await city.becomes(id, { service: 'dead', province: 'delivered' })
    return id
  }

  test('it arrived: the key waits, the advice says what to do, a confirmation lets it go on', async () => {
    const caseNo = newCase()
    const before = services()
    const id = await inDoubt(caseNo, 'reset')
    const { advice, attempts } = await city.dossier(id, 'service')
    expect(advice).toMatchObject({
      cause: 'unknown',
      en: expect.stringContaining('confirm'),
      zh: expect.stringContaining('确认送达'),
    })
    expect(attempts).toEqual([expect.objectContaining({ outcome: 'unknown', status: null })])
    const [letter] = ((await city.hub.ops('GET', `/dead?key=${caseNo}`)).json as { dead: object[] }).dead
    expect(letter).toMatchObject({ step: 'service', reason: expect.stringMatching(/^对方可能已收到，.*: ./) })

    const next = await city.post(record('completion', caseNo))
    await city.becomes(next, { province: 'delivered', service: 'ready' })
    const { blocked } = (await city.hub.ops('GET', '/blocked?system=review')).json as { blocked: object[] }
    expect(blocked).toContainEqual(expect.objectContaining({ key: caseNo, state: 'dead', behind: 1 }))

    const answer = await act(id, 'service', 'confirm')
    expect([answer.status, answer.json]).toEqual([
      200,
      { message: id, step: 'service', action: 'confirm', state: 'delivered' },
    ])
    await city.becomes(next, { service: 'delivered' })
    expect(await city.becomes(id, { service: 'delivered' })).toMatchObject({
      service: { attempts: 1, reason: null },
    })
    expect(services()).toBe(before + 2)
    // what is done is done
    expect(codeOf(await act(id, 'service', 'confirm'))).toBe('ops.state')
  })

  test('it did not arrive: a replay sends it again from its place', async () => {
    const caseNo = newCase()
    const before = services()
    const id = await inDoubt(caseNo, 'reset-before')
    const next = await city.post(record('completion', caseNo))
    expect((await act(id, 'service', 'replay')).status).toBe(200)
    await city.becomes(next, { service: 'delivered' })
    expect(await city.outcomes(id, 'service')).toEqual(['unknown', 'delivered'])
    expect(services()).toBe(before + 2)
  })

  test('what a replay leaves in doubt again, is decided again', async () => {
    const id = await inDoubt(newCase(), 'reset-before')
    city.faults('review', 'failure200', 'reset')
    await act(id, 'service', 'replay')
    await vi.waitFor(
      async () => expect(await city.outcomes(id, 'service')).toEqual(['unknown', 'busy', 'unknown']),
      patience,
    )
    await city.becomes(id, { service: 'dead' })
    expect((await act(id, 'service', 'confirm')).status).toBe(200)
  })

  test('a skip lets the key go on', async () => {
    const caseNo = newCase()
    const id = await inDoubt(caseNo, 'reset')
    const next = await city.post(record('completion', caseNo))
    expect((await act(id, 'service', 'skip')).json).toMatchObject({ state: 'skipped' })
    await city.becomes(next, { service: 'delivered' })
    expect(await city.outcomes(id, 'service')).toEqual(['unknown'])
  })

  test('it cannot be corrected: what may have arrived is what was sent', async () => {
    const id = await inDoubt(newCase(), 'reset')
    const wish = { patch: { applicant: { mobile: '13800000000' } } }
    for (const answer of [
      await act(id, 'service', 'correction', wish),
      await city.hub.ops('POST', `/deliveries/${id}/service/correction/preview`, wish),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([409, 'ops.state'])
      expect(answer.json).toMatchObject({ detail: expect.stringContaining('confirm or replay it first') })
    }
    expect((await act(id, 'service', 'confirm')).status).toBe(200)
  })

  test('a replay of many leaves it, unless it is named', async () => {
    const caseNo = newCase()
    const id = await inDoubt(caseNo, 'reset-before')
    const many = async (filter: object) =>
      (
        await city.hub.ops('POST', '/dead/replay', {
          ...by,
          dryRun: false,
          filter: { key: caseNo, ...filter },
        })
      ).json
    expect(await many({})).toMatchObject({ replayed: 0, remaining: 0, inDoubt: 1 })
    const { dead } = (await city.hub.ops('GET', `/dead?key=${caseNo}&doubt=true`)).json as { dead: object[] }
    expect(dead).toEqual([expect.objectContaining({ message: id, doubt: true })])
    expect((await city.hub.ops('GET', '/dead?doubt=maybe')).status).toBe(400)

    const { output, said } = listen()
    const settings = { QIAO_KEYS: city.hub.keys, QIAO_PORT: new URL(city.hub.url).port }
    const args = ['--key', caseNo, '--by', by.by, '--why', by.reason]
    expect(await replayCommand([...args, '--dry-run'], settings, output)).toBe(0)
    expect(said()).toContain('1 may have arrived and were left: ask the platform, then --doubt')
    expect(await replayCommand([...args, '--doubt'], settings, output)).toBe(0)
    expect(said()).toContain('1 replayed, 0 left')
    await city.becomes(id, { service: 'delivered' })
    expect(await city.outcomes(id, 'service')).toEqual(['unknown', 'delivered'])
  })

  test('only what may have arrived can be confirmed', async () => {
    const early = await city.post(record('process', newCase()))
    await city.becomes(early, { province: 'dead' })
    expect(codeOf(await act(early, 'province', 'confirm'))).toBe('ops.state')
    await city.becomes(early, { province: 'dead' })
    expect((await act(early, 'province', 'skip')).status).toBe(200)
  })

  test('nor can what a later step needs: only the platform has the seal', async () => {
    const id = await city.post(record('licence', newCase())).then(async (first) => {
      await city.becomes(first, { seal: 'delivered', store: 'delivered' })
      city.faults('eseal', 'reset-before')
      return city.post(record('licence', newCase()))
    })
    await city.becomes(id, { seal: 'dead', store: 'held' })
    const refused = await act(id, 'seal', 'confirm')
    expect([refused.status, codeOf(refused)]).toEqual([409, 'ops.state'])
    expect(refused.json).toMatchObject({ detail: expect.stringContaining('needs its result') })
    await act(id, 'seal', 'replay')
    await city.becomes(id, { seal: 'delivered', store: 'delivered' })
  })

  test('nothing was done twice that nobody decided, and every decision is audited with who and why', async () => {
    expect(city.violations('review')).toEqual([])
    expect(city.violations('eseal')).toEqual([])
    await city.hub.stop()
    const key = verifyingKey(readFileSync(join(city.hub.keys, 'hub.pub.pem'), 'utf8'))
    const { actions, faults } = await city.hub.look(async (query) => {
      const actions = await query(
        `SELECT action, operator, reason, count(*)::int AS n FROM audit GROUP BY 1, 2, 3 ORDER BY action`,
      )
      const { faults } = await auditLedger(query, (data, signature) => sm2Verify(key, data, signature))
      return { actions, faults }
    })
    const who = { operator: by.by, reason: by.reason }
    expect(actions).toEqual([
      { action: 'confirm', ...who, n: 3 },
      { action: 'replay', ...who, n: 4 },
      { action: 'replay-many', ...who, n: 2 },
      { action: 'skip', ...who, n: 2 },
    ])
    expect(faults).toEqual([])
  })
})
