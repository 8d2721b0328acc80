// The entry of the delivery thread: the delivering half of a hub, with connections of its own.
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './core/config.ts'
import type { BreakerState } from './core/flow/breaker.ts'
import { startDelivery } from './core/flow/delivery.ts'
import { createFollower } from './core/flow/follow.ts'
import type { Stored } from './core/flow/registry.ts'
import type { Asked, Told } from './core/flow/remote.ts'
import { type Closers, closeAll, openParts } from './parts.ts'

const tell = (message: Told): void => parentPort?.postMessage(message)
const closers: Closers = []
try {
  const { config, stored } = workerData.data as { config: Config; stored: Stored }
  const parts = await openParts(config, closers, stored)
  const onBreaker = (system: string, state: BreakerState): void => tell({ told: 'breaker', system, state })
  const delivery = startDelivery({ ...parts, onBreaker, numbers: parts.metrics.numbers })
  const follow = createFollower(parts.registry, parts.log)
  parentPort?.on('message', async (message: Asked) => {
    if (message.asked === 'keep') {
      for (const fresh of message.fresh) delivery.keep(fresh)
      return
    }
    if (message.asked === 'nudge') {
      if (!delivery.nudge(message.target)) parts.queue.wake(message.target)
      return
    }
    if (message.asked === 'follow') return follow(message.stored)
    if (message.asked === 'vitals') return tell({ told: 'vitals', vitals: await delivery.vitals() })
    await delivery.close(message.deadline)
    await closeAll(closers)
    parentPort?.close()
  })
  tell({ told: 'ready' })
} catch (error) {
  await closeAll(closers)
  tell({ told: 'failed', message: (error as Error).message })
}
