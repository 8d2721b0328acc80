// Wake-ups inside one process: for the embedded default, and for a single hub on PostgreSQL.
import type { Queue, Wake } from '../core/flow/queue.ts'

/** A queue in this process. A wake during a lane's run makes it run once more; nothing is lost by merging. */
export function memoryQueue(): Queue {
  const waiting = new Map<string, Wake>()
  const running = new Map<string, Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
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
    waiting.set(`${target.system}/${target.lane}`, target)
    pump()
  }
  return {
    wake,
    sweep: wake,
    wakeAfter: (target, delay) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        wake(target)
      }, delay)
      timers.add(timer)
    },
    onWake: (handler, concurrency) => {
      run = handler
      slots = concurrency
      pump()
    },
    health: async () => undefined,
    close: async () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}
