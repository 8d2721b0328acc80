// The embedded ledger does not grow with what was changed and removed, only with what it holds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { migrate } from '../../core/ledger/migrate.ts'
import { openPglite } from '../../core/ledger/pglite.ts'
import { vacuum } from '../../core/ledger/vacuum.ts'

test('space of dead rows is used again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-vacuum-'))
  const database = await openPglite(folder)
  try {
    await migrate(database)
    const sizes: number[] = []
    for (let round = 0; round < 5; round++) {
      await database.query(
        `INSERT INTO nonce (source, nonce) SELECT 'housing', $1 || '-' || n FROM generate_series(1, 10000) n`,
        [String(round)],
      )
      await database.query('DELETE FROM nonce')
      // the server counts what was changed a moment later
      await vi.waitFor(
        async () => {
          await vacuum(database)
          const [row] = await database.query<{ rounds: number }>(
            `SELECT vacuum_count::int AS rounds FROM pg_stat_user_tables WHERE relname = 'nonce'`,
          )
          expect(row?.rounds).toBe(round + 1)
        },
        { timeout: 10_000, interval: 100 },
      )
      const [size] = await database.query<{ size: number }>(
        `SELECT pg_total_relation_size('nonce')::int AS size`,
      )
      sizes.push(size?.size ?? 0)
    }
    // pages of the key are free one round later than those of the table
    expect(sizes[4]).toBeLessThan(1.2 * (sizes[2] ?? 0))
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
