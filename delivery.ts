// The entry of the delivery thread: the delivering half of a hub, with connections of its own.
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './core/config.ts'
import type { BreakerState } from './core/flow/breaker.ts'
import { startDelivery } from './core/flow/delivery.ts'
import type { Asked, Told } from './core/flow/remote.ts'
import { type Closers, closeAll, openParts } from './parts.ts'

const tell = (message: Told): void => parentPort?.postMessage(message)
const closers: Closers = []
try {
  const parts = await openParts(workerData.data as Config, closers)
  const onBreaker = (system: string, state: BreakerState): void => tell({ told: 'breaker', system, state })
  const delivery = await startDelivery({ ...parts, onBreaker })
  parentPort?.on('message', async (message: Asked) => {
    if (message.asked === 'nudge') {
      if (!delivery.nudge(message.target)) parts.queue.wake(message.target)
      return
    }
    await delivery.close(message.deadline)
    await closeAll(closers)
    parentPort?.close()
  })
  tell({ told: 'ready' })
} catch (error) {
  await closeAll(closers)
  tell({ told: 'failed', message: (error as Error).message })
}
