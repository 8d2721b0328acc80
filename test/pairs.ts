// Both pairs of stores: every ledger and queue test runs over each of them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Queue } from '../core/flow/queue.ts'
import type { Database } from '../core/ledger/database.ts'
import { openPglite } from '../core/ledger/pglite.ts'
import { openPostgres } from '../core/ledger/postgres.ts'
import { sealedLedger } from '../core/ledger/sealed.ts'
import { createLog } from '../core/log.ts'
import { bullQueue } from '../queues/bullmq.ts'
import { memoryQueue } from '../queues/memory.ts'
import { migratedDatabase } from './database.ts'
import { layLedger } from './template.ts'
import { testVault } from './vault.ts'

export const silent = createLog('error', () => undefined)

export type Pair = {
  name: string
  /** an empty, migrated ledger */
  database: () => Promise<Database>
  queue: () => Promise<Queue>
}

let queues = 0

/** The stores as they are, with nothing sealed. */
export const barePairs: readonly Pair[] = [
  {
    name: 'pglite + memory',
    database: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'qiao-ledger-'))
      await layLedger(folder, inject('template'))
      const database = await openPglite(folder)
      return {
        ...database,
        close: async () => {
          await database.close()
          rmSync(folder, { recursive: true, force: true })
        },
      }
    },
    queue: async () => memoryQueue(),
  },
  {
    name: 'postgres + redis',
    database: async () => openPostgres(await migratedDatabase(), silent),
    queue: () => bullQueue(inject('redisUrl'), silent, `test-${process.pid}-${++queues}`),
  },
]

/** As the hub opens them. */
export const pairs: readonly Pair[] = barePairs.map((pair) => ({
  ...pair,
  database: async () => sealedLedger(await pair.database(), testVault()),
}))
