// What waits for a dead platform waits in the ledger: the hub's memory does not grow with it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import { overlayFor } from '../crash/city.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const round = 500
/** what the hub may keep on purpose (its last 2,048 messages, compiled code) is full after these */
const filling = 5
const measured = 3
const together = 25
/** bytes of live heap a waiting message may add; a leak of 1 kB a message breaks it */
const allowed = 500

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

test('the heap stays flat while messages wait for platforms that are dead', {
  timeout: 240_000,
}, async () => {
  const [embedded] = pairs
  if (!embedded) throw new Error('no pair')
  const folder = mkdtempSync(join(tmpdir(), 'qiao-heap-'))
  open.push(() => rmSync(folder, { recursive: true, force: true }))
  const settings = join(folder, 'settings.yaml')
  // nobody listens at the discard port
  writeFileSync(settings, overlayFor('http://127.0.0.1:9'))
  const hub = await startRunning(embedded, { config: { settings, log: 'error' } })
  open.push(hub.close)

  let next = 1
  const post = async (): Promise<void> => {
    for (let i = 0; i < round; i += together)
      await Promise.all(Array.from({ length: together }, () => acceptOne(hub, next++)))
  }
  for (let i = 0; i < filling; i++) await post()
  const before = liveHeap()
  for (let i = 0; i < measured; i++) await post()
  const grown = (liveHeap() - before) / (measured * round)

  const { json } = await hub.ops('GET', '/systems')
  const all = (filling + measured) * round
  expect(json).toMatchObject({
    systems: expect.arrayContaining([expect.objectContaining({ system: 'province', open: all })]),
  })
  expect(grown).toBeLessThan(allowed)
})

async function acceptOne(hub: Running, number: number): Promise<void> {
  const caseNo = `510700-20260901-${String(number).padStart(6, '0')}`
  const { status } = await hub.post(signatories.housing, buildMessage('housing', 'acceptance', { caseNo }))
  if (status !== 202) throw new Error(`${caseNo}: ${status}`)
}

/** Bytes in use when nothing more can be collected. */
function liveHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) collect()
  return process.memoryUsage().heapUsed
}
