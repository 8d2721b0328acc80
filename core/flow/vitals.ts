// What the delivering half knows of itself, for health facts and metrics: also when it works in a thread of its own.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PoolLoad } from '../ledger/database.ts'
import type { SeenClock } from './clocks.ts'

export type Vitals = {
  /** which thread: the one that accepts, or one of its own */
  thread: 'main' | 'delivery'
  /** epoch ms of the last sweep that the ledger answered, or of the start */
  sweptAt: number
  /** how late the event loop was, 99th percentile since this was last asked, ms */
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

/** Watches the event loop of this thread; `delay` answers the 99th percentile in ms since it was last asked. */
export function watchLoop(): Loop {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return {
    delay: () => {
      // the histogram counts the interval itself
      const late = Math.max(0, histogram.percentile(99) / 1e6 - resolution)
      histogram.reset()
      return Number.isFinite(late) ? late : 0
    },
    stop: () => histogram.disable(),
  }
}
