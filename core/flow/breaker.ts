// A circuit breaker per system: after enough failures in a row nothing is sent for a while, then one trial.

export type BreakerState = 'closed' | 'open' | 'trial'

export type Breaker = {
  /** how many deliveries may start now: 0 while open, 1 on trial, otherwise no limit */
  allowance(now: number): number
  /** ms until the next trial; 0 when not open */
  wait(now: number): number
  succeeded(): void
  /** answers true when this failure opened the breaker */
  failed(now: number): boolean
  state(now: number): BreakerState
}

/** When a breaker opens: after so many failures in a row, for `pause` milliseconds. */
export type BreakerSettings = { failures: number; pause: number }

/** A breaker that asks for its settings whenever it needs them: the files they stand in may change while it lives. */
export function createBreaker(settings: () => BreakerSettings): Breaker {
  let row = 0
  let openUntil = 0
  const state = (now: number): BreakerState => {
    if (row < settings().failures) return 'closed'
    return now < openUntil ? 'open' : 'trial'
  }
  return {
    allowance: (now) => ({ closed: Number.POSITIVE_INFINITY, open: 0, trial: 1 })[state(now)],
    wait: (now) => (state(now) === 'open' ? openUntil - now : 0),
    succeeded: () => {
      row = 0
    },
    failed: (now) => {
      const was = state(now)
      row++
      const { failures, pause } = settings()
      if (row < failures || was === 'open') return false
      openUntil = now + pause
      return true
    },
    state,
  }
}
