// The verdict on a crash run: what the departments hold, what the ledger holds and what the platforms got must be one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { startProgram } from '../../cli/demo/child.ts'
import { readCounts, type SystemRow } from '../../cli/demo/counts.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { restore } from '../../core/flow/restore.ts'
import type { Query } from '../../core/ledger/database.ts'
import { findReceipt } from '../../core/ledger/message.ts'
import { verifyingKey } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { openLedger } from '../../ledger.ts'
import type { Summary } from '../../sandbox/department/tally.ts'
import { silent } from '../pairs.ts'
import type { Given } from './balancer.ts'
import { type City, until } from './city.ts'

/** Waits until the hub says that nothing is open and the province has pulled it all; answers both sides' counts. */
export async function delivered(
  city: City,
  hub: string,
  summary: Summary,
  ms = 60_000,
): Promise<SystemRow[]> {
  const operatorSecret = readFileSync(join(city.folder, 'keys/operator.secret'), 'utf8').trim()
  const places = { hub, sandbox: city.sandbox.url, operatorSecret }
  let rows: SystemRow[] = []
  await until(
    'everything is delivered',
    async () => {
      rows = (await readCounts(places, summary.receipts)).rows
      const { pulled } = city.sandbox.received().systems.province ?? { pulled: 0 }
      return rows.every((row) => row.open === 0) && pulled >= summary.expected.province
    },
    ms,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify({ rows, expected: summary.expected })}`)
  })
  return rows
}

/** Both sides agree: every platform had every effect once, in order; nothing is dead. */
export function expectAgreement(city: City, rows: readonly SystemRow[], summary: Summary): void {
  const { systems } = city.sandbox.received()
  expect(summary.problems).toEqual([])
  expect(summary.refused).toBe(0)
  for (const [name, book] of Object.entries(systems))
    expect({ name, wrong: book.violations }).toEqual({ name, wrong: [] })
  const got = Object.fromEntries(Object.entries(systems).map(([name, { received }]) => [name, received]))
  expect(got).toEqual(summary.expected)
  expect(systems.province?.pulled).toBe(summary.expected.province)
  for (const { system, accepted, delivered, duplicate, dead } of rows) {
    expect({ system, dead, done: delivered + duplicate }).toEqual({ system, dead: 0, done: accepted })
  }
}

/** What the ledger remembers of a run. */
export type Memory = {
  messages: number
  attempts: number
  /** attempts of processes that died while sending */
  orphans: number
  /** per kill: ms until the last delivery of a message accepted before it was settled */
  recovery: number[]
}

/**
 * Opens the ledger of stopped hubs: receipts given (where all are known) and messages are the same set, evidence is
 * sound, order was held, one success a delivery.
 */
export async function expectLedger(
  city: City,
  given: readonly Given[] | undefined,
  kills: readonly number[],
): Promise<Memory> {
  const url = city.environment.DATABASE_URL
  const { database } = await openLedger(
    { databaseUrl: url, data: join(city.folder, 'data'), keys: join(city.folder, 'keys'), log: 'error' },
    { log: silent, connections: 2 },
  )
  try {
    if (given) await expectReceipts(database.query, given)
    await expectSound(city, database.query)
    return await remember(database.query, kills)
  } finally {
    await database.close()
  }
}

async function expectReceipts(query: Query, given: readonly Given[]): Promise<void> {
  const stored = (await query<{ id: string }>('SELECT id FROM message ORDER BY id')).map(({ id }) => id)
  expect([...new Set(given.map(({ id }) => id))].sort()).toEqual(stored)
  for (const { id, receipt } of given) {
    const row = await findReceipt(query, id)
    expect(row && isDeepStrictEqual(restore(row), receipt), `receipt of ${id}`).toBe(true)
  }
}

async function remember(query: Query, kills: readonly number[]): Promise<Memory> {
  const count = async (sql: string): Promise<number> =>
    (await query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`))[0]?.n ?? -1
  const overtaken = `delivery a JOIN delivery b USING (system, key) WHERE a.seq < b.seq AND a.settled_at > b.settled_at`
  const unclear = `(SELECT 1 FROM delivery d LEFT JOIN attempt a ON a.message = d.message AND a.step = d.step
    AND a.outcome IN ('delivered', 'duplicate', 'confirmed') GROUP BY d.message, d.step HAVING count(a.number) <> 1) x`
  expect({ overtaken: await count(overtaken), unclear: await count(unclear) }).toEqual({
    overtaken: 0,
    unclear: 0,
  })
  const recovery: number[] = []
  for (const at of kills) {
    const [row] = await query<{ ms: number | null }>(
      `SELECT extract(epoch FROM max(d.settled_at))::float8 * 1000 - $1::float8 AS ms
       FROM delivery d JOIN message m ON m.id = d.message WHERE m.accepted_at < to_timestamp($1::float8 / 1000)`,
      [at],
    )
    recovery.push(Math.round(row?.ms ?? 0))
  }
  return {
    messages: await count('message'),
    attempts: await count('attempt'),
    orphans: await count(`attempt WHERE reason = 'the process stopped while sending'`),
    recovery,
  }
}

/** Every leaf, tree and signature. */
async function expectSound(city: City, query: Query): Promise<void> {
  const key = verifyingKey(readFileSync(join(city.folder, 'keys/hub.pub.pem'), 'utf8'))
  expect((await auditLedger(query, (data, signature) => sm2Verify(key, data, signature))).faults).toEqual([])
}

/** `qiao verify --ledger` as an auditor runs it. */
export async function expectSoundEvidence(city: City): Promise<void> {
  const log = join(city.folder, 'verify.log')
  const { code, output } = await startProgram('cli/main.ts', ['verify', '--ledger'], city.environment, log)
    .ended
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('everything fits') })
}
