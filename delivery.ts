// The entry of the delivery thread: the delivering half of a hub, with connections of its own.
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './core/config.ts'
import { startDelivery } from './core/flow/delivery.ts'
import type { Asked, Told } from './core/flow/remote.ts'
import { type Closers, closeAll, openParts } from './parts.ts'

const tell = (message: Told): void => parentPort?.postMessage(message)
const closers: Closers = []
try {
  const parts = await openParts(workerData.data as Config, closers)
  const onBreaker = (system: string, state: 'closed' | 'open' | 'trial'): void =>
    tell({ told: 'breaker', system, state })
  const delivery = await startDelivery({ ...parts, onBreaker })
  parentPort?.once('message', async ({ deadline }: Asked) => {
    await delivery.close(deadline)
    await closeAll(closers)
    process.exit() // ends this thread only
  })
  tell({ told: 'ready' })
} catch (error) {
  await closeAll(closers)
  tell({ told: 'failed', message: (error as Error).message })
}
