// Wake-ups inside one process: for the embedded default, and for a single hub on PostgreSQL.
import type { Queue, Wake } from '../core/flow/queue.ts'

/** A queue in this process. A wake during a lane's run makes it run once more; nothing is lost by merging. */
export function memoryQueue(): Queue {
  const waiting = new Map<string, Wake>()
  const running = new Map<string, Promise<void>>()
  // one a lane, the earliest: its run finds out what is due next
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  let run: ((target: Wake) => Promise<void>) | undefined
  let slots = 0
  let closed = false

  const pump = (): void => {
    if (!run || closed) return
    for (const [name, target] of waiting) {
      if (running.size >= slots) return
      if (running.has(name)) continue
      waiting.delete(name)
      const work = run(target).finally(() => {
        running.delete(name)
        pump()
      })
      running.set(name, work)
    }
  }
  const wake = (target: Wake): void => {
    waiting.set(nameOf(target), target)
    pump()
  }
  return {
    wake,
    sweep: wake,
    wakeAfter: (target, delay) => {
      const name = nameOf(target)
      const at = Date.now() + delay
      const earlier = timers.get(name)
      if (closed || (earlier && earlier.at <= at)) return
      clearTimeout(earlier?.timer)
      const timer = setTimeout(() => {
        timers.delete(name)
        wake(target)
      }, delay)
      timers.set(name, { at, timer })
    },
    onWake: (handler, concurrency) => {
      run = handler
      slots = concurrency
      pump()
    },
    health: async () => undefined,
    close: async () => {
      closed = true
      for (const { timer } of timers.values()) clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}

const nameOf = ({ system, lane }: Wake): string => `${system}/${lane}`
