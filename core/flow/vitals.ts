// What the delivering half knows of itself, for health facts and metrics: also when it works in a thread of its own.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PoolLoad } from '../ledger/database.ts'
import type { SeenClock } from './clocks.ts'

export type Vitals = {
  /** which thread: the one that accepts, or one of its own */
  thread: 'main' | 'delivery'
  /** epoch ms of the last sweep that the ledger answered, or of the start */
  sweptAt: number
  /** how long the event loop was held up at most since this was last asked, ms */
  loopDelay: number
  /** its connections to the ledger */
  pool: PoolLoad
  /** clocks of platforms, as last seen */
  clocks: readonly SeenClock[]
  /** what its meter counted, as the telemetry of the main thread reads it; null when that counts here anyway */
  numbers: unknown
}

export type Loop = { delay(): number; stop(): void }

const resolution = 20

/**
 * Watches the event loop of this thread. `delay` answers for how many ms it was held up at most since that was last
 * asked: a percentile would not see the one stop in which leases run out.
 */
export function watchLoop(): Loop {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return {
    delay: () => {
      // the histogram counts the interval itself
      const late = Math.max(0, histogram.max / 1e6 - resolution)
      histogram.reset()
      return Number.isFinite(late) ? late : 0
    },
    stop: () => histogram.disable(),
  }
}
