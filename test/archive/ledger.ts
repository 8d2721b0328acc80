// A ledger of several days, made with the hub's own parts under a clock that is set.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { dataKeyFile, newDataKey } from '../../certs/data-keys.ts'
import { createAcceptor, type Signer } from '../../core/flow/accept.ts'
import { newAction } from '../../core/flow/action.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { hubSigner } from '../../core/flow/hub-key.ts'
import { createTurns } from '../../core/flow/turns.ts'
import { dayOf, idAt } from '../../core/id.ts'
import type { Database, Row } from '../../core/ledger/database.ts'
import { resolveDead } from '../../core/ledger/dead.ts'
import type { Claimed, Lease } from '../../core/ledger/lane.ts'
import { addPartitions } from '../../core/ledger/partition.ts'
import type { Settlement } from '../../core/ledger/settle.ts'
import { sm2KeyFromHex } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { addDays, startOfDay } from '../../core/time.ts'
import { settled, take } from '../ledger/fixture.ts'
import { testVault } from '../vault.ts'

// the private key of the standard's own example
const key = sm2KeyFromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
export const signer: Signer = hubSigner(key)
export const publicKey = key.verifying
export const verify = (data: Buffer, signature: Buffer): boolean => sm2Verify(publicKey, data, signature)

/** Puts the hub's key, and a data key, into a key folder. */
export function hubKeyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, dataKeyFile(1)), newDataKey('sm4'))
  writeFileSync(join(folder, 'hub.key.pem'), key.key.export({ type: 'pkcs8', format: 'pem' }))
}

let year = 2030

/** A year of its own for a test: ids never run backwards, whatever the clock is set to. */
export function freshYear(): number {
  return ++year
}

/** Empties a ledger, which is quicker than to make one. */
export async function empty(database: Database): Promise<void> {
  await database.script(
    `TRUNCATE message, post, attempt, evidence, evidence_day, delivery, deduplication, audit, correction, archive, lane,
       feed, feed_ack, dataset, nonce, reconciliation, difference,
       supplement, supplement_record, coverage, coverage_day`,
  )
}

/** Sets the clock of the hub to the middle of a day; the ledger's own clock runs on. */
export function clockAt(day: string, hour = 12): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(startOfDay(day).getTime() + hour * 3_600_000) })
}

/** Accepts one post of these keys. */
export function accept(database: Database, ...keys: string[]) {
  const acceptor = createAcceptor(database, signer, { wake: () => undefined, keep: () => undefined }, 100)
  return acceptor.accept({
    source: 'housing',
    nonce: undefined,
    payload: Buffer.from(`body of ${keys.join()} 欧阳`),
    bundle: 1,
    plan: ({ key }) => [{ step: 'push', system: 'target', key, lane: 0, state: 'ready' }],
    records: keys.map((key) => ({
      type: 'case.accepted',
      key,
      deduplication: key,
      value: { key, name: '欧阳' },
    })),
  })
}

/** Attempts everything that is due; `end` says how each one ends. */
export async function deliver(database: Database, end: (claimed: Claimed) => Settlement): Promise<void> {
  const lease: Lease = await take(database)
  const turns = createTurns(database)
  const turn = { lease, settled: [], inFlight: new Map(), free: 64, has: () => true, leaseMs: 10_000 }
  const { heads: claimed } = await turns.add(turn)
  await turns.add({ ...turn, settled: claimed.map(end), free: 0 })
  await database.query('UPDATE lane SET lease_until = NULL, owner = NULL')
}

/** Makes what is waiting for its next try due. */
export async function makeDue(database: Database): Promise<void> {
  await database.query(`UPDATE delivery SET due_at = now() WHERE state = 'ready'`)
}

/** An operator skips the dead letter of a key. */
export async function skip(database: Database, key: string): Promise<void> {
  const [dead] = await database.query<{ message: string }>(
    `SELECT message FROM delivery WHERE key = $1 AND state = 'dead'`,
    [key],
  )
  if (!dead) throw new Error(`${key} is not dead`)
  const action = newAction({
    operator: 'li',
    action: 'skip',
    message: dead.message,
    step: 'push',
    reason: 'r',
  })
  await resolveDead(database, {
    ...action,
    action: 'skip',
    message: dead.message,
    step: 'push',
    releases: [],
  })
}

/**
 * The days from `first` on, noon by noon: each accepts a post of one message and a post of two, delivers them, and has a
 * dead letter that an operator skips. `late` is tried on its day and delivered on the next one. Closes them all.
 */
export async function fillDays(database: Database, first: string, count: number): Promise<string[]> {
  const days = Array.from({ length: count }, (_, i) => addDays(first, i))
  for (const day of days) {
    clockAt(day)
    await addPartitions(database, new Date())
    await makeDue(database)
    await accept(database, `${day} single`)
    await accept(database, `${day} first`, `${day} second`)
    await accept(database, `${day} dead`)
    await accept(database, `${day} late`)
    await deliver(database, (claimed) => {
      const isLate = claimed.key.endsWith('late') && claimed.attempts === 0
      const state = claimed.key.endsWith('dead') ? 'dead' : isLate ? 'ready' : 'delivered'
      return settled(claimed, state, {
        result: state === 'delivered' ? '{"number":"川"}' : null,
        reply: '原文',
      })
    })
    await skip(database, `${day} dead`)
  }
  const after = addDays(first, count)
  clockAt(after)
  await makeDue(database)
  await deliver(database, (claimed) => settled(claimed, 'delivered'))
  clockAt(addDays(first, count + 1))
  await closeDays(database, signer, new Date())
  return days
}

const dumped = {
  message: 'id',
  post: 'id',
  attempt: 'evidence',
  evidence: 'id',
  delivery: 'message',
  audit: 'evidence',
  correction: 'evidence',
  deduplication: 'message',
} as const

/** Every row that days before `before` left in the ledger, as text and in order. */
export async function dump(database: Database, before: string): Promise<Record<string, string[]>> {
  const tables = Object.entries(dumped).map(async ([table, id]) => {
    const rows = await database.query<Row & { row: string }>(
      `SELECT t::text AS row FROM ${table} t WHERE ${id} < $1 ORDER BY 1`,
      [idAt(startOfDay(before))],
    )
    return [table, rows.map(({ row }) => openedText(row))] as const
  })
  return Object.fromEntries(await Promise.all(tables))
}

/** The text of a row, with what is sealed in it open: no two seals of the same value are alike. */
function openedText(row: string): string {
  const open = (mark: string, form: BufferEncoding) => (found: string) =>
    String(testVault().open(Buffer.from(found.slice(mark.length), form)))
  return row
    .replace(/sealed:[A-Za-z0-9+/=]+/g, open('sealed:', 'base64'))
    .replace(/9e5345414c01[0-9a-f]+/g, open('9e5345414c01', 'hex'))
}

/** Cuts the ledger's own times to milliseconds, as files have them. */
export async function cutTimes(database: Database): Promise<void> {
  const cut = (column: string): string => `${column} = date_trunc('milliseconds', ${column})`
  await database.script(
    `UPDATE delivery SET ${cut('due_at')}, ${cut('settled_at')}; UPDATE audit SET ${cut('at')}; UPDATE correction SET ${cut('at')}`,
  )
}

/** Names of the partitions that hold rows of a table. */
export async function placesOf(database: Database, table: string): Promise<string[]> {
  const rows = await database.query<{ place: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS place FROM ${table} ORDER BY 1`,
  )
  return rows.map(({ place }) => place.slice(table.length + 1))
}

/** The day of each message that is in the ledger. */
export async function daysOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>('SELECT id FROM message')
  return [...new Set(rows.map(({ id }) => dayOf(id)))].sort()
}

/** A ledger that is gone after so many statements: what was not committed by then is not there. */
export function dying(database: Database, statements: number): Database {
  let left = statements
  const living = () => {
    if (left-- <= 0) throw new Error('killed')
  }
  return {
    ...database,
    query: (async (text, values, name) => {
      living()
      return database.query(text, values, name)
    }) as Database['query'],
    transaction: (work) =>
      database.transaction(async (query) => {
        const result = await work((async (text, values, name) => {
          living()
          return query(text, values, name)
        }) as Database['query'])
        // at its commit
        living()
        return result
      }),
  }
}
