// The queue port. The queue is a wake-up, not a store: it says "lane n of system X may have something due", nothing else.

/** A lane of a system. */
export type Wake = { system: string; lane: number }

/** How the store of a queue is set up. */
export type QueueStore = {
  /** epoch ms */
  clock: number
  /** what it does when its memory is full: it must refuse, never drop */
  policy: string
  /** share of its memory in use; null without a maximum */
  memory: number | null
  /** whether it writes what it holds to disk; failing: it tries, and cannot */
  persistence: 'aof' | 'no-aof' | 'failing'
}

export type Queue = {
  /** Wakes a lane soon. Several wakes of one lane may become one, but a wake during its run causes another run. */
  wake(target: Wake): void
  /** A wake from the sweeper, run in this process: also when the store is away or believes that somebody is on it. */
  sweep(target: Wake): void
  /** Wakes a lane after `delay` milliseconds; a hint that may be lost or come late. */
  wakeAfter(target: Wake, delay: number): void
  /** Starts handing wakes to `run`; at most `concurrency` at a time. `run` must never throw. */
  onWake(run: (target: Wake) => Promise<void>, concurrency: number): void
  /** Whether wakes can be handed over now; a reason when not. */
  health(): Promise<string | undefined>
  /** the store behind it, where there is one; rejects when it does not answer */
  store?(): Promise<QueueStore>
  /** Stops handing out wakes and waits for running ones. */
  close(): Promise<void>
}
