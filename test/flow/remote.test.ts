import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { describe, expect, test, vi } from 'vitest'
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

  test('tells how it is, and one that does not answer in time is not waited for', async () => {
    const asked: unknown[] = []
    const worker = Object.assign(thread(), { postMessage: (message: unknown) => asked.push(message) })
    const started = remoteDelivery(worker as unknown as Worker, () => undefined)
    worker.emit('message', { told: 'ready' })
    const delivery = await started
    const first = delivery.vitals()
    worker.emit('message', { told: 'vitals', vitals: { sweptAt: 1 } })
    expect(await first).toEqual({ sweptAt: 1 })
    vi.useFakeTimers()
    const silent = expect(delivery.vitals()).rejects.toThrow('did not answer within 2000 ms')
    await vi.advanceTimersByTimeAsync(2_000)
    await silent
    vi.useRealTimers()
    // its late answer is nobody's
    worker.emit('message', { told: 'vitals', vitals: { sweptAt: 2 } })
    const next = delivery.vitals()
    worker.emit('message', { told: 'vitals', vitals: { sweptAt: 3 } })
    expect(await next).toEqual({ sweptAt: 3 })
    expect(asked).toEqual(Array(3).fill({ asked: 'vitals' }))
  })

  test('is lent what was accepted, as text, all of a commit at once and before its lanes are nudged', async () => {
    const asked: unknown[] = []
    const worker = Object.assign(thread(), { postMessage: (message: unknown) => asked.push(message) })
    const started = remoteDelivery(worker as unknown as Worker, () => undefined)
    worker.emit('message', { told: 'ready' })
    const delivery = await started
    for (const id of ['a', 'b']) delivery.keep({ id, text: `{"id":"${id}"}`, value: { id }, uses: 1 })
    delivery.nudge({ system: 'province', lane: 1 })
    delivery.keep({ id: 'c', text: '{}', uses: 2 })
    await Promise.resolve()
    expect(asked).toEqual([
      {
        asked: 'keep',
        fresh: [
          { id: 'a', text: '{"id":"a"}', uses: 1 },
          { id: 'b', text: '{"id":"b"}', uses: 1 },
        ],
      },
      { asked: 'nudge', target: { system: 'province', lane: 1 } },
      { asked: 'keep', fresh: [{ id: 'c', text: '{}', uses: 2 }] },
    ])
  })
})
