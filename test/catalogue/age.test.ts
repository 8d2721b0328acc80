// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about what grows old: each test is named by its row.
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { checkProof } from '../../core/evidence/proof-check.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { trusted } from '../../core/flow/hub-key.ts'
import { retain } from '../../core/flow/retention.ts'
import { openBytes } from '../../core/flow/sealed-file.ts'
import type { Database } from '../../core/ledger/database.ts'
import { addPartitions, listPartitions, partitioned } from '../../core/ledger/partition.ts'
import { addDays, startOfDay } from '../../core/time.ts'
import { daysOf, empty, fillDays, freshYear, placesOf, publicKey, signer } from '../archive/ledger.ts'
import { pairs } from '../pairs.ts'
import { testVault } from '../vault.ts'

const actor = { operator: 'li', reason: 'the year is over' }

describe.each(pairs)('the catalogue of old messages over $name', (pair) => {
  let database: Database
  let folder: string
  let year: number
  /** what was asked of the ledger meanwhile */
  let statements: string[] = []
  const on = (day: string): string => `${year}-${day}`
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    folder = mkdtempSync(join(tmpdir(), 'qiao-catalogue-'))
    year = freshYear()
    statements = []
  })
  afterEach(() => {
    vi.useRealTimers()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (before: string) =>
    retain(
      {
        database: watched(database),
        sealer: signer,
        hubKeys: [publicKey],
        vault: testVault(),
        folder,
        owner: 'me',
      },
      { folder, keep: 400, keepKeys: 3650, keepRestored: 30 },
      { before, today: addDays(before, 400) },
      actor,
    )
  const watched = (whole: Database): Database => ({
    ...whole,
    transaction: (work) =>
      whole.transaction((query) =>
        work((text, values, name) => {
          statements.push(text.trim())
          return query(text, values, name)
        }),
      ),
  })
  /** Messages that have lost their proof, proofs that have lost what they are of, attempts that belong to neither any more. */
  const widows = () =>
    database.query(
      `SELECT 'message' AS of, m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = m.evidence)
       UNION ALL
       SELECT 'attempt', t.message FROM attempt t
         WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = t.evidence)
           AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = t.message)
       UNION ALL
       SELECT e.kind, e.id FROM evidence e WHERE e.kind IN ('receipts', 'attempts')
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.evidence = e.id)
         AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.evidence = e.id)`,
    )
  const fileOf = (day: string) => openBytes(createReadStream(join(folder, `${day}.proof`)), testVault())
  const check = (day: string) => checkProof(readProof(fileOf(day)), () => trusted([publicKey]))

  test('21 the database swells until the engine stops: a month is a partition, made ahead, and dropped whole', async () => {
    await fillDays(database, on('01-28'), 2)
    const names = async () => (await listPartitions(database.query)).map(({ name }) => name)
    expect(await names()).toEqual(expect.arrayContaining([1, 2, 3].map((month) => `${year}_0${month}`)))
    for (const { table } of partitioned) expect(await placesOf(database, table)).toEqual([`${year}_01`])
    await addPartitions(database, startOfDay(on('02-01')))
    expect(await names()).toContain(`${year}_04`)

    expect((await run(on('02-01'))).days).toEqual(['01-28', '01-29', '01-30'].map(on))
    expect(await names()).not.toContain(`${year}_01`)
    // nothing is deleted row by row, which would leave its room to be cleaned up
    for (const { table } of partitioned) {
      expect(statements).toContain(`DROP TABLE ${table}_${year}_01`)
      expect(statements.filter((text) => new RegExp(`DELETE FROM ${table}\\b`).test(text))).toEqual([])
    }
  })

  test('22 what a message was outlives its proof, or the reverse: both go together into one file, and both stay', async () => {
    const days = await fillDays(database, on('03-10'), 3)
    const [first = '', held = '', last = ''] = days
    await database.query(`UPDATE delivery SET state = 'dead' WHERE key = $1`, [`${held} single`])
    const gone = await run(on('04-02'))
    expect(gone.days).toEqual([first, last, on('03-13')])
    expect([...gone.held]).toEqual([[held, 1]])
    expect(await daysOf(database)).toEqual([held])
    expect(await widows()).toEqual([])
    for (const day of [first, last]) {
      const proof = await check(day)
      expect([proof.faults, proof.receipts, proof.actions]).toEqual([[], 5, 1])
      expect(Buffer.concat(await Readable.from(fileOf(day)).toArray()).toString()).toContain(`${day} single`)
    }
    // what one person must still decide keeps the whole of its day, with every proof of it
    const kept = await database.query<{ n: number }>(
      `SELECT count(DISTINCT m.id)::int AS n FROM message m JOIN evidence e ON e.id = m.evidence
         JOIN attempt t ON t.message = m.id WHERE e.day = $1`,
      [held],
    )
    expect(kept).toEqual([{ n: 5 }])
    await database.query(`UPDATE delivery SET state = 'skipped', settled_at = now() WHERE state = 'dead'`)
    expect((await run(on('04-02'))).days).toEqual([held])
    expect(await widows()).toEqual([])
    expect(await database.query('SELECT id FROM message')).toEqual([])
  })
})
