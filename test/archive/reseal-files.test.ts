// Archive files follow the data keys: what is in them stays, whoever reads or is killed meanwhile, and the old key may go.
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openKeyStore } from '../../certs/store.ts'
import { sm3 } from '../../core/evidence/merkle.ts'
import { checkProof } from '../../core/evidence/proof-check.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { archiveDay } from '../../core/flow/archive-day.ts'
import { readArchive } from '../../core/flow/archive-file.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { trusted } from '../../core/flow/hub-key.ts'
import { resealFile, resealFiles } from '../../core/flow/reseal-files.ts'
import { restoreDay } from '../../core/flow/restore-day.ts'
import { retain, startRetention } from '../../core/flow/retention.ts'
import { openBytes } from '../../core/flow/sealed-file.ts'
import { archivedDay, claimFile, countStale, filesSealedWith } from '../../core/ledger/archive.ts'
import type { Database } from '../../core/ledger/database.ts'
import { createLog } from '../../core/log.ts'
import { createVault, type DataKey, type Vault, versionOf } from '../../core/signing/vault.ts'
import { addDays } from '../../core/time.ts'
import { pairs } from '../pairs.ts'
import { dataKeysOf, testKey, testVault } from '../vault.ts'
import {
  cutTimes,
  dump,
  dying,
  empty,
  fillDays,
  freshYear,
  hubKeyFolder,
  publicKey,
  signer,
  verify,
} from './ledger.ts'

const actor = { operator: 'li', reason: 'yearly change' }
const young: DataKey = { version: 2, algorithm: 'aes-256-gcm', key: Buffer.alloc(32, 2), from: new Date(0) }
const before = testVault()
const both = createVault(dataKeysOf([testKey, young]))
/** of a hub from which the old key was taken away */
const after = createVault(dataKeysOf([young]))
const retention = { keep: 400, keepKeys: 3650, keepRestored: 30 }

describe.each(pairs)('archive files sealed anew on $name', (pair) => {
  let database: Database
  let folder: string
  let year: number
  let days: string[]
  let ledger: Record<string, string[]>
  let clear: Map<string, string>

  const parts = (vault: Vault, with_ = database) => ({ database: with_, vault, folder, owner: 'me' })
  const pathOf = (day: string): string => join(folder, `${day}.proof`)
  const contentOf = async (day: string, vault: Vault): Promise<string> => {
    const pieces: Buffer[] = []
    for await (const piece of openBytes(createReadStream(pathOf(day)), vault)) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }
  const contents = async (vault: Vault) =>
    new Map(await Promise.all(days.map(async (day) => [day, await contentOf(day, vault)] as const)))
  const check = (day: string, vault: Vault) =>
    checkProof(readProof(openBytes(createReadStream(pathOf(day)), vault)), () => trusted([publicKey]))
  /** The version a file says it is sealed with. */
  const sealOf = (day: string): number => versionOf(readFileSync(pathOf(day)).subarray(14 + 4))
  const restore = (day: string, vault: Vault, with_ = database) =>
    restoreDay(with_, pathOf(day), { hubKeys: [publicKey], vault }, 30, actor)
  const recorded = async (day: string) => (await archivedDay(database.query, day))?.digest
  /** An hour later: whoever was killed has no file any more. */
  const leasesEnd = () => database.query(`UPDATE archive SET lease_until = now() - interval '1 second'`)
  const sealedActions = () =>
    database.query<{ operator: string; reason: string; detail: string }>(
      `SELECT operator, reason, detail FROM audit WHERE action = 'seal' ORDER BY detail`,
    )

  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    folder = mkdtempSync(join(tmpdir(), 'qiao-archive-'))
    year = freshYear()
    await fillDays(database, `${year}-01-30`, 2)
    await cutTimes(database)
    ledger = await dump(database, `${year}-02-02`)
    const border = `${year}-03-02`
    const all = { ...parts(before), sealer: signer, hubKeys: [publicKey] }
    const times = { before: border, today: addDays(border, retention.keep) }
    const done = await retain(all, { ...retention, folder }, times, actor)
    days = done.archived.map(({ day }) => day)
    expect(done.days).toEqual(days)
    vi.useRealTimers()
    clear = await contents(before)
  })
  afterEach(() => {
    vi.useRealTimers()
    rmSync(folder, { recursive: true, force: true })
  })

  test('hold what they held, are known as before, and need the old key no more', async () => {
    const digests = await Promise.all(days.map(recorded))
    expect(await filesSealedWith(database.query, 1)).toEqual(days.map((day) => `${day}.proof`))
    expect(await countStale(database.query, 1)).toBe(0)
    expect(await countStale(database.query, 2)).toBe(3)
    const told: string[] = []
    const done = await resealFiles(parts(both), actor, ({ day }) => told.push(day))
    expect([done.sealed, told]).toEqual([days.map((day) => `${day}.proof`), days])
    expect([done.lost, done.failed.size, done.elsewhere]).toEqual([[], 0, []])
    expect(await filesSealedWith(database.query, 1)).toEqual([])
    expect(await countStale(database.query, 2)).toBe(0)
    expect((await resealFiles(parts(both), actor)).sealed).toEqual([])

    expect(await contents(after)).toEqual(clear)
    expect(await Promise.all(days.map(recorded))).toEqual(digests)
    expect(digests).toEqual(days.map((day) => sm3(clear.get(day) ?? '')))
    for (const day of days) {
      expect((await check(day, after)).faults).toEqual([])
      expect([sealOf(day), statSync(pathOf(day)).mode & 0o777]).toEqual([2, 0o600])
    }
    expect(readdirSync(folder)).toEqual(days.map((day) => `${day}.proof`))
    expect(await sealedActions()).toEqual(
      days.map((day, i) => ({
        ...actor,
        detail: JSON.stringify({
          day,
          file: `${day}.proof`,
          digest: digests[i]?.toString('hex'),
          version: 2,
        }),
      })),
    )
    for (const day of days) await restore(day, after)
    expect(await dump(database, `${year}-02-02`)).toEqual(ledger)
    expect((await auditLedger(database.query, verify)).faults).toEqual([])
  })

  test('from before there were seals, or known by their bytes, are sealed and known by what is in them', async () => {
    const [first = '', second = ''] = days
    writeFileSync(pathOf(first), clear.get(first) ?? '')
    await database.query('UPDATE archive SET version = NULL WHERE day = $1', [first])
    await database.query('UPDATE archive SET digest = $2 WHERE day = $1', [
      second,
      sm3(readFileSync(pathOf(second))),
    ])
    // such a file is still what was archived
    await restore(second, before)
    expect((await resealFiles(parts(both), actor)).sealed).toHaveLength(3)
    expect(await contents(after)).toEqual(clear)
    expect(await recorded(second)).toEqual(sm3(clear.get(second) ?? ''))
    await restore(first, after)
  })

  test('a copy under the old key is still the archived day', async () => {
    const [day = ''] = days
    const copy = readFileSync(pathOf(day))
    await resealFiles(parts(both), actor)
    writeFileSync(pathOf(day), copy)
    await expect(restore(day, after)).rejects.toThrow('no data key 1')
    expect(await restore(day, both)).toMatchObject({ day, messages: 5 })
  })

  test('are whole and known after an end at any statement, and the next run goes on', async () => {
    // known by its bytes, which change
    const [first = ''] = days
    await database.query('UPDATE archive SET digest = $2 WHERE day = $1', [
      first,
      sm3(readFileSync(pathOf(first))),
    ])
    let renamed = 0
    let deaths = 0
    for (let statements = 0; ; statements++) {
      const { failed } = await resealFiles(parts(both, dying(database, statements)), actor).catch(() => ({
        failed: new Map([['all', 'killed']]),
      }))
      if (failed.size === 0) break
      deaths++
      expect(await contents(both)).toEqual(clear)
      for (const day of days) {
        const read = readArchive(pathOf(day), both)
        for await (const _ of read.content);
        expect(read.is((await recorded(day)) ?? Buffer.alloc(0)), day).toBe(true)
        // never the reverse: what the ledger says is gone from a file, is
        const old = (await filesSealedWith(database.query, 1)).includes(`${day}.proof`)
        expect(old || sealOf(day) === 2).toBe(true)
        if (old && sealOf(day) === 2) renamed++
      }
      await leasesEnd()
    }
    expect(deaths).toBeGreaterThan(5)
    expect(renamed).toBeGreaterThan(0)
    expect(await filesSealedWith(database.query, 1)).toEqual([])
    expect(await sealedActions()).toHaveLength(3)
    expect(readdirSync(folder)).toEqual(days.map((day) => `${day}.proof`))
  })

  test('what a killed process left in the folder goes, once its time is over', async () => {
    const [day = ''] = days
    await claimFile(database.query, 2, day, 'killed', 60)
    writeFileSync(join(folder, `${day}.x.part`), 'half')
    expect((await resealFiles(parts(both), actor)).elsewhere).toEqual([`${day}.proof`])
    expect(readdirSync(folder)).toContain(`${day}.x.part`)
    // nobody knows with which key it would end
    expect(await filesSealedWith(database.query, 7)).toEqual([`${day}.proof`])
    await leasesEnd()
    expect(await filesSealedWith(database.query, 7)).toEqual([])
    expect((await resealFiles(parts(both), actor)).sealed).toEqual([`${day}.proof`])
    expect(readdirSync(folder)).toEqual(days.map((each) => `${each}.proof`))
  })

  test('several processes write each file once', async () => {
    const runs = await Promise.all(
      ['one', 'two', 'three'].map((owner) => resealFiles({ ...parts(both), owner }, actor)),
    )
    expect(runs.flatMap(({ sealed }) => sealed).sort()).toEqual(days.map((day) => `${day}.proof`))
    expect(runs.flatMap(({ failed }) => [...failed])).toEqual([])
    expect(await sealedActions()).toHaveLength(3)
    expect(await contents(after)).toEqual(clear)
  })

  test('whose time ran out changes nothing', async () => {
    const [day = ''] = days
    const late = {
      ...database,
      transaction: (async (work) => {
        await leasesEnd()
        expect(await resealFile({ ...parts(both), owner: 'you' }, day, actor)).toBe(true)
        return database.transaction(work)
      }) as Database['transaction'],
    }
    expect(await resealFile(parts(both, late), day, actor)).toBe(false)
    expect(await sealedActions()).toHaveLength(1)
    expect(await contentOf(day, after)).toBe(clear.get(day))
  })

  test('a reader has all of the old file or all of the new one', async () => {
    const [day = ''] = days
    const pieces: Buffer[] = []
    async function* slowly(): AsyncGenerator<Buffer> {
      for await (const chunk of createReadStream(pathOf(day), { highWaterMark: 512 })) {
        await resealFiles(parts(both), actor)
        yield chunk
      }
    }
    for await (const piece of openBytes(slowly(), before)) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe(clear.get(day))
    expect(sealOf(day)).toBe(2)
  })

  test('a day is restored though its file is sealed anew between its check and its reading', async () => {
    const [day = ''] = days
    const old = sm3(readFileSync(pathOf(day)))
    await database.query('UPDATE archive SET digest = $2 WHERE day = $1', [day, old])
    let ran = false
    const meanwhile = {
      ...database,
      query: (async (text, values, name) => {
        if (!ran) {
          ran = true
          await resealFiles(parts(both), actor)
        }
        return database.query(text, values, name)
      }) as Database['query'],
    }
    expect(await restore(day, both, meanwhile)).toMatchObject({ day, messages: 5 })
    expect([ran, sealOf(day)]).toEqual([true, 2])
  })

  test('one that is damaged or away stays as it is, is told, and holds up nobody', async () => {
    const [first = '', second = '', third = ''] = days
    const damaged = readFileSync(pathOf(first))
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1
    writeFileSync(pathOf(first), damaged)
    rmSync(pathOf(second))
    const done = await resealFiles(parts(both), actor)
    expect([[...done.failed.keys()], done.lost, done.sealed]).toEqual([
      [`${first}.proof`],
      [`${second}.proof`],
      [`${third}.proof`],
    ])
    expect(readFileSync(pathOf(first))).toEqual(damaged)
    expect(await filesSealedWith(database.query, 1)).toEqual([`${first}.proof`, `${second}.proof`])
    // a sound file, but not of that day
    writeFileSync(pathOf(second), readFileSync(pathOf(third)))
    expect((await resealFiles(parts(both), actor)).failed.get(`${second}.proof`)).toContain('archive.file')
    expect(readdirSync(folder)).toEqual(days.map((day) => `${day}.proof`))
  })

  test('a day whose file was sealed anew leaves the ledger; one that cannot be opened does not', async () => {
    const [first = '', second = ''] = await fillDays(database, `${year}-03-30`, 2)
    const all = { ...parts(before), sealer: signer, hubKeys: [publicKey] }
    for (const day of [first, second]) await archiveDay(all, day, actor)
    expect((await resealFiles(parts(both), actor)).sealed).toHaveLength(5)
    const bytes = readFileSync(pathOf(second))
    // it says now that a key sealed it that nobody has
    bytes[14 + 4] = 9
    writeFileSync(pathOf(second), bytes)
    const times = { before: `${year}-04-02`, today: `${year}-04-02` }
    const done = await retain({ ...all, vault: both }, { ...retention, folder }, times, actor)
    expect([done.days.includes(first), done.days.includes(second), done.unsound]).toEqual([
      true,
      false,
      [second],
    ])
  })

  test('a hub does it by itself when there is another key', async () => {
    hubKeyFolder(join(folder, 'keys'))
    const data = [testKey]
    const told: string[] = []
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const stop = startRetention({
      database,
      signer,
      keys: openKeyStore(join(folder, 'keys')),
      vault: createVault(dataKeysOf(data)),
      owner: 'hub',
      log: createLog('info', (line) => told.push(line)),
      retention: { ...retention, folder },
    })
    vi.advanceTimersByTime(60_000)
    data.push(young)
    let minutes = 1
    await vi.waitFor(async () => {
      vi.advanceTimersByTime(60_000)
      minutes++
      expect(await filesSealedWith(database.query, 1)).toEqual([])
    }, 10_000)
    // not only by the look of every hour
    expect(minutes).toBeLessThan(50)
    stop()
    expect(await contents(after)).toEqual(clear)
    // the last file has its name before that is told
    await vi.waitFor(() => {
      const done = told.map((line) => JSON.parse(line)).filter(({ event }) => event === 'archive.sealed')
      expect(done.map(({ day, version }) => [day, version])).toEqual(days.map((day) => [day, 2]))
    }, 10_000)
    expect(await sealedActions()).toHaveLength(3)
  })
})
