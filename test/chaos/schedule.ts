// The plan of a run's accidents, all from one seed: what happens, to whom, at which share of the traffic, for how long.
import type { Random } from '../../sandbox/department/random.ts'

/**
 * kill: a hub, kill -9 · pause: a hub starves while its connections flicker, then stands still for longer than its lease · flush: Redis is emptied · redis, postgres: killed with -9, away, started again · line: the platforms' port is closed and every connection
 * cut · freeze: the platforms stand still.
 */
export type Accident =
  | { what: 'kill'; hub: number }
  | { what: 'pause'; hub: number; away: number }
  | { what: 'flush' }
  | { what: 'redis' | 'postgres' | 'line' | 'freeze'; away: number }

/** An accident at a share (0 to 1) of the traffic. */
export type Planned = Accident & { at: number }

/** How often each thing happens, and for how many milliseconds. */
export type Amounts = {
  kills: number
  pauses: { count: number; away: number }
  flushes: number
  redis: { count: number; away: number }
  postgres: { count: number; away: number }
  lines: readonly number[]
  freezes: readonly number[]
  /** at the end: the platforms stay away from this share on, Redis is emptied and every hub killed before they return */
  finale: number | undefined
}

/** Spreads the accidents over the traffic. */
export function planAccidents(amounts: Amounts, hubs: number, random: Random): Planned[] {
  const { kills, pauses, flushes, redis, postgres, lines, freezes } = amounts
  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i))
  const first = random.int(0, hubs - 1)
  const kinds: Accident[][] = [
    // by turns, with a random choice now and then: the one killed last is still starting
    times(kills, (i) => ({
      what: 'kill',
      hub: random.oneIn(4) ? random.int(0, hubs - 1) : (first + i) % hubs,
    })),
    times(pauses.count, (i) => ({ what: 'pause', hub: (first + i) % hubs, away: pauses.away })),
    times(flushes, () => ({ what: 'flush' })),
    times(redis.count, () => ({ what: 'redis', away: redis.away })),
    times(postgres.count, () => ({ what: 'postgres', away: postgres.away })),
    lines.map((away) => ({ what: 'line', away })),
    freezes.map((away) => ({ what: 'freeze', away })),
  ]
  const planned = kinds.flatMap((list) =>
    // each in its own stretch of the traffic, anywhere in it
    list.map((accident, i) => ({
      ...accident,
      at: 0.03 + (0.9 * (i + random.int(0, 99) / 100)) / list.length,
    })),
  )
  return planned.sort((a, b) => a.at - b.at)
}

/** The plan for people, one accident a line. */
export function planText(planned: readonly Planned[]): string {
  return planned.map((one) => `  ${(one.at * 100).toFixed(1).padStart(5)} %  ${tell(one)}`).join('\n')
}

/** One line for people. */
export function tell(accident: Accident): string {
  const away = 'away' in accident ? ` for ${accident.away / 1000} s` : ''
  switch (accident.what) {
    case 'kill':
      return `kill -9 hub ${accident.hub}`
    case 'pause':
      return `hub ${accident.hub} stands still${away}`
    case 'flush':
      return 'Redis emptied'
    case 'redis':
      return `Redis killed, away${away}`
    case 'postgres':
      return `PostgreSQL killed, away${away}`
    case 'line':
      return `line to the platforms cut${away}`
    case 'freeze':
      return `platforms stand still${away}`
  }
}
