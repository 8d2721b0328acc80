// A day goes into a file, leaves the ledger, and comes back row for row; and nothing is lost wherever it is interrupted.
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sm3 } from '../../core/evidence/merkle.ts'
import { checkProof } from '../../core/evidence/proof-check.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { checkSeries } from '../../core/evidence/proof-series.ts'
import { newAction } from '../../core/flow/action.ts'
import { archiveDay } from '../../core/flow/archive-day.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { trusted } from '../../core/flow/hub-key.ts'
import { proveDay } from '../../core/flow/proof.ts'
import { purge } from '../../core/flow/purge.ts'
import { restoreDay } from '../../core/flow/restore-day.ts'
import { retain } from '../../core/flow/retention.ts'
import { openBytes } from '../../core/flow/sealed-file.ts'
import { archiveFacts } from '../../core/health/archive.ts'
import { createJudge } from '../../core/health/fact.ts'
import { archivedDays, whereArchived } from '../../core/ledger/archive.ts'
import { saveCorrection } from '../../core/ledger/correction.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addPartitions, listPartitions } from '../../core/ledger/partition.ts'
import { endRestored } from '../../core/ledger/restore-day.ts'
import { addDays, startOfDay } from '../../core/time.ts'
import { settled } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'
import { testVault } from '../vault.ts'
import {
  accept,
  clockAt,
  cutTimes,
  daysOf,
  deliver,
  dump,
  dying,
  empty,
  fillDays,
  freshYear,
  placesOf,
  publicKey,
  signer,
  verify,
} from './ledger.ts'

const vault = testVault()
const actor = { operator: 'li', reason: 'the year is over' }

describe.each(pairs)('archive on $name', (pair) => {
  let database: Database
  let folder: string
  let year: number
  let days: string[]
  const on = (day: string): string => `${year}-${day}`
  const retention = { folder: undefined, keep: 400, keepKeys: 3650, keepRestored: 30 }
  const parts = (with_ = database) => ({
    database: with_,
    sealer: signer,
    hubKeys: [publicKey],
    vault,
    folder,
    owner: 'me',
  })
  const run = (before: string, with_ = database) =>
    retain(parts(with_), retention, { before, today: addDays(before, retention.keep) }, actor)
  const check = (file: string) =>
    checkProof(readProof(openBytes(createReadStream(file), vault)), () => trusted([publicKey]))
  const faults = async () => (await auditLedger(database.query, verify)).faults
  const fill = async (count = 3): Promise<void> => {
    days = await fillDays(database, on('01-30'), count)
    await cutTimes(database)
  }
  const overdue = async () => {
    const now = () => startOfDay(addDays(on('03-02'), retention.keep))
    const facts = await archiveFacts({ database, retention: { ...retention, folder }, now }, createJudge({}))
    return Object.fromEntries(facts.map(({ name, value }) => [name, value]))
  }
  const fileOf = (day: string): string => join(folder, `${day}.proof`)

  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    folder = mkdtempSync(join(tmpdir(), 'qiao-archive-'))
    year = freshYear()
  })
  afterEach(() => {
    vi.useRealTimers()
    rmSync(folder, { recursive: true, force: true })
  })

  test('written, checked without the ledger, dropped, restored the same, and purged again', async () => {
    await fill()
    const options = { keys: [publicKey], content: true, now: new Date() }
    const before = await dump(database, on('02-03'))
    const result = await run(on('03-02'))
    expect(result.archived.map(({ day }) => day)).toEqual([...days, on('02-02')])
    expect(result.days).toEqual([...days, on('02-02')])
    const proofs = await Promise.all(result.archived.map(({ file }) => check(join(folder, file))))
    expect(proofs.flatMap((proof) => proof.faults)).toEqual([])
    expect(checkSeries(proofs)).toEqual([])
    expect(proofs.map(({ receipts }) => receipts)).toEqual([5, 5, 5, 0])

    await expect(proveDay(database.query, on('01-30'), options).next()).rejects.toThrow('message.archived')
    const { deduplication, ...left } = await dump(database, on('02-03'))
    expect(left).toEqual({
      message: [],
      post: [],
      attempt: [],
      evidence: [],
      delivery: [],
      audit: [],
      correction: [],
    })
    expect(deduplication).toEqual(before.deduplication)
    expect(await faults()).toEqual([])

    for (const day of [...days, on('02-02')].reverse())
      expect(
        await restoreDay(database, fileOf(day), { hubKeys: [publicKey], vault }, 30, actor),
      ).toMatchObject({
        day,
      })
    expect(await dump(database, on('02-03'))).toEqual(before)
    expect(await faults()).toEqual([])
    expect(await placesOf(database, 'message')).toEqual(days.map((day) => day.replaceAll('-', '_')))
    await expect(
      restoreDay(database, fileOf(on('01-31')), { hubKeys: [publicKey], vault }, 30, actor),
    ).rejects.toThrow('archive.here')
    expect((await run(on('03-02'))).days).toEqual([])

    expect(await endRestored(database.query, on('01-31'))).toBe(true)
    expect((await run(on('03-02'))).days).toEqual([on('01-31')])
    expect(await daysOf(database)).toEqual([on('01-30'), on('02-01')])
    const done = await database.query(
      'SELECT action, operator, reason, count(*)::int AS n FROM audit WHERE detail IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1',
    )
    expect(done).toEqual([
      { action: 'archive', ...actor, n: 4 },
      { action: 'purge', ...actor, n: 3 },
      { action: 'restore', ...actor, n: 4 },
    ])
  })

  test('a run that dies after any statement loses nothing, and the next one goes on', async () => {
    await fill(1)
    const before = await dump(database, on('02-01'))
    let deaths = 0
    for (let statements = 1; ; statements++) {
      try {
        await run(on('02-01'), dying(database, statements))
        break
      } catch (error) {
        expect((error as Error).message).toBe('killed')
        deaths++
        // whatever is not in the ledger any more is in a file that stands the check
        const gone = (await archivedDays(database.query)).filter(({ dropped_at }) => dropped_at !== null)
        for (const { file } of gone) expect((await check(join(folder, String(file)))).faults).toEqual([])
      }
    }
    expect(deaths).toBeGreaterThan(20)
    expect(await database.query('SELECT 1 FROM message')).toEqual([])
    expect(readdirSync(folder).sort()).toEqual([on('01-30'), on('01-31')].map((day) => `${day}.proof`))
    const files = readdirSync(folder).map((name) => join(folder, name))
    for (const file of files) {
      for (let statements = 1; ; statements++) {
        try {
          await restoreDay(dying(database, statements * 5), file, { hubKeys: [publicKey], vault }, 30, actor)
          break
        } catch (error) {
          expect((error as Error).message).toBe('killed')
        }
      }
    }
    expect(await dump(database, on('02-01'))).toEqual(before)
    expect(await faults()).toEqual([])
  })

  test('what a killed process left in the folder is replaced', async () => {
    await fill()
    writeFileSync(join(folder, `${on('01-30')}.x.part`), 'half')
    writeFileSync(fileOf(on('01-30')), 'not recorded')
    await run(on('02-01'))
    expect(readdirSync(folder)).toEqual([`${on('01-30')}.proof`, `${on('01-31')}.proof`])
    expect((await check(fileOf(on('01-30')))).faults).toEqual([])
  })

  test('two processes archive each day once', async () => {
    await fill()
    const runs = await Promise.all([
      run(on('03-02')),
      retain({ ...parts(), owner: 'you' }, retention, { before: on('03-02'), today: on('03-02') }, actor),
    ])
    expect(runs.flatMap(({ archived }) => archived.map(({ day }) => day)).sort()).toEqual([
      ...days,
      on('02-02'),
    ])
    await run(on('03-02'))
    expect(await database.query('SELECT 1 FROM message')).toEqual([])
  })

  test('a file that is lost or changed before its day leaves is written again', async () => {
    await fill()
    for (const day of days.slice(0, 2)) await archiveDay(parts(), day, actor)
    writeFileSync(fileOf(on('01-30')), readFileSync(fileOf(on('01-30'))).subarray(0, -1))
    rmSync(fileOf(on('01-31')))
    const first = await run(on('02-01'))
    expect([first.unsound, first.days]).toEqual([[on('01-30'), on('01-31')], []])
    expect(await daysOf(database)).toEqual(days)
    const second = await run(on('02-01'))
    expect([second.unsound, second.days]).toEqual([[], [on('01-30'), on('01-31')]])
    expect((await check(fileOf(on('01-30')))).faults).toEqual([])
  })

  test('a changed file is refused, and so is a sound one that is not what was archived', async () => {
    await fill()
    await run(on('03-02'))
    const file = fileOf(on('01-30'))
    const bytes = readFileSync(file)
    for (const at of [100, bytes.length >> 1, bytes.length - 100]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(file, changed)
      await expect(restoreDay(database, file, { hubKeys: [publicKey], vault }, 30, actor)).rejects.toThrow(
        'archive.file',
      )
    }
    writeFileSync(file, bytes)
    await database.query(`UPDATE archive SET digest = sha256(digest) WHERE day = $1`, [on('01-30')])
    await expect(restoreDay(database, file, { hubKeys: [publicKey], vault }, 30, actor)).rejects.toThrow(
      'archive.file',
    )
    expect(await database.query('SELECT 1 FROM message')).toEqual([])
    expect((await listPartitions(database.query)).map(({ name }) => name)).not.toContain(
      on('01-30').replaceAll('-', '_'),
    )
  })

  test('a deduplication key holds across the purge, until its own time is over', async () => {
    await fill()
    const [first] = await accept(database, `${on('01-30')} single`)
    expect(first).toMatchObject({ duplicate: true, receipt: { key: `${on('01-30')} single` } })
    await run(on('03-02'))
    clockAt(on('03-02'))
    const [again] = await accept(database, `${on('01-30')} single`)
    expect(again).toEqual({
      id: first?.id,
      type: 'case.accepted',
      key: `${on('01-30')} single`,
      duplicate: true,
      archived: on('01-30'),
    })
    const both = await accept(database, `${on('01-30')} single`, 'new with it')
    expect(both.map(({ duplicate }) => duplicate)).toEqual([true, false])
    await database.query(
      `UPDATE deduplication SET canonical_digest = sha256(canonical_digest) WHERE message = $1`,
      [first?.id],
    )
    await expect(accept(database, `${on('01-30')} single`)).rejects.toThrow('message.conflict')

    const where = { day: on('01-30'), file: `${on('01-30')}.proof` }
    expect(await whereArchived(database.query, String(first?.id), 'housing')).toEqual(where)
    expect(await whereArchived(database.query, String(first?.id), 'market')).toBeUndefined()
    await purge({ database, vault }, { ...retention, folder, keepKeys: 10 }, on('03-02'), on('03-02'), actor)
    expect(await whereArchived(database.query, String(first?.id), 'housing')).toBeUndefined()
    clockAt(on('03-03'))
    expect(await accept(database, `${on('01-30')} single`)).toMatchObject([{ duplicate: false }])
  })

  test('a feed row that nobody has taken keeps its day; one that all have taken goes, and so do differences', async () => {
    await fill()
    const [message] = await database.query<{ message: string }>(
      `SELECT message FROM delivery WHERE key = $1`,
      [`${on('01-31')} single`],
    )
    await database.query(
      `INSERT INTO feed (dataset, position, message, step, type, key, data, published_at) VALUES ('d', 1, $1, 'push', 't', 'k', '{}', '2020-01-01')`,
      [message?.message],
    )
    await database.query(`INSERT INTO dataset (name, position) VALUES ('d', 1)`)
    expect(await overdue()).toEqual({ 'archive.held': 0, 'archive.late': 4 })
    const first = await run(on('03-02'))
    expect([...first.held]).toEqual([[on('01-31'), 1]])
    expect(await overdue()).toEqual({ 'archive.held': 1, 'archive.late': 0 })
    expect(await daysOf(database)).toEqual([on('01-31')])
    await database.query(`INSERT INTO feed_ack (dataset, system, position) VALUES ('d', 'province', 1)`)
    await database.query(
      `INSERT INTO reconciliation (id, system, day, state, missing, operator)
       SELECT gen_random_uuid(), 'province', day::date, 'done', 1, day FROM unnest($1::text[]) day`,
      [[on('01-31'), on('03-02')]],
    )
    await database.query(
      `INSERT INTO difference (run, kind, name) SELECT id, 'missing', operator FROM reconciliation`,
    )
    await database.query(
      `INSERT INTO supplement (id, system, task, state, wishes, finished_at)
       SELECT gen_random_uuid(), 'province', day, 'done', '[]', day::timestamptz FROM unnest($1::text[]) day`,
      [[on('01-31'), on('03-02')]],
    )
    await database.query(
      `INSERT INTO supplement_record (supplement, name, members) SELECT id, task, '{}' FROM supplement`,
    )
    const second = await run(on('03-02'))
    expect([second.held.size, second.days]).toEqual([0, [on('01-31')]])
    expect(await database.query('SELECT name FROM difference')).toEqual([{ name: on('03-02') }])
    expect(await database.query('SELECT 1 FROM reconciliation')).toHaveLength(2)
    expect(await database.query('SELECT name FROM supplement_record')).toEqual([{ name: on('03-02') }])
    expect(await database.query('SELECT 1 FROM supplement')).toHaveLength(2)
    expect(await database.query('SELECT 1 FROM feed')).toEqual([])
  })

  test('a correction stays as long as its message, and comes back with its day', async () => {
    const count = async (table: string) => (await database.query(`SELECT 1 FROM ${table}`)).length
    clockAt(on('05-01'))
    await addPartitions(database, new Date())
    await accept(database, 'wrong')
    await deliver(database, (claimed) => settled(claimed, 'dead'))
    clockAt(on('05-02'))
    await correct(database, 'wrong')
    clockAt(on('05-04'))
    await closeDays(database, signer, new Date())
    const first = await run(on('06-02'))
    expect([first.days, [...first.held]]).toEqual([[on('05-02')], [[on('05-01'), 1]]])
    expect([await count('correction'), await count('message')]).toEqual([1, 1])
    expect(await faults()).toEqual([])

    await deliver(database, (claimed) => settled(claimed, 'delivered'))
    clockAt(on('05-06'))
    await closeDays(database, signer, new Date())
    await cutTimes(database)
    const before = await dump(database, on('05-02'))
    const { message: id } =
      (await database.query<{ message: string }>('SELECT message FROM correction'))[0] ?? {}
    const second = await run(on('06-02'))
    expect(second.days).toEqual([on('05-01'), on('05-04')])
    // 05-03, on which nothing happened, has a file too: the series has no gap
    const files = readdirSync(folder).sort()
    expect(files).toEqual(['01', '02', '03', '04', '05'].map((day) => `${on('05')}-${day}.proof`))
    expect(checkSeries(await Promise.all(files.map((name) => check(join(folder, name)))))).toEqual([])
    expect([await count('correction'), await count('message')]).toEqual([0, 0])
    for (const day of ['05-04', '05-02', '05-01'])
      await restoreDay(database, fileOf(on(day)), { hubKeys: [publicKey], vault }, 30, actor)
    expect(await dump(database, on('05-02'))).toEqual(before)
    expect(await database.query('SELECT message, canonical FROM correction')).toEqual([
      { message: id, canonical: '{"key":"right"}' },
    ])
    expect(await faults()).toEqual([])
  })
})

/** An operator corrects the dead letter of a key, and so replays it. */
async function correct(database: Database, key: string): Promise<void> {
  const [row] = await database.query<{ message: string }>('SELECT message FROM delivery WHERE key = $1', [
    key,
  ])
  const canonical = '{"key":"right"}'
  const detail = JSON.stringify({ canonical: sm3(canonical).toString('hex'), bundle: 1 })
  const deed = {
    operator: 'li',
    action: 'correct',
    message: row?.message ?? '',
    step: 'push',
    reason: 'r',
  } as const
  const correction = { canonical, canonicalDigest: sm3(canonical), bundle: 1, base: null, everyStep: false }
  await saveCorrection(database, { ...newAction({ ...deed, detail }), ...deed, ...correction })
}
