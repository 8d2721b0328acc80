// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about the bytes that come in at the door of a
// whole hub: each test is named by its row.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Receipt } from '../../core/evidence/receipt.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Posting, type Running, signatories, startRunning } from '../hub/running.ts'
import { pairs } from '../hub/stores.ts'

const limit = 16 * 1024
const digest = (body: Buffer): string => createHash('sm3').update(body).digest('hex')

describe.each(pairs)('the catalogue at the door of a hub over $name', (pair) => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(pair, { config: { bodyLimit: limit } })
  })
  afterAll(() => hub?.close())

  const acceptance = (number: string): Posting => buildMessage('housing', 'acceptance', { caseNo: number })
  /** Blanks before its last brace until it has so many bytes. */
  const padded = (posting: Posting, size: number): Posting => {
    const body = Buffer.alloc(size, 0x20)
    posting.body.copy(body, 0, 0, posting.body.length - 1)
    body.write('}', size - 1)
    return { ...posting, body }
  }
  /** The same document as no library would write it: other order, other white space, characters as escapes. */
  const odd = ({ body, ...posting }: Posting): Posting => {
    const members = Object.entries(JSON.parse(body.toString()) as Record<string, unknown>).reverse()
    const written = members.map(([name, value]) => `\t${JSON.stringify(name)} :${JSON.stringify(value)}`)
    const escaped = `\r\n{${written.join('\n , ')}  }\n\n`.replace(
      /\p{Script=Han}/u,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    return { ...posting, body: Buffer.from(escaped) }
  }
  const sent = new Map<string, Buffer>()
  /** Posts it and is given a receipt about all of its bytes. */
  const accept = async (posting: Posting): Promise<void> => {
    const { status, json, text } = await hub.post(signatories.housing, posting)
    expect(status, text).toBe(202)
    const { messages } = json as { messages: { receipt: Receipt }[] }
    expect(messages.map(({ receipt }) => receipt.contentDigest)).toEqual([digest(posting.body)])
    for (const { receipt } of messages) sent.set(receipt.messageId, posting.body)
  }

  test('17 a body above a size is cut: it is refused, and one of just that size is kept whole', async () => {
    const cut = await hub.post(signatories.housing, padded(acceptance('510700-20260801-000001'), limit + 1))
    expect([cut.status, cut.json]).toEqual([413, expect.objectContaining({ code: 'body.too-large' })])
    await accept(padded(acceptance('510700-20260801-000002'), limit))
  })

  test('20 a payload is written anew between accept and sign: what is kept, and proved, are its bytes', async () => {
    const plain = acceptance('510700-20260801-000003')
    const posting = odd(plain)
    expect(posting.body.equals(plain.body)).toBe(false)
    expect(JSON.parse(posting.body.toString())).toEqual(JSON.parse(plain.body.toString()))
    await accept(posting)
    await hub.stop()
    const rows = await hub.look((query) =>
      query<{ id: string; payload: Buffer; content_digest: Buffer }>(
        'SELECT id, payload, content_digest FROM message ORDER BY id',
      ),
    )
    // this one, that of just the limit, and nothing of the one above it
    expect(rows.map(({ id }) => id)).toEqual([...sent.keys()].sort())
    for (const { id, payload, content_digest } of rows) {
      expect(Buffer.from(payload).equals(sent.get(id) ?? Buffer.of())).toBe(true)
      expect(Buffer.from(content_digest).toString('hex')).toBe(digest(payload))
    }
    expect(rows).toHaveLength(2)
  })
})
