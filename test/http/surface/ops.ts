// The operator API: only with the credential, nothing without who and why, and everything audited.
import { describe, expect, test, vi } from 'vitest'
import { buildMessage, type Message } from '../../../sandbox/department/message.ts'
import { type Running, signatories } from '../../hub/running.ts'
import { senders } from '../../sandbox/client.ts'
import { acceptance } from '../../sandbox/records.ts'
import { codeOf, firstIn } from './accepted.ts'

type Dead = {
  message: string
  step: string
  system: string
  key: string
  reason: string
  blocked: number
  attempts: number
}
type Dossier = {
  state: string
  original: string
  canonical: unknown
  mapped: unknown
  attempts: { outcome: string; status: number }[]
}

const why = { by: '王值班', reason: '与省平台核对后处理' }

/** The operator API over a running hub. */
export function opsTests(hub: () => Running): void {
  const dead = async (key: string): Promise<Dead | undefined> => {
    const { json } = await hub().ops('GET', '/dead')
    return (json as { dead: Dead[] }).dead.find((each) => each.key === key)
  }
  /** A step of a case that the province does not know yet: it is refused at once. */
  const deadLetter = async (caseNo: string): Promise<{ letter: Dead; message: Message; path: string }> => {
    const message = buildMessage('housing', 'process', { caseNo })
    firstIn(await hub().post(signatories.housing, message))
    const letter = await vi.waitFor(
      async () => {
        const found = await dead(caseNo)
        if (!found) throw new Error('not dead yet')
        return found
      },
      { timeout: 15_000, interval: 50 },
    )
    return { letter, message, path: `/deliveries/${letter.message}/${letter.step}` }
  }
  const act = (path: string, body: unknown = why) => hub().ops('POST', path, body)

  describe('operators', () => {
    test.each(['/systems', '/dead', '/receipts', '/cases/x', '/messages/x', '/deliveries/x/y', '/nothing'])(
      '%s needs the credential',
      async (path) => {
        for (const secret of [null, 'wrong', '', 'operator']) {
          const answer = await hub().ops('GET', path, undefined, secret)
          expect([answer.status, codeOf(answer)]).toEqual([401, 'ops.unauthorised'])
        }
      },
    )

    test('acting needs it too, and it is no department credential', async () => {
      const path = '/deliveries/00000000-0000-7000-8000-000000000000/province/skip'
      expect(codeOf(await hub().ops('POST', path, why, null))).toBe('ops.unauthorised')
      const signed = await hub().get(signatories.housing, '/ops/systems')
      expect(codeOf(signed)).toBe('ops.unauthorised')
    })

    test('systems shows what each was owed and got', async () => {
      const { json } = await hub().ops('GET', '/systems')
      const { systems, departments } = json as { systems: Record<string, unknown>[]; departments: unknown[] }
      expect(systems.find(({ system }) => system === 'province')).toMatchObject({
        kind: 'province',
        title: expect.stringContaining('四川省'),
        breaker: 'closed',
        accepted: expect.any(Number),
      })
      expect(departments.length).toBeGreaterThan(0)
    })

    test('the dead list and the dossier show original, canonical and mapped form, and every attempt', async () => {
      const { letter, message, path } = await deadLetter('510700-20260620-000001')
      expect(letter).toMatchObject({ system: 'province', step: 'province', attempts: 1, blocked: 0 })
      expect(letter.reason).toContain('尚无受理信息')
      const { json } = await hub().ops('GET', path)
      const dossier = json as Dossier
      expect(dossier).toMatchObject({
        state: 'dead',
        original: message.body.toString('utf8'),
        canonical: { caseNo: '510700-20260620-000001' },
        mapped: { ProjectNo: '510700-20260620-000001' },
        attempts: [{ number: 1, outcome: 'rejected', status: 200, reply: expect.stringContaining('1002') }],
      })
      const mine = (await hub().ops('GET', '/dead?system=eseal')).json as { dead: Dead[] }
      expect(mine.dead.filter(({ system }) => system !== 'eseal')).toEqual([])
    })

    test('the dossier shows GBK originals as text', async () => {
      const caseNo = '510700-20260620-000002'
      const { id } = firstIn(
        await hub().post(signatories.social, buildMessage('social', 'acceptance', { caseNo })),
      )
      const { json } = await hub().ops('GET', `/deliveries/${id}/province`)
      expect((json as Dossier).original).toContain('<sbslxx>')
      expect((json as Dossier).original).toContain('绵阳市人力资源和社会保障局')
    })

    test.each([
      ['nothing', undefined],
      ['an empty object', {}],
      ['no reason', { by: '王值班' }],
      ['no name', { reason: '核对' }],
      ['an empty reason', { by: '王值班', reason: '' }],
      ['something unknown', { ...why, force: true }],
      ['a list', [why]],
    ])('an action that says %s is refused', async (_, body) => {
      const path = '/deliveries/00000000-0000-7000-8000-000000000000/province/skip'
      const answer = await hub().ops('POST', path, body)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'ops.reason'])
    })

    test('replay tries again from its place; what was mended meanwhile is delivered', async () => {
      const caseNo = '510700-20260620-000003'
      const { path } = await deadLetter(caseNo)
      expect((await act(`${path}/replay`)).json).toMatchObject({ action: 'replay', state: 'ready' })
      await stateOf(path, 'dead', 2)
      // the province now learns of the case by another way
      const row = acceptance(1, {
        ProjectNo: caseNo,
        ApplyDate: '2026-06-20 07:00:00',
        AcceptDate: '2026-06-20 08:00:00',
      })
      const sandbox = senders(hub().sandbox.url, hub().keys)
      expect((await sandbox.province('UP_PRO_ACCEPT', row)).body).toMatchObject({ code: '0' })
      expect((await act(`${path}/replay`)).status).toBe(200)
      const dossier = await stateOf(path, 'delivered', 3)
      expect(dossier.attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'delivered'])
    })

    test('only a dead delivery can be skipped or replayed, and only once', async () => {
      const { path } = await deadLetter('510700-20260620-000004')
      const answers = await Promise.all([act(`${path}/skip`), act(`${path}/skip`)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      for (const action of ['skip', 'replay']) {
        const answer = await act(`${path}/${action}`)
        expect([answer.status, codeOf(answer)]).toEqual([409, 'ops.state'])
      }
      await stateOf(path, 'skipped', 1)
    })

    test.each([
      '/deliveries/00000000-0000-7000-8000-000000000000/province/skip',
      '/deliveries/none/province/replay',
    ])('%s is not found', async (path) => {
      expect(codeOf(await act(path))).toBe('request.not-found')
    })

    test('another verb, step or message is not found', async () => {
      const { path } = await deadLetter('510700-20260620-000005')
      for (const wrong of [`${path}/delete`, `${path.replace(/province$/, 'seal')}/skip`]) {
        const answer = await act(wrong)
        expect([answer.status, codeOf(answer)]).toEqual([404, 'request.not-found'])
      }
      for (const wrong of ['/messages/none', '/deliveries/none/province', `${path}x`]) {
        expect(codeOf(await hub().ops('GET', wrong))).toBe('request.not-found')
      }
      await act(`${path}/skip`)
    })

    test.each([
      ['', 20],
      ['?limit=3', 3],
      ['?limit=-3', 1],
      ['?limit=0', 1],
      ['?limit=2.5', 2],
      ['?limit=x', 20],
    ])('receipts%s gives %i of the newest', async (query, count) => {
      const { json, status } = await hub().ops('GET', `/receipts${query}`)
      expect(status).toBe(200)
      expect((json as { receipts: unknown[] }).receipts).toHaveLength(count)
    })

    test('a case as operators see it has every department in it', async () => {
      const { json } = await hub().ops('GET', '/cases/510700-20260610-000003')
      const sources = (json as { messages: { source: string }[] }).messages.map(({ source }) => source)
      expect(sources).toEqual(['housing', 'market', 'housing'])
    })
  })

  function stateOf(path: string, state: string, attempts: number): Promise<Dossier> {
    return vi.waitFor(
      async () => {
        const dossier = (await hub().ops('GET', path)).json as Dossier
        expect([dossier.state, dossier.attempts.length]).toEqual([state, attempts])
        return dossier
      },
      { timeout: 15_000, interval: 50 },
    )
  }
}
