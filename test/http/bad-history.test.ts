// Bad input that only the ledger can know: replays, conflicts, one record twice. Nothing of a refused post is stored.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Answer, newNonce, send, signedHeaders } from '../hub/client.ts'
import { type Posting, type Running, signatories, startRunning, typed } from '../hub/running.ts'
import { countRows, pairs } from '../hub/stores.ts'
import { changed } from './bad/row.ts'

type Accepted = { id: string; duplicate: boolean; receipt: unknown }
const accepted = (answer: Answer): Accepted[] => (answer.json as { messages: Accepted[] }).messages
const codeOf = (answer: Answer): unknown => (answer.json as { code: unknown }).code

describe.each(pairs)('history over $name', (pair) => {
  let hub: Running
  // what the ledger must hold in the end
  const expected = { message: 0, nonce: 0, post: 0 }
  const { housing, social, market } = signatories
  let serial = 0
  const newCase = (): string => `510700-20260601-${String(++serial).padStart(6, '0')}`
  const acceptance = (caseNo = newCase()) => buildMessage('housing', 'acceptance', { caseNo })
  const rowOf = (caseNo: string): Record<string, unknown> => {
    const { body } = buildMessage('market', 'acceptance', { caseNo })
    return (JSON.parse(body.toString('utf8')) as { rows: Record<string, unknown>[] }).rows[0] ?? {}
  }
  const batch = (...rows: Record<string, unknown>[]): Posting =>
    changed(buildMessage('market', 'acceptance'), { rows })

  /** Counts what a test added to the ledger, where that can be seen; in the end it is counted everywhere. */
  async function adds(messages: number, nonces: number, posts = 0): Promise<void> {
    expected.message += messages
    expected.nonce += nonces
    expected.post += posts
    if (hub.isShared) expect(await hub.look(countRows)).toMatchObject(expected)
  }

  beforeAll(async () => {
    hub = await startRunning(pair)
  })
  afterAll(() => hub?.close())

  test('the same request again is a replay', async () => {
    const { path, contentType, body } = acceptance()
    const headers = {
      ...signedHeaders(hub.keys, housing, { method: 'POST', path, body }),
      ...typed(contentType),
    }
    const first = await send(hub.agent, hub.url + path, 'POST', headers, body)
    const second = await send(hub.agent, hub.url + path, 'POST', headers, body)
    expect([first.status, second.status, codeOf(second)]).toEqual([202, 401, 'auth.replay'])
    await adds(1, 1)
  })

  test('a used nonce is refused with other content too, but is free for another system', async () => {
    const nonce = newNonce()
    expect((await hub.post(housing, acceptance(), nonce)).status).toBe(202)
    const again = await hub.post(housing, acceptance(), nonce)
    expect([again.status, codeOf(again)]).toEqual([401, 'auth.replay'])
    const other = buildMessage('social', 'acceptance', { caseNo: newCase() })
    expect((await hub.post(social, other, nonce)).status).toBe(202)
    await adds(2, 2)
  })

  test.each([2, 20])(
    'of %i requests with one nonce at the same time exactly one is accepted',
    async (count) => {
      const nonce = newNonce()
      const answers = await Promise.all(
        Array.from({ length: count }, () => hub.post(housing, acceptance(), nonce)),
      )
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
      expect(answers.filter((answer) => codeOf(answer) === 'auth.replay')).toHaveLength(count - 1)
      await adds(1, 1)
    },
  )

  test('a refused request does not use up its nonce', async () => {
    const nonce = newNonce()
    const message = acceptance()
    const refused = await hub.post(
      housing,
      changed(message, { 'applicant.certNo': '510703199001010010' }),
      nonce,
    )
    expect(refused.status).toBe(422)
    await adds(0, 0)
    expect((await hub.post(housing, message, nonce)).status).toBe(202)
    await adds(1, 1)
  })

  test('the same content under a new nonce gets the same receipt', async () => {
    const message = acceptance()
    const [first] = accepted(await hub.post(housing, message))
    const answer = await hub.post(housing, message)
    expect(answer.status).toBe(202)
    expect(accepted(answer)).toEqual([{ ...first, duplicate: true }])
    await adds(1, 2)
  })

  test('the same content ten times at once is one message with one receipt', async () => {
    const message = acceptance()
    const answers = await Promise.all(Array.from({ length: 10 }, () => hub.post(housing, message)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
    const messages = answers.flatMap(accepted)
    expect(new Set(messages.map(({ receipt }) => JSON.stringify(receipt))).size).toBe(1)
    expect(messages.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    await adds(1, 10)
  })

  test('other content under the same deduplication key is a conflict that tells no content', async () => {
    const message = acceptance()
    const [first] = accepted(await hub.post(housing, message))
    const answer = await hub.post(housing, changed(message, { 'application.summary': '秘密的另一摘要' }))
    expect([answer.status, codeOf(answer)]).toEqual([409, 'message.conflict'])
    expect(answer.json).toMatchObject({
      detail: `accepted as message ${first?.id}`,
      title_zh: '同一业务主键已收到不同内容',
    })
    expect(answer.text).not.toContain('秘密')
    await adds(1, 1)
  })

  test('conflicting contents at the same time: one is accepted, the others are told', async () => {
    const message = acceptance()
    const contents = ['甲', '乙', '丙'].map((summary) => changed(message, { 'application.summary': summary }))
    const answers = await Promise.all(contents.map((content) => hub.post(housing, content)))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
    await adds(1, 1)
  })

  test('a conflict in a batch stores nothing of the batch', async () => {
    const known = rowOf(newCase())
    expect((await hub.post(market, batch(known))).status).toBe(202)
    const answer = await hub.post(market, batch(rowOf(newCase()), { ...known, SUMMARY: '另一摘要' }))
    expect([answer.status, codeOf(answer)]).toEqual([409, 'message.conflict'])
    expect(answer.json).toMatchObject({ detail: expect.stringMatching(/^record 1; accepted as message /) })
    await adds(1, 1)
  })

  test('a batch of known and new records stores the new ones', async () => {
    const known = rowOf(newCase())
    const [first] = accepted(await hub.post(market, batch(known)))
    const answer = await hub.post(market, batch(known, rowOf(newCase()), rowOf(newCase())))
    expect(answer.status).toBe(202)
    expect(accepted(answer).map(({ duplicate }) => duplicate)).toEqual([true, false, false])
    expect(accepted(answer)[0]).toMatchObject({ id: first?.id, receipt: first?.receipt })
    await adds(3, 2, 1)
  })

  test('one record twice in a batch is one message, answered twice', async () => {
    const row = rowOf(newCase())
    const answer = await hub.post(market, batch(row, rowOf(newCase()), row))
    expect(answer.status).toBe(202)
    const [first, , third] = accepted(answer)
    expect(first?.duplicate).toBe(false)
    expect(third).toEqual({ ...first, duplicate: true })
    await adds(2, 1, 1)
  })

  test('one deduplication key twice in a batch with different contents stores nothing', async () => {
    const row = rowOf(newCase())
    const answer = await hub.post(market, batch(rowOf(newCase()), row, { ...row, SUMMARY: '另一摘要' }))
    expect([answer.status, codeOf(answer)]).toEqual([409, 'message.conflict'])
    expect(answer.json).toMatchObject({ detail: 'record 2 differs from record 1 of the same post' })
    await adds(0, 0)
  })

  test('posts that share a commit with refused ones are accepted', async () => {
    const message = acceptance()
    const nonce = newNonce()
    await hub.post(housing, message, nonce)
    const [replay, conflict, ...good] = await Promise.all([
      hub.post(housing, message, nonce),
      hub.post(housing, changed(message, { 'application.summary': '另一摘要' })),
      ...Array.from({ length: 8 }, () => hub.post(housing, acceptance())),
    ])
    expect([replay?.status, conflict?.status]).toEqual([401, 409])
    expect(good.map(({ status }) => status)).toEqual(Array(8).fill(202))
    await adds(9, 9)
  })

  test('the ledger holds what was accepted, and nothing else', async () => {
    await hub.stop()
    expect(await hub.look(countRows)).toMatchObject(expected)
    expect(hub.log()).not.toContain('request.failed')
  })
})
