// Coverage on the ledger: what is kept is what was counted, it follows what is mended, and it outlives its day.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAcceptor } from '../../core/flow/accept.ts'
import { newAction } from '../../core/flow/action.ts'
import { archiveDay } from '../../core/flow/archive-day.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { type Coverage, countDays, coverage } from '../../core/flow/coverage.ts'
import type { Registry } from '../../core/flow/registry.ts'
import { retain } from '../../core/flow/retention.ts'
import { coverageFacts } from '../../core/health/coverage.ts'
import { createJudge } from '../../core/health/fact.ts'
import { archivedDays } from '../../core/ledger/archive.ts'
import { countDay, countNow, dueDays, type Group } from '../../core/ledger/coverage.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addPartitions } from '../../core/ledger/partition.ts'
import type { NewDelivery } from '../../core/ledger/post.ts'
import { leavingPartitions } from '../../core/ledger/purge.ts'
import { reopenDelivery } from '../../core/ledger/reopen.ts'
import { addDays, localDay, startOfDay } from '../../core/time.ts'
import { settled } from '../ledger/fixture.ts'
import { type Pair, pairs } from '../pairs.ts'
import { testVault } from '../vault.ts'
import { clockAt, deliver, empty, freshYear, makeDue, publicKey, signer, skip } from './ledger.ts'

const past = '2020-01-01T00:00:00.000Z'
const future = '2099-01-01T00:00:00.000Z'
/** A message: the item it is about, by when it was promised, how it ends. */
type Sample = {
  item?: string
  promised?: string
  end: 'delivered' | 'duplicate' | 'dead' | 'ready'
  steps?: number
}
const samples: Record<string, Sample> = {
  'in-time': { item: 'A', promised: future, end: 'delivered' },
  late: { item: 'A', promised: past, end: 'duplicate' },
  'dead-late': { item: 'B', promised: past, end: 'dead' },
  'open-late': { item: 'B', promised: past, end: 'ready' },
  'open-in-time': { item: 'B', promised: future, end: 'ready' },
  skipped: { item: 'B', promised: past, end: 'dead' },
  'half-done': { end: 'delivered', steps: 2 },
  nowhere: { end: 'delivered', steps: 0 },
}
const none = { accepted: 0, delivered: 0, dead: 0, skipped: 0, open: 0, promised: 0, late: 0 }
const registry = { system: () => undefined } as unknown as Registry

const ledgers = new Map<Pair, Promise<Database>>()
const ledgerOf = (pair: Pair): Promise<Database> => {
  const ledger = ledgers.get(pair) ?? pair.database()
  ledgers.set(pair, ledger)
  return ledger
}
afterAll(async () => {
  for (const ledger of ledgers.values()) await (await ledger).close()
})

/** A ledger with one message of each sample, accepted on a day. */
function stage(pair: Pair, dayOf: () => string) {
  const here = {} as { database: Database; day: string }
  beforeAll(async () => {
    here.database = await ledgerOf(pair)
  })
  beforeEach(async () => {
    here.day = dayOf()
    clockAt(here.day)
    await empty(here.database)
    await addPartitions(here.database, new Date())
    for (const [key, sample] of Object.entries(samples)) await accept(here.database, key, sample)
    await deliver(here.database, (claimed) => settled(claimed, samples[claimed.key]?.end ?? 'delivered'))
    await skip(here.database, 'skipped')
  })
  afterEach(() => vi.useRealTimers())
  return {
    here,
    asked: (by: Group = 'system'): Promise<Coverage> =>
      coverage({ database: here.database, registry }, { from: here.day, to: here.day, by }),
    close: async (): Promise<void> => {
      await closeDays(here.database, signer, new Date(startOfDay(addDays(here.day, 1)).getTime() + 3_600_000))
    },
    later: (): Promise<unknown> =>
      here.database.query(`UPDATE coverage_day SET counted_at = counted_at - interval '11 minutes'`),
  }
}

function accept(database: Database, key: string, { item, promised, steps = 1 }: Sample): Promise<unknown> {
  const step = { system: 'target', key, lane: 0, promisedAt: promised }
  const plan: NewDelivery[] = [
    { ...step, step: 'push', state: 'ready' as const },
    { ...step, step: 'after', state: 'held' as const },
  ].slice(0, steps)
  const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
  const record = { type: 'case.accepted', key, deduplication: key, item, value: { key } }
  const post = { source: 'housing', nonce: undefined, payload: Buffer.from(key), bundle: 1 }
  return acceptor.accept({ ...post, plan: () => plan, records: [record] })
}

// in this order: ids never run back, so a ledger of today comes before one of other days
describe.each(pairs)('coverage of today on $name', (pair) => {
  const { here, asked, close } = stage(pair, () => localDay(new Date()))

  test('today is counted when asked: by target, item, department and day', async () => {
    const target = { accepted: 7, delivered: 2, dead: 1, skipped: 1, open: 3, promised: 6, late: 3 }
    expect((await asked()).lines).toEqual([
      { group: '', system: '', title: null, ...none, accepted: 1, share: 0 },
      { group: 'target', system: 'target', title: null, ...target, share: 2 / 7 },
    ])
    expect((await asked('item')).lines).toMatchObject([
      { group: '', system: '', accepted: 1 },
      { group: '', system: 'target', ...none, accepted: 1, open: 1 },
      { group: 'A', ...none, accepted: 2, delivered: 2, promised: 2, late: 1, share: 1 },
      { group: 'B', ...none, accepted: 4, dead: 1, skipped: 1, open: 2, promised: 4, late: 2, share: 0 },
    ])
    for (const [by, group] of [
      ['department', 'housing'],
      ['day', here.day],
    ] as const)
      expect((await asked(by)).lines).toMatchObject([
        { group, system: '' },
        { group, ...target },
      ])
  })

  test('a day that is over is kept as it was counted, once, whoever counts', async () => {
    expect(await countDays(here.database)).toBe(0)
    await close()
    const now = await countNow(here.database.query, here.day)
    const before = await asked('item')
    const [due] = await dueDays(here.database.query, 10, 1)
    if (!due) throw new Error('nothing is due')
    expect(due).toEqual({ day: here.day, counted: null })
    const won = await Promise.all([1, 2, 3].map(() => countDay(here.database, due)))
    expect(won.filter(Boolean)).toEqual([true])
    const kept = await here.database.query(
      `SELECT source, type, item, system, accepted, delivered, dead, skipped, open, promised, late FROM coverage`,
    )
    expect(kept).toHaveLength(4)
    expect(kept).toEqual(expect.arrayContaining(now))
    const after = await asked('item')
    expect(after.lines).toEqual(before.lines)
    expect([before.countedAt, after.countedAt]).toEqual([null, expect.any(Date)])
    const facts = await coverageFacts(here, createJudge({}))
    expect(facts.map(({ name, of, value }) => [name, of, value])).toEqual([
      ['coverage.share', 'target', 2 / 7],
      ['coverage.late', 'target', 3],
    ])
  })
})

describe.each(pairs)('coverage of days that are over on $name', (pair) => {
  const { here, asked, close, later } = stage(pair, () => `${freshYear()}-03-02`)
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-coverage-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The clock of the hub goes to the next noon; the day is closed and counted. */
  const count = async (): Promise<void> => {
    await close()
    clockAt(addDays(here.day, 1))
    expect(await countDays(here.database)).toBe(1)
  }

  test('what was open or dead is counted again when it is done, until nothing is left', async () => {
    await count()
    await makeDue(here.database)
    await deliver(here.database, (claimed) => settled(claimed, 'delivered'))
    await skip(here.database, 'dead-late')
    // not yet: it was counted a moment ago
    expect(await countDays(here.database)).toBe(0)
    expect((await asked()).lines[1]).toMatchObject({ delivered: 2, dead: 1, open: 3 })
    await later()
    expect(await countDays(here.database)).toBe(1)
    expect((await asked()).lines[1]).toMatchObject({ delivered: 4, dead: 0, skipped: 2, open: 1, late: 2 })
    await here.database.query(
      `UPDATE delivery SET state = 'delivered', settled_at = now() WHERE state = 'held'`,
    )
    await later()
    expect(await countDays(here.database)).toBe(1)
    const done = await asked()
    expect(done.lines[1]).toMatchObject({ accepted: 7, delivered: 5, skipped: 2, open: 0, late: 2 })
    expect(done.countedAt).toBeNull()
    await later()
    expect(await countDays(here.database)).toBe(0)

    const [{ message = '' } = {}] = await here.database.query<{ message: string }>(
      `SELECT message FROM delivery WHERE key = 'late'`,
    )
    const why = { operator: 'li', reason: 'lost there', action: 'resend' as const, message, step: 'push' }
    await here.database.transaction((query) =>
      reopenDelivery(query, { ...newAction(why), message, step: 'push' }),
    )
    expect(await countDays(here.database)).toBe(1)
    expect((await asked()).lines[1]).toMatchObject({ delivered: 4, open: 1, late: 2 })
  })

  test('a day leaves the ledger only when it was counted, and its coverage stays', async () => {
    await here.database.query(
      `UPDATE delivery SET state = 'delivered', settled_at = now() WHERE state IN ('held', 'ready', 'dead')`,
    )
    await count()
    const parts = {
      database: here.database,
      sealer: signer,
      hubKeys: [publicKey],
      vault: testVault(),
      folder,
      owner: 'me',
    }
    const actor = { operator: 'li', reason: 'the year is over' }
    const before = addDays(here.day, 70)
    await archiveDay(parts, here.day, actor)
    // counted, but before it was archived: what has changed in between would be lost
    const goes = (await leavingPartitions(here.database.query, before)).flatMap((each) => each.goes)
    expect(goes.map(({ day }) => day)).toEqual([])

    const live = await countNow(here.database.query, here.day)
    const retention = { folder, keep: 400, keepKeys: 3650, keepRestored: 30 }
    const { days } = await retain(parts, retention, { before, today: addDays(before, 400) }, actor)
    expect(days).toEqual([here.day])
    expect((await archivedDays(here.database.query)).map(({ day, dropped_at }) => [day, dropped_at])).toEqual(
      [[here.day, expect.any(Date)]],
    )
    expect(await here.database.query('SELECT 1 FROM delivery')).toEqual([])
    const { lines, countedAt } = await asked()
    expect(lines[1]).toMatchObject({ group: 'target', accepted: 7, delivered: 6, skipped: 1, late: 3 })
    expect(lines.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(
      live.reduce((sum, { accepted }) => sum + accepted, 0),
    )
    expect(countedAt).toBeNull()
    await later()
    expect(await countDays(here.database)).toBe(0)
  })
})
