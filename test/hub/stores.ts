// The two pairs of stores a whole hub runs on, and how a test looks into each ledger beside the hub.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { inject } from 'vitest'
import type { Config } from '../../core/config.ts'
import type { Database, Query } from '../../core/ledger/database.ts'
import { openLedger } from '../../ledger.ts'
import { migratedDatabase } from '../database.ts'
import { silent } from '../pairs.ts'
import { layLedger } from '../template.ts'

/** Where a hub keeps its ledger and its wake-ups. */
export type Stores = Pick<Config, 'databaseUrl' | 'redisUrl' | 'cryptoThreads'> & {
  data: string
  /** a second way into the ledger */
  open: () => Promise<Database>
  /** whether that works while the hub runs; the embedded ledger has one owner */
  isShared: boolean
}

export type Pair = { name: string; make: () => Promise<Stores> }

/** Both pairs: every test in which a store takes part runs over each of them. */
export const pairs: readonly Pair[] = [
  {
    name: 'pglite + memory',
    make: async () => {
      const data = newFolder()
      await layLedger(data, inject('template'))
      return {
        data,
        databaseUrl: undefined,
        redisUrl: undefined,
        cryptoThreads: 0,
        open: () => beside({ databaseUrl: undefined, data }),
        isShared: false,
      }
    },
  },
  {
    name: 'postgres + redis',
    make: async () => {
      const databaseUrl = await migratedDatabase()
      const data = newFolder()
      return {
        data,
        databaseUrl,
        redisUrl: await freshRedis(),
        cryptoThreads: 1,
        open: () => beside({ databaseUrl, data }),
        isShared: true,
      }
    },
  },
]

/** Rows of the tables that a request may write to. */
export type Rows = Record<(typeof tables)[number], number>
const tables = ['message', 'delivery', 'post', 'nonce'] as const

/** Counts them. */
export async function countRows(query: Query): Promise<Rows> {
  const counts = tables.map((name) => `(SELECT count(*)::int FROM ${name}) AS ${name}`)
  const [rows] = await query<Rows>(`SELECT ${counts.join(', ')}`)
  if (!rows) throw new Error('no counts')
  return rows
}

/** Opens the ledger as its hub does. */
async function beside(place: Pick<Config, 'databaseUrl' | 'data'>): Promise<Database> {
  const settings = { ...place, keys: join(place.data, 'keys'), log: 'error' } as const
  return (await openLedger(settings, { log: silent })).database
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'qiao-hub-'))
}

/** A Redis database of its own (1 to 15, taken in turn), so that hubs of other test files get no foreign wake-ups. */
async function freshRedis(): Promise<string> {
  const redis = new Redis(inject('redisUrl'), { lazyConnect: true })
  try {
    await redis.connect()
    const number = 1 + ((await redis.incr('qiao-test-databases')) % 15)
    await redis.select(number)
    await redis.flushdb()
    return `${inject('redisUrl')}/${number}`
  } finally {
    redis.disconnect()
  }
}
