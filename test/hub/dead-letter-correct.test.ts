// An operator corrects a dead letter: he sees what would change, makes it, and it goes out from its place. What was
// accepted stays as it was, and nobody is named where he should not be.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { auditLedger } from '../../core/flow/audit.ts'
import type { CorrectionPreview } from '../../core/flow/correction-preview.ts'
import { verifyingKey } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { changed, message } from '../http/bad/row.ts'
import { codeOf, firstIn } from '../http/surface/accepted.ts'
import { mappings, type Posting, type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

type Delivery = { step: string; state: string; attempts: number; reason: string | null }
type Dossier = {
  state: string
  original: string
  canonical: Record<string, unknown>
  advice: { cause: string; en: string; zh: string } | null
  attempts: { number: number; outcome: string }[]
  corrections: { id: string; operator: string; digest: string; step: string | null }[]
}
type Blocked = { key: string; behind: number; state: string; reason: string }

const by = { by: '王值班', reason: '部门来函更正' }
const patience = { timeout: 20_000, interval: 50 }
const frozen = '5107000000008'

describe.each(pairs)('corrections over $name', (pair) => {
  let folder: string
  let hub: Running
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-correct-'))
    cpSync(mappings, folder, { recursive: true })
    hub = await startRunning(pair, { mappings: folder, reload: 0.1 })
  })
  afterAll(async () => {
    await hub?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (posting: Posting): Promise<string> =>
    firstIn(await hub.post(signatories.housing, posting)).id
  const record = (kind: Kind, caseNo: string) => buildMessage('housing', kind, { caseNo })
  const becomes = (id: string, states: Record<string, string>): Promise<Record<string, Delivery>> =>
    vi.waitFor(async () => {
      const { deliveries } = (await hub.ops('GET', `/messages/${id}`)).json as { deliveries: Delivery[] }
      expect(Object.fromEntries(deliveries.map(({ step, state }) => [step, state]))).toMatchObject(states)
      return Object.fromEntries(deliveries.map((each) => [each.step, each]))
    }, patience)
  const dossier = async (id: string, step: string): Promise<Dossier> =>
    (await hub.ops('POST', `/deliveries/${id}/${step}/reveal`, by)).json as Dossier
  const preview = (id: string, step: string, wish: object) =>
    hub.ops('POST', `/deliveries/${id}/${step}/correction/preview`, wish)
  const correct = (id: string, step: string, wish: object) =>
    hub.ops('POST', `/deliveries/${id}/${step}/correction`, { ...by, ...wish })
  /** a licence that names a frozen seal, with what its department sent */
  const frozenLicence = async (caseNo: string): Promise<{ id: string; sent: string; sealCode: string }> => {
    const completion = buildMessage('housing', 'completion', { caseNo })
    const { licence } = JSON.parse(completion.body.toString('utf8')) as { licence: { sealCode: string } }
    await post(record('acceptance', caseNo))
    const posting = changed(completion, { 'licence.sealCode': frozen })
    const id = await post(posting)
    await becomes(id, { seal: 'dead', store: 'held' })
    return { id, sent: posting.body.toString('utf8'), sealCode: licence.sealCode }
  }
  const caseWithLicence = (from: number): string => {
    for (let n = from; n < from + 100; n++) {
      const caseNo = `510700-20260701-${String(n).padStart(6, '0')}`
      const { licence } = JSON.parse(record('completion', caseNo).body.toString('utf8')) as {
        licence?: object
      }
      if (licence) return caseNo
    }
    throw new Error('no case with a licence')
  }

  test('the wrong field is corrected for every step, and both platforms get the licence', async () => {
    const { id, sent, sealCode } = await frozenLicence(caseWithLicence(1))
    const before = await dossier(id, 'seal')
    expect(before.advice).toMatchObject({
      cause: 'rejected',
      en: expect.stringMatching(/./),
      zh: expect.stringMatching(/[\u4e00-\u9fff]/),
    })

    const wish = { patch: { licence: { sealCode } }, everyStep: true }
    const shown = (await preview(id, 'seal', wish)).json as CorrectionPreview
    expect(shown.canonical).toEqual([
      { path: 'licence.sealCode', kind: 'changed', before: frozen, after: sealCode },
    ])
    expect(shown.steps.map(({ step, state }) => [step, state])).toEqual([
      ['seal', 'dead'],
      ['store', 'held'],
    ])
    expect(shown.steps[0]?.mapped.changes).toContainEqual({
      path: 'sealCode',
      kind: 'changed',
      before: frozen,
      after: sealCode,
    })
    expect(await dossier(id, 'seal')).toEqual(before)

    const done = await correct(id, 'seal', { ...wish, base: shown.base })
    expect([done.status, done.json]).toEqual([200, { id: expect.any(String), ...shown }])
    await becomes(id, { seal: 'delivered', store: 'delivered' })
    const after = await dossier(id, 'seal')
    expect(after).toMatchObject({
      state: 'delivered',
      original: sent,
      advice: null,
      canonical: { licence: { sealCode } },
      attempts: [{ outcome: 'rejected' }, { outcome: 'delivered' }],
      corrections: [{ operator: '王值班', step: null }],
    })
    // the province had it before, and its dossier shows what it had
    expect(await dossier(id, 'province')).toMatchObject({ canonical: { licence: { sealCode: frozen } } })
  })

  test('what breaks a rule, is unknown, or would be another message is refused, with path and rule', async () => {
    const { id, sealCode } = await frozenLicence(caseWithLicence(100))
    const attempts: [object, string, string][] = [
      [{ applicant: { mobile: '123' } }, 'applicant.mobile', 'mobile'],
      [{ applicant: { name: null } }, 'applicant.name', 'required'],
      [{ licence: { sealcode: sealCode } }, 'licence.sealcode', 'unknown'],
      [{ caseNo: '510700-20260701-999999' }, 'caseNo', 'key'],
    ]
    for (const [patch, path, rule] of attempts) {
      for (const answer of [await preview(id, 'seal', { patch }), await correct(id, 'seal', { patch })]) {
        expect([answer.status, codeOf(answer)]).toEqual([422, 'message.invalid'])
        const { issues } = answer.json as { issues: { path: string; rule: string; zh: string; en: string }[] }
        expect(issues).toContainEqual({
          path,
          rule,
          zh: expect.stringMatching(/[\u4e00-\u9fff]/),
          en: expect.stringMatching(/./),
        })
      }
    }
    const wrong: [object, string][] = [
      [{ patch: [] }, 'ops.request'],
      [{ force: true }, 'ops.request'],
      [{ patch: {} }, 'ops.request'],
      [{ by: '' }, 'ops.reason'],
    ]
    for (const [wish, code] of wrong) expect(codeOf(await correct(id, 'seal', wish))).toBe(code)
    const patch = { licence: { sealCode } }
    expect(codeOf(await correct(id, 'seal', { patch, base: 'f'.repeat(64) }))).toBe('ops.state')
    expect(codeOf(await correct(id, 'province', { patch }))).toBe('ops.state')
    expect(codeOf(await correct(id, 'store', { patch }))).toBe('ops.state')
    expect(codeOf(await correct(id, 'none', { patch }))).toBe('request.not-found')
    expect(codeOf(await correct('none', 'seal', { patch }))).toBe('request.not-found')
    expect(await dossier(id, 'seal')).toMatchObject({ state: 'dead', corrections: [] })
    // two at once: one of them
    const answers = await Promise.all([correct(id, 'seal', { patch }), correct(id, 'seal', { patch })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    await becomes(id, { seal: 'delivered' })
  })

  test('a preview hides who somebody is, in the canonical form and in the mapped one', async () => {
    const { id } = await frozenLicence(caseWithLicence(200))
    const before = (await dossier(id, 'seal')).canonical as { applicant: { name: string; mobile?: string } }
    const patch = {
      applicant: { name: '欧阳更正', mobile: '13987654321' },
      licence: { holder: { name: '欧阳更正' } },
    }
    const { text, json, status } = await preview(id, 'seal', { patch, everyStep: true })
    expect(status).toBe(200)
    const { canonical } = json as CorrectionPreview
    expect(canonical).toContainEqual({
      path: 'applicant.name',
      kind: 'changed',
      before: `${before.applicant.name.slice(0, 1)}*`,
      after: '欧*',
    })
    expect(canonical.find(({ path }) => path === 'applicant.mobile')?.after).toBe('139****4321')
    for (const word of ['欧阳更正', '13987654321', before.applicant.name]) expect(text).not.toContain(word)
    await hub.ops('POST', `/deliveries/${id}/seal/skip`, by)
  })

  test('a mapping that was wrong is mended: the delivery goes by the new files, from its place', async () => {
    const file = join(folder, 'province/process.yaml')
    const good = readFileSync(file, 'utf8')
    const caseNo = '510700-20260702-000001'
    // the province knows the case under its right number only
    const live = async (text: string): Promise<void> => {
      const digest = async (): Promise<string> => {
        const { versions } = (await hub.ops('GET', '/mappings')).json as {
          versions: { digest: string; current: boolean }[]
        }
        return versions.find(({ current }) => current)?.digest ?? ''
      }
      const old = await digest()
      writeFileSync(file, text)
      await vi.waitFor(async () => expect(await digest()).not.toBe(old), patience)
    }
    expect(good).toContain('ProjectNo: caseNo')
    await post(record('acceptance', caseNo))
    await live(good.replace('ProjectNo: caseNo', 'ProjectNo: { const: "510700-20260702-999999" }'))
    const first = await post(record('process', caseNo))
    await becomes(first, { province: 'dead' })
    const behind = await post(record('material', caseNo))
    await becomes(behind, { province: 'ready', feed: 'delivered' })
    const { blocked } = (await hub.ops('GET', '/blocked?system=province')).json as { blocked: Blocked[] }
    expect(blocked).toContainEqual(expect.objectContaining({ key: caseNo, behind: 1, state: 'dead' }))

    // nothing to correct it by yet: what would be sent stays the same
    expect(codeOf(await correct(first, 'province', { bundle: 'current' }))).toBe('ops.request')
    await live(good)
    const shown = (await preview(first, 'province', { bundle: 'current' })).json as CorrectionPreview
    expect(shown.canonical).toEqual([])
    expect(shown.bundle.after).not.toBe(shown.bundle.before)
    expect(shown.steps[0]?.mapped.changes).toEqual([
      { path: 'ProjectNo', kind: 'changed', before: '510700-20260702-999999', after: caseNo },
    ])
    expect((await correct(first, 'province', { bundle: 'current' })).status).toBe(200)
    await becomes(first, { province: 'delivered' })
    await becomes(behind, { province: 'delivered' })
    const rows = (await hub.ops('GET', '/blocked?system=province')).json as { blocked: Blocked[]; next: null }
    expect([rows.blocked.filter(({ key }) => key === caseNo), rows.next]).toEqual([[], null])
  })

  test('lists name nobody, and the log nobody and nothing of a correction', async () => {
    const completion = message('housing', 'acceptance', 'person')
    const { applicant } = JSON.parse(completion.body.toString('utf8')) as { applicant: { name: string } }
    const log = hub.log()
    for (const word of ['欧阳更正', '13987654321', applicant.name]) expect(log).not.toContain(word)
    expect(log).not.toContain('request.failed')
  })

  test('the ledger agrees with its evidence; a changed or removed correction is found', async () => {
    const key = verifyingKey(readFileSync(join(hub.keys, 'hub.pub.pem'), 'utf8'))
    const faults = () =>
      hub.look(async (query) => {
        const audit = await auditLedger(query, (data, signature) => sm2Verify(key, data, signature))
        return audit.faults.map(({ en }) => en.replace(/[0-9a-f-]{36}/, 'id'))
      })
    await hub.stop()
    expect(await faults()).toEqual([])
    await hub.look((query) => query(`UPDATE correction SET canonical = canonical || ' ' WHERE step IS NULL`))
    expect(await faults()).toEqual(['action id: the correction was changed or removed'])
    await hub.look((query) => query('DELETE FROM correction'))
    expect(new Set(await faults())).toEqual(new Set(['action id: the correction was changed or removed']))
  })
})
