// No reply came: the platform is asked what it has before anything is sent again. Every platform here is forgetful, so
// that a second request would be a second effect.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import { after, type Doubtful, startDoubtful } from './doubtful.ts'
import { pairs } from './stores.ts'

describe.each(pairs)('requests in doubt over $name, asked for', (pair) => {
  let city: Doubtful
  let cases = 0
  beforeAll(async () => {
    city = await startDoubtful(pair)
  })
  afterAll(() => city?.close())

  const newCase = (): string => `510700-20260704-${String(++cases).padStart(6, '0')}`
  const acceptance = (caseNo = newCase()) => buildMessage('housing', 'acceptance', { caseNo })
  const done = { province: 'delivered', feed: 'delivered', service: 'delivered' }

  test.each(['reset', 'cut', 'timeout'] as const)(
    '%s after the platform took it: asked, found, delivered, not sent again',
    async (fault) => {
      city.hub.sandbox.fault({ system: 'province', fault, times: 1, ...(fault === 'timeout' && { ms: 50 }) })
      const before = city.hub.sandbox.received().systems.province?.received ?? 0
      const id = await city.post(acceptance())
      await city.becomes(id, done)
      expect(await city.outcomes(id, 'province')).toEqual(['unknown', 'confirmed'])
      expect(city.hub.sandbox.received().systems.province?.received).toBe(before + 1)
      expect(city.violations('province')).toEqual([])
    },
  )

  test.each(['reset-before', 'garbage'] as const)(
    '%s, nothing arrived: asked, absent, absent, sent again, one effect',
    async (fault) => {
      city.faults('province', fault)
      const id = await city.post(acceptance())
      await city.becomes(id, done)
      expect(await city.outcomes(id, 'province')).toEqual(['unknown', 'absent', 'absent', 'delivered'])
      expect(city.violations('province')).toEqual([])
    },
  )

  test('what follows in the case waits for the answer', async () => {
    const caseNo = newCase()
    city.faults('province', 'reset')
    const first = await city.post(acceptance(caseNo))
    const second = await city.post(buildMessage('housing', 'material', { caseNo }))
    await city.becomes(second, { province: 'delivered' })
    expect(await city.outcomes(first, 'province')).toEqual(['unknown', 'confirmed'])
    expect(await city.outcomes(second, 'province')).toEqual(['delivered'])
    expect(city.violations('province')).toEqual([])
  })

  test('an answer that says nothing settles nothing: asked again, never sent', async () => {
    city.faults('province', 'reset', 'garbage', 'cut', 'failure200', '5xx', 'skew', 'reset-before', 'gb18030')
    const id = await city.post(acceptance())
    await city.becomes(id, done)
    const { attempts } = await city.dossier(id, 'province')
    expect(attempts.map(({ outcome }) => outcome)).toEqual([...Array(7).fill('unknown'), 'confirmed'])
    // and each says what came
    expect(attempts.slice(1, 7).map(({ reason }) => reason)).toEqual(
      Array(6).fill(expect.stringMatching(/^asked in vain: ./)),
    )
    expect(city.violations('province')).toEqual([])
  })

  test('with a session: renewed for the question, and what the answer tells is kept for later steps', async () => {
    const licence = () => buildMessage('housing', 'licence', { caseNo: newCase() })
    const signedIn = await city.post(licence())
    await city.becomes(signedIn, { store: 'delivered' })
    city.faults('elicence', 'reset', 'expired')
    const id = await city.post(licence())
    await city.becomes(id, { seal: 'delivered', store: 'delivered' })
    expect(await city.outcomes(id, 'store')).toEqual(['unknown', 'confirmed'])
    expect(city.violations('elicence')).toEqual([])
  })

  test('rows behind the gateway too', async () => {
    const inspection = (day: string) =>
      buildMessage('housing', 'inspection', { caseNo: `510700-${day}-000001` })
    const signedIn = await city.post(inspection('20260704'))
    await city.becomes(signedIn, { supervision: 'delivered' })
    city.faults('supervision', 'reset')
    const id = await city.post(inspection('20260705'))
    await city.becomes(id, { supervision: 'delivered' })
    expect(await city.outcomes(id, 'supervision')).toEqual(['unknown', 'confirmed'])
    expect(city.hub.sandbox.received().systems.supervision).toMatchObject({ received: 2, violations: [] })
  })

  test('a platform that finishes within `after` is found to have it', async () => {
    city.hub.sandbox.fault({ system: 'province', fault: 'late', times: 1, ms: after / 3 })
    const id = await city.post(acceptance())
    await city.becomes(id, done)
    expect(await city.outcomes(id, 'province')).toEqual(['unknown', 'confirmed'])
    expect(city.violations('province')).toEqual([])
  })

  test('one that says it has nothing, and then finishes, is asked once more: one effect', async () => {
    // as after it stood still: the question is answered before the request that waited as long
    city.hub.sandbox.fault({ system: 'province', fault: 'late', times: 1, asked: 1 })
    const id = await city.post(acceptance())
    await city.becomes(id, done)
    expect(await city.outcomes(id, 'province')).toEqual(['unknown', 'absent', 'confirmed'])
    expect(city.violations('province')).toEqual([])
  })

  test('one that finishes later is sent it twice: nothing but a longer `after` protects', async () => {
    city.hub.sandbox.fault({ system: 'province', fault: 'late', times: 1, asked: 2 })
    const id = await city.post(acceptance())
    await city.becomes(id, done)
    expect(await city.outcomes(id, 'province')).toEqual(['unknown', 'absent', 'absent', 'delivered'])
    const noted = () => expect(city.violations('province')).toEqual([expect.stringContaining('两次生效')])
    await vi.waitFor(noted)
  })

  test('a blind resend would have been noticed: review is sent again, and forgets here', async () => {
    city.faults('review', 'reset')
    const id = await city.post(acceptance())
    await city.becomes(id, done)
    expect(await city.outcomes(id, 'service')).toEqual(['unknown', 'delivered'])
    expect(city.violations('review')).toEqual([expect.stringContaining('两次生效')])
  })
})
