// How large each kind of run is, and how often each accident happens in it.
import type { Guarantee } from '../../core/config.ts'
import { askable } from './faults.ts'
import type { Amounts } from './schedule.ts'

/** The traffic and the accidents of a run. */
export type Size = {
  messages: number
  keys: number
  hubs: number
  /** bodies per second at most; 0: as fast as the hubs take them */
  rate: number
  /** platforms that do not recognise a record they have: whatever is sent to them twice has its effect twice */
  forgetful: readonly string[]
  /** ms without anything new at a platform until what is missing counts as lost; longer than the longest retry */
  patience: number
  amounts: Amounts
}

// longer than a lease
const standstill = 15_000
const never = { count: 0, away: 0 }
const quiet: Amounts = {
  kills: 0,
  pauses: never,
  flushes: 0,
  redis: never,
  postgres: never,
  lines: [],
  freezes: [],
  finale: undefined,
}
/** The run of the bar. */
export const full: Size = {
  messages: 100_000,
  keys: 2_000,
  hubs: 2,
  rate: 0,
  // Not the province, which gets most: a hub that stands still for longer than its lease right between its last look at the
  // lease and the first byte writes when it goes on, and only a platform that recognises its records protects from that.
  forgetful: ['elicence', 'supervision'],
  patience: 120_000,
  amounts: {
    kills: 20,
    pauses: { count: 4, away: standstill },
    flushes: 4,
    redis: { count: 3, away: 5_000 },
    postgres: { count: 3, away: 2_000 },
    lines: [150_000, 20_000],
    freezes: [25_000],
    finale: 0.97,
  },
}
/** The run of every day. */
export const short: Size = {
  messages: 2_000,
  keys: 100,
  hubs: 2,
  rate: 0,
  forgetful: askable,
  patience: 30_000,
  amounts: {
    ...quiet,
    kills: 4,
    flushes: 1,
    redis: { count: 1, away: 1_000 },
    postgres: { count: 1, away: 500 },
    lines: [3_000],
    finale: 0.97,
  },
}
// one hub: each hub more is several seconds of work to start
const tiny: Size = {
  ...short,
  hubs: 1,
  messages: 600,
  keys: 40,
  forgetful: [],
  patience: 8_000,
  amounts: quiet,
}
/** Small runs; each provokes what the missing guarantee would have prevented. */
export const lacking: Readonly<Record<Guarantee, Size>> = {
  // there must be successors in a key while the hub that has sent its predecessor half way stands still
  fencing: {
    ...tiny,
    hubs: 2,
    messages: 6_500,
    keys: 200,
    rate: 100,
    amounts: { ...quiet, pauses: { count: 4, away: standstill } },
  },
  sweeper: { ...tiny, amounts: { ...quiet, finale: 0.6 } },
  order: tiny,
  deduplication: tiny,
  asking: { ...tiny, forgetful: askable },
}
