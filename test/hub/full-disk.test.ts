// A hub whose ledger has no room left accepts nothing and says so, goes on delivering, and opens again by itself.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { watchDisk } from '../../core/flow/disk-watch.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { silent } from '../pairs.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const [embedded, shared] = pairs
if (!embedded || !shared) throw new Error('no pairs')
/** far more than any disk has, so that a quarter of it is more as well */
const beyond = 2 ** 60
const gibibyte = 2 ** 30

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
  const { bavail, bsize } = statfsSync(folder)
  // half of what is taken and given back here: other tests write to the same disk
  const watch = await watchDisk(folder, bavail * bsize - gibibyte / 2, silent, 10)
  try {
    expect(watch.full()).toBeUndefined()
    execFileSync('fallocate', ['-l', String(gibibyte), join(folder, 'large')])
    await vi.waitFor(() => expect(watch.full()).toMatch(/^\d+ MiB are free, \d+ must be left$/))
    rmSync(join(folder, 'large'))
    await vi.waitFor(() => expect(watch.full()).toBeUndefined())
  } finally {
    watch.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
