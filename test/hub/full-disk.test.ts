// A hub whose ledger has no room left accepts nothing and says so, goes on delivering, and opens again by itself. An import
// stops between two batches and says what to do; the same command goes on from there, none twice, none missing.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { auditLedger } from '../../core/flow/audit.ts'
import { watchDisk } from '../../core/flow/disk-watch.ts'
import { verifyingKey } from '../../core/signing/keys.ts'
import { sm2Verify } from '../../core/signing/sm2.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { silent } from '../pairs.ts'
import { type Backfilling, prepareBackfill } from './backfilling.ts'
import { fillableDisk } from './disk.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { expectDeliveryWhileShut } from './shut.ts'
import { pairs } from './stores.ts'

const [embedded, shared] = pairs
if (!embedded || !shared) throw new Error('no pairs')
/** far more than any disk has, so that a quarter of it is more as well */
const beyond = 2 ** 60
const count = 1_200
const spoilt = [7, 1_190]

describe('an embedded ledger on a full disk', () => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(embedded, { config: { diskLimit: beyond } })
  })
  afterAll(() => hub?.close())

  test('intake answers 503 with the time to come again, and keeps nothing; the rest goes on', async () => {
    const answer = await hub.post(signatories.housing, buildMessage('housing', 'acceptance'))
    expect(answer).toMatchObject({ status: 503, json: { code: 'hub.full', status: 503 } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    const { json } = await hub.ops('GET', '/systems')
    expect(json).toMatchObject({ departments: [] })
    const ready = await hub.agent.request({ origin: hub.url, path: '/readyz', method: 'GET' })
    expect(ready.statusCode).toBe(503)
    expect(await ready.body.json()).toMatchObject({
      ready: false,
      intake: expect.stringContaining('hub.full'),
    })
    expect(hub.log()).toContain('disk.full')
  })
})

test('a ledger on a server is not judged by the disk of this machine', async () => {
  const watch = await watchDisk(undefined, beyond, silent)
  expect(watch.full()).toBeUndefined()
  watch.stop()
})

test('it shuts when the disk fills, and opens when there is room again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-disk-'))
  const disk = fillableDisk(folder)
  const watch = await watchDisk(folder, disk.least, silent, 10)
  try {
    expect(watch.full()).toBeUndefined()
    disk.fill()
    await vi.waitFor(() => expect(watch.full()).toMatch(/^\d+ MiB are free, \d+ must be left$/))
    disk.free()
    await vi.waitFor(() => expect(watch.full()).toBeUndefined())
  } finally {
    watch.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('deliveries go on while the disk is full', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-disk-'))
  const disk = fillableDisk(folder)
  const hub = await startRunning(embedded, { config: { diskLimit: 4 * disk.least } })
  try {
    await expectDeliveryWhileShut(hub, { code: 'hub.full', shut: disk.fill, open: disk.free })
  } finally {
    await hub.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** How the disk of a ledger fills and is freed, and what the command says of it. */
type Disk = { fill(): void; free(): Promise<void> | void; said: string }

describe.each(pairs)('an import whose disk fills, over $name', (pair) => {
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

/** The disk of this machine, in whose last half gibibyte nothing may be accepted. */
function ownDisk(stock: Backfilling, folder: string): Disk {
  const { least, fill, free } = fillableDisk(folder)
  stock.environment.QIAO_DISK_LIMIT = String(4 * least)
  return { fill, free, said: 'hub.full: ' }
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
