// Work that comes again and again, never twice at once, and whose failure is told and does not end it.
import type { Log } from '../log.ts'

/** Starts `work` every `ms` milliseconds, unless it still runs; `name` names it in the log. Clear the interval to stop. */
export function every(ms: number, log: Log, name: string, work: () => Promise<void>): NodeJS.Timeout {
  let busy = false
  return setInterval(() => {
    if (busy) return
    busy = true
    work()
      .catch((error: Error) => log.warn(`${name}.failed`, { error: error.message.slice(0, 200) }))
      .finally(() => {
        busy = false
      })
  }, ms)
}
