// Proof files: what is exported from a ledger is whole, and fits, on a machine that has nothing else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkProof } from '../../core/evidence/proof-check.ts'
import type { Line } from '../../core/evidence/proof-line.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { checkSeries } from '../../core/evidence/proof-series.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { proveDay, proveMessage } from '../../core/flow/proof.ts'
import { newId } from '../../core/id.ts'
import { addEvidence, DayClosed } from '../../core/ledger/chain.ts'
import type { Database } from '../../core/ledger/database.ts'
import { pairs } from '../pairs.ts'
import { hubKey, liveOneDay, signerOf } from './city.ts'
import { checkText, fileOf, linesOf } from './files.ts'

const options = { keys: [hubKey.verifying], content: true, now: new Date('2026-11-26T00:00:00.000Z') }

describe.each(pairs)('proof files on $name', (pair) => {
  let database: Database
  let days: string[]
  beforeAll(async () => {
    database = await pair.database()
    days = await liveOneDay(database)
  })
  afterAll(() => database.close())
  const dayFile = (day: string, more = {}) => fileOf(proveDay(database.query, day, { ...options, ...more }))

  test('a day has every receipt, attempt and action, and fits', async () => {
    const proof = await checkText(await dayFile(days[0] ?? ''))
    expect(proof).toMatchObject({ receipts: 20, attempts: 20, actions: 2, faults: [] })
  })

  test('a day holds what was written, in full', async () => {
    const text = await dayFile(days[0] ?? '')
    expect(text).toContain(
      Buffer.from(JSON.stringify({ 姓名: '王小明', keys: ['alone'] })).toString('base64'),
    )
    expect(linesOf(text).filter((line) => 'post' in line)).toHaveLength(6)
    expect(linesOf(text).filter((line) => 'delivery' in line)).toHaveLength(20)
    expect(text).toContain('王晓明')
  })

  test('without content it holds nobody, and still fits', async () => {
    const text = await dayFile(days[0] ?? '', { content: false })
    expect(text).not.toMatch(/小明|晓明/)
    expect(text).not.toContain(Buffer.from('王小明').toString('base64').slice(0, 8))
    expect(await checkText(text)).toMatchObject({ receipts: 20, attempts: 20, actions: 2, faults: [] })
  })

  test('a day on which nothing happened has a file too', async () => {
    expect(await checkText(await dayFile(days[1] ?? ''))).toMatchObject({ receipts: 0, faults: [] })
  })

  test('a day that is not closed has none', async () => {
    await expect(dayFile('2031-01-01')).rejects.toThrow('evidence.open')
    await expect(dayFile('2020-01-01')).rejects.toThrow('evidence.open')
  })

  test('days in a row are one chain; one that is missing, or of another hub, is found', async () => {
    const proofs = await Promise.all(days.map(async (day) => checkText(await dayFile(day))))
    expect(checkSeries(proofs)).toEqual([])
    expect(checkSeries(proofs.slice(1))).toEqual([])
    expect(checkSeries([proofs[0], proofs[2]].flatMap((proof) => proof ?? []))).toMatchObject([
      { day: days[1] },
    ])
    const [first, second] = proofs
    if (!first || !second) throw new Error('no days')
    const other = { ...second, links: second.links.map((link) => ({ ...link, hash: '0'.repeat(64) })) }
    expect(checkSeries([first, other])).toMatchObject([{ day: days[0] }])
  })

  test('every message has a file of its own, with all that happened to it and nothing of others', async () => {
    const messages = await database.query<{ id: string; key: string }>(
      'SELECT id, key FROM message ORDER BY id',
    )
    for (const { id, key } of messages) {
      const text = await fileOf(proveMessage(database.query, id, options))
      const proof = await checkText(text)
      expect({ key, faults: proof.faults }).toEqual({ key, faults: [] })
      expect(proof).toMatchObject({ receipts: 1, attempts: 1 })
      const told = linesOf(text).flatMap((line) => ('receipt' in line ? line.receipt.messageId : []))
      expect(told).toEqual([id])
    }
    const acted = await Promise.all(
      messages.map(
        async ({ id }) => (await checkText(await fileOf(proveMessage(database.query, id, options)))).actions,
      ),
    )
    expect(acted.filter((count) => count > 0)).toEqual([1, 1])
    await expect(fileOf(proveMessage(database.query, newId(), options))).rejects.toThrow('request.not-found')
  })

  test('nothing can be added to a closed day', async () => {
    const row = {
      id: newId(),
      kind: 'attempts' as const,
      size: 1,
      root: Buffer.alloc(32),
      signature: null,
      key_id: null,
    }
    await expect(addEvidence(database.query, { ...row, day: days[1] ?? '' })).rejects.toThrow(DayClosed)
  })

  test('what is being written when its day is closed is waited for, and stands in it', async () => {
    if (pair.name.startsWith('pglite')) return // one connection: nothing is ever written meanwhile
    const next = new Date(Date.parse(`${days[2]}T04:00:00Z`) + 24 * 3600 * 1000)
    const day = next.toISOString().slice(0, 10)
    const row = {
      id: newId(),
      kind: 'attempts' as const,
      size: 1,
      root: Buffer.alloc(32),
      signature: null,
      key_id: null,
      day,
    }
    let closing: Promise<string[]> | undefined
    await database.transaction(async (query) => {
      await addEvidence(query, row)
      closing = closeDays(database, signerOf(hubKey), new Date(next.getTime() + 24 * 3600 * 1000))
      await new Promise((resolve) => setTimeout(resolve, 200))
    })
    expect(await closing).toEqual([day])
    const [closed] = await database.query('SELECT entries FROM evidence_day WHERE day = $1', [day])
    expect(closed).toEqual({ entries: 1 })
  })
})

test('lines come in any pieces', async () => {
  const line = (key: string): Line => ({
    link: {
      day: '2026-11-26',
      entries: 0,
      root: 'a'.repeat(64),
      previous: 'b'.repeat(64),
      hash: 'c'.repeat(64),
      signature: '',
      keyId: key,
    },
  })
  const text = Buffer.from(['x', '桥'.repeat(10)].map((key) => `${JSON.stringify(line(key))}\n`).join(''))
  for (const size of [1, 2, 7, 100, 10_000]) {
    async function* pieces() {
      for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size)
    }
    const read = []
    for await (const each of readProof(pieces())) read.push(each.bytes)
    expect(Buffer.concat(read)).toEqual(text)
    expect(read).toHaveLength(2)
  }
  expect(await checkProof(readProof((async function* () {})()), () => () => undefined)).toMatchObject({
    faults: [{ line: 1 }],
  })
})
