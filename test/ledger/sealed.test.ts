// What people wrote lies sealed in the ledger, comes out open, and is sealed anew when the key changes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../core/ledger/database.ts'
import { readFeed } from '../../core/ledger/feed.ts'
import { loadMessage, resultsOf } from '../../core/ledger/message.ts'
import type { NewPost } from '../../core/ledger/post.ts'
import { reseal, tablesBehind, tablesWith } from '../../core/ledger/reseal.ts'
import { sealedBytes, sealedLedger } from '../../core/ledger/sealed.ts'
import { createVault, type DataKey, type Vault, versionOf } from '../../core/signing/vault.ts'
import { empty } from '../archive/ledger.ts'
import { barePairs } from '../pairs.ts'
import { dataKeysOf } from '../vault.ts'
import { post, settled, take, turn, write } from './fixture.ts'

const old: DataKey = { version: 1, algorithm: 'sm4', key: Buffer.alloc(16, 1), from: new Date(0) }
const young: DataKey = { version: 2, algorithm: 'aes-256-gcm', key: Buffer.alloc(32, 2), from: new Date(0) }

/** The vault of a hub that has these keys, the last of which seals. */
const vaultOf = (...keys: DataKey[]): Vault => createVault(dataKeysOf(keys))

const secret = '510703199001010012'
const before = vaultOf(old)
const after = vaultOf(old, young)

describe.each(barePairs)('a sealed ledger on $name', (pair) => {
  let bare: Database
  let ledger: Database
  let changed: Database
  beforeAll(async () => {
    bare = await pair.database()
    ledger = sealedLedger(bare, before)
    changed = sealedLedger(bare, after)
  })
  beforeEach(async () => {
    await empty(bare)
    await bare.query('UPDATE resealing SET version = 0, position = NULL, changed = 0')
  })
  afterAll(() => bare.close())

  /** One of everything that people write: a message delivered with a reply, a result and a published row; a shared body. */
  async function fill(database: Database): Promise<{ single: string; both: string[] }> {
    const single = personal('one')
    const both = personal('two')
    const [first, second] = [both.messages, personal('three').messages].flat()
    if (!first || !second) throw new Error('no messages')
    await write(database, single, { ...both, messages: [first, second] })
    const lease = await take(database)
    const claimed = await turn(database, lease)
    const done = claimed.map((delivery) =>
      settled(delivery, 'delivered', {
        reply: `refused once: ${secret}`,
        result: JSON.stringify({ licence: secret }),
        publish: { dataset: 'cases', type: 'case', data: JSON.stringify({ idCard: secret }) },
      }),
    )
    await turn(database, lease, done, 0)
    expect(claimed.map(({ canonical }) => canonical?.includes(secret))).toEqual([true, true, true])
    return { single: single.messages[0]?.id ?? '', both: [first.id, second.id] }
  }

  /** Every value of every column as it lies there. */
  async function everything(database = bare): Promise<unknown[]> {
    const rows = await Promise.all(
      ['message', 'post', 'delivery', 'attempt', 'feed', 'evidence', 'deduplication'].map((table) =>
        // a row under another name comes out as it is
        database.query(`SELECT * FROM ${table}`),
      ),
    )
    return rows.flat().flatMap((row) => Object.values(row))
  }
  const shows = (value: unknown): boolean =>
    (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)).includes(secret)
  const versions = async (): Promise<number[]> => {
    const sealed = (await everything()).map(sealedBytes).filter((value) => value !== undefined)
    return [...new Set(sealed.map(versionOf))].sort()
  }

  test('nothing that people wrote lies in the clear, and all of it comes out', async () => {
    const { single, both } = await fill(ledger)
    const values = await everything()
    expect(values.length).toBeGreaterThan(60)
    expect(values.filter(shows)).toEqual([])
    // payload and canonical; shared body; results, replies, feed rows
    expect(values.filter((value) => sealedBytes(value)).length).toBe(1 + 1 + 3 + 3 + 3 + 3)
    for (const id of [single, ...both]) {
      const message = await loadMessage(ledger.query, id)
      expect(message?.payload.toString()).toContain(secret)
      expect(message?.canonical).toContain(secret)
    }
    expect(await resultsOf(ledger.query, single)).toEqual({ push: { licence: secret } })
    expect((await readFeed(ledger.query, 'cases', 0, 10)).map(({ data }) => shows(data))).toEqual([
      true,
      true,
      true,
    ])
  })

  test('what was changed where it lies stays as it is, for the evidence to tell', async () => {
    const { single } = await fill(ledger)
    await bare.query(`UPDATE message SET canonical = left(canonical, -6) || 'AAAAAA' WHERE id = $1`, [single])
    const message = await loadMessage(ledger.query, single)
    expect(message?.canonical).toMatch(/^sealed:/)
    expect(message?.payload.toString()).toContain(secret)
  })

  test('a ledger without a vault takes nothing personal', async () => {
    // one of its own: pg closes the statement whose value it cannot send, and believes it is still there
    const alone = await pair.database()
    try {
      await expect(fill(alone)).rejects.toThrow()
      expect((await everything(alone)).filter(shows)).toEqual([])
    } finally {
      await alone.close()
    }
  })

  test('what lies there from before there were seals is read, and sealed', async () => {
    const { single, both } = await fill(ledger)
    await openAll(bare, before)
    expect((await everything()).filter(shows).length).toBe(1 + 1 + 3 + 3 + 3 + 3)
    expect((await loadMessage(ledger.query, single))?.payload.toString()).toContain(secret)
    await reseal(ledger, before, 60_000)
    expect((await everything()).filter(shows)).toEqual([])
    for (const id of [single, ...both])
      expect((await loadMessage(ledger.query, id))?.canonical).toContain(secret)
  })

  test('a new key: both hubs work on, everything is sealed anew, and the old one is no longer needed', async () => {
    const { single } = await fill(ledger)
    const old = await fill(changed)
    // the one that has not seen the new key can be told apart, and the other reads everything
    expect(await versions()).toEqual([1, 2])
    expect((await loadMessage(changed.query, single))?.canonical).toContain(secret)
    await expect(loadMessage(ledger.query, old.single)).rejects.toThrow('no data key 2')
    expect(await tablesBehind(bare.query, after)).toBe(6)
    await reseal(changed, after, 60_000)
    expect(await versions()).toEqual([2])
    expect(await tablesBehind(bare.query, after)).toBe(0)
    expect(await tablesWith(changed.query, after, 1)).toEqual([])
    const alone = sealedLedger(bare, vaultOf(young))
    expect((await loadMessage(alone.query, single))?.canonical).toContain(secret)
    expect(await resultsOf(alone.query, single)).toEqual({ push: { licence: secret } })
  })

  test('nothing is sealed anew before every hub has noticed the new key', async () => {
    let clock = 0
    const fresh = createVault(dataKeysOf([old, young]), () => clock)
    const noticed = sealedLedger(bare, fresh)
    await fill(ledger)
    await reseal(noticed, fresh, 60_000, 5_000)
    expect(await versions()).toEqual([1])
    clock = 5_000
    await reseal(noticed, fresh, 60_000, 5_000)
    expect(await versions()).toEqual([2])
  })

  test('what a hub writes with the old key while a pass is under way is found by the next', async () => {
    await fill(ledger)
    await reseal(changed, after, 0)
    const behind = await fill(ledger)
    expect(await tablesWith(changed.query, after, 1)).toContain('message')
    await reseal(changed, after, 60_000)
    expect(await versions()).toEqual([2])
    expect((await loadMessage(changed.query, behind.single))?.canonical).toContain(secret)
  })

  function personal(key: string): NewPost {
    const made = post({ key })
    const canonical = JSON.stringify({ key, idCard: secret })
    return {
      ...made,
      payload: Buffer.from(canonical),
      messages: made.messages.map((message) => ({ ...message, canonical })),
    }
  }
})

/** As the ledger was before there were seals. */
async function openAll(bare: Database, vault: ReturnType<typeof vaultOf>): Promise<void> {
  const open = sealedLedger(bare, vault)
  for (const [table, column] of [
    ['message', 'payload'],
    ['message', 'canonical'],
    ['post', 'payload'],
    ['delivery', 'result'],
    ['attempt', 'reply'],
    ['feed', 'data'],
  ] as const) {
    const rows = await open.query<{ at: string } & Record<string, unknown>>(
      `SELECT ctid::text AS at, tableoid::int AS part, ${column} FROM ${table} WHERE ${column} IS NOT NULL`,
    )
    for (const row of rows)
      await bare.query(
        `UPDATE ${table} SET ${column} = $1 WHERE ctid = $2::text::tid AND tableoid::int = $3`,
        [row[column], row.at, row.part],
      )
  }
}
