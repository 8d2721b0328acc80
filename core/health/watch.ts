// Tells in the log what turns bad and what is well again, for whoever has no collector of metrics.
import { every } from '../flow/every.ts'
import type { Log } from '../log.ts'
import type { Fact, State } from './fact.ts'
import type { Health } from './health.ts'

const looked = 60_000

/** Looks every minute; a state is told when it changes. Clear the interval to stop. */
export function watchHealth(health: Health, log: Log): NodeJS.Timeout {
  const tell = createTeller(log)
  return every(looked, log, 'health', async () => tell((await health.report()).facts))
}

/** Tells the facts whose state is another one than last time. */
export function createTeller(log: Log): (facts: readonly Fact[]) => void {
  let before = new Map<string, State>()
  return (facts) => {
    const now = new Map<string, State>()
    for (const { name, of, state, value } of facts) {
      const key = `${name} ${of}`
      now.set(key, state)
      if (state === (before.get(key) ?? 'ok')) continue
      log[state === 'ok' ? 'info' : state === 'warn' ? 'warn' : 'error'](`health.${state}`, {
        fact: name,
        of,
        value,
      })
    }
    before = now
  }
}
