import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { remoteDelivery } from '../../core/flow/remote.ts'

/** A thread as remoteDelivery sees one: it is only listened to here. */
const thread = (): EventEmitter => new EventEmitter()

describe('the delivery thread', () => {
  test('one that cannot start rejects with its reason and is not lost', async () => {
    const worker = thread()
    const losses: Error[] = []
    const started = remoteDelivery(worker as Worker, (error) => losses.push(error))
    worker.emit('message', { told: 'failed', message: 'no key' })
    worker.emit('exit', 0)
    await expect(started).rejects.toThrow('no key')
    expect(losses).toEqual([])
  })

  test('one that ends unasked while it delivers is lost', async () => {
    const worker = thread()
    const losses: string[] = []
    const started = remoteDelivery(worker as Worker, (error) => losses.push(error.message))
    worker.emit('message', { told: 'ready' })
    await started
    worker.emit('exit', 3)
    expect(losses).toEqual(['the delivery thread ended with code 3'])
  })
})
