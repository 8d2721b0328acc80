// The disk of the ledger fills while a stock file is read: the import stops between two batches and says what to do, and the
// same command goes on from there. None twice, none missing, none refused that is sound.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditLedger } from '../../core/flow/audit.ts'
import { verifyingKey } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { type Backfilling, prepareBackfill } from './backfilling.ts'
import { pairs } from './stores.ts'

const count = 1_200
const spoilt = [7, 1_190]
const gibibyte = 2 ** 30

/** How the disk of a ledger fills and is freed, and what the command says of it. */
type Disk = { fill(): void; free(): Promise<void> | void; said: string }

describe.each(pairs)('backfill on a full disk, over $name', (pair) => {
  let stock: Backfilling
  let disk: Disk
  beforeAll(async () => {
    const stores = await pair.make()
    stock = await prepareBackfill(stores, count, spoilt)
    disk = stores.isShared ? await serverDisk(stock) : ownDisk(stock, stores.data)
  })
  afterAll(async () => {
    await disk?.free()
    stock?.close()
  })

  test('it stops where it is, stays there, and goes on when there is room', { timeout: 90_000 }, async () => {
    const first = await stock.run(['--rate', '300'], disk.fill)
    expectStop(first)
    const reached = await stock.position()
    expect(reached).toBeGreaterThan(0)
    expect(reached).toBeLessThan(count)
    expect(await stock.taken()).toEqual(stock.sound(reached))

    expectStop(await stock.run())
    expect(await stock.position()).toBe(reached)
    expect(await stock.taken()).toEqual(stock.sound(reached))

    await disk.free()
    const { said } = await stock.run()
    expect(JSON.parse(said.slice(said.indexOf('{')))).toMatchObject({
      records: count,
      accepted: count - spoilt.length,
      duplicates: 0,
      refused: spoilt.length,
    })
    expect(await stock.taken()).toEqual(stock.sound(count))
    const made = await stock.look(async (query) => ({
      deliveries: (await query('SELECT 1 FROM delivery')).length,
      faults: (await auditLedger(query, signatureBy(stock.keys))).faults,
    }))
    expect(made).toEqual({ deliveries: 2 * (count - spoilt.length), faults: [] })
    const rejects = readFileSync(`${stock.file}.rejects.ndjson`, 'utf8').trim().split('\n')
    expect(rejects.map((line) => JSON.parse(line).record)).toEqual(spoilt)
  })

  function expectStop({ code, said }: { code: number | null; said: string }): void {
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(disk.said) })
    expect(said).toContain('the same command again')
    expect(said).not.toContain('    at ')
  }
})

/** Checks a signature of the hub. */
function signatureBy(keys: string): (data: Buffer, signature: Buffer) => boolean {
  const key = verifyingKey(readFileSync(join(keys, 'hub.pub.pem'), 'utf8'))
  return (data, signature) => sm2Verify(key, data, signature)
}

/** The disk of this machine, in whose last half gibibyte nothing may be accepted; a whole one is taken. */
function ownDisk(stock: Backfilling, folder: string): Disk {
  const { bavail, bsize } = statfsSync(folder)
  stock.environment.QIAO_DISK_LIMIT = String(4 * (bavail * bsize - gibibyte / 2))
  const large = join(folder, 'large')
  return {
    fill: () => {
      if (!existsSync(large)) execFileSync('fallocate', ['-l', String(gibibyte), large])
    },
    free: () => rmSync(large, { force: true }),
    said: 'hub.full: ',
  }
}

/** A server that finds no room for what comes behind the 600th record: as it says so, in the transaction of a batch. */
async function serverDisk(stock: Backfilling): Promise<Disk> {
  await stock.look(async (query) => {
    await query(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`)
    await query(
      'CREATE TRIGGER full_disk BEFORE UPDATE ON import FOR EACH ROW WHEN (NEW.position > 600) EXECUTE FUNCTION no_room()',
    )
  })
  return {
    fill: () => undefined,
    free: () => stock.look(async (query) => void (await query('DROP TRIGGER IF EXISTS full_disk ON import'))),
    said: 'No space left on device',
  }
}
