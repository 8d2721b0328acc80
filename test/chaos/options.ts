// The command line of npm run chaos, and how large each kind of run is.
import { parseArgs } from 'node:util'
import { type Guarantee, guarantees } from '../../core/config.ts'
import type { Amounts } from './schedule.ts'

type Size = {
  messages: number
  keys: number
  hubs: number
  /** bodies per second at most; 0: as fast as the hubs take them */
  rate: number
  /** ms without anything new at a platform until what is missing counts as lost; longer than the longest retry */
  patience: number
  amounts: Amounts
}

/** One run. */
export type Options = Size & {
  seed: string
  without: Guarantee | undefined
  /** keep the folder with all logs */
  keep: boolean
}

export const usage = `npm run chaos [-- options]
  --messages N        records to send (100000)
  --keys N            business keys they are spread over (2000)
  --hubs N            hub processes (2)
  --kills N           kill -9 of a hub (20)
  --short             a small run for every day: 4000 records, 200 keys, 4 kills, shorter absences
  --without NAME      start the hubs without ${guarantees.join(', ')}: a small run that must fail; all: each of them
  --seed S            the same seed plans the same accidents and messages (1)
  --keep              keep the folder with the logs
  --json              the result as one JSON line at the end`

/** What is wrong with the arguments. */
export class UsageError extends Error {}

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
const full: Size = {
  messages: 100_000,
  keys: 2_000,
  hubs: 2,
  rate: 0,
  patience: 120_000,
  amounts: {
    kills: 20,
    pauses: { count: 4, away: standstill },
    flushes: 4,
    redis: { count: 3, away: 5_000 },
    postgres: { count: 3, away: 2_000 },
    lines: [20_000, 150_000],
    freezes: [25_000],
    finale: 0.97,
  },
}
const short: Size = {
  messages: 4_000,
  keys: 200,
  hubs: 2,
  rate: 0,
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
const tiny: Size = { ...short, messages: 600, keys: 40, patience: 8_000, amounts: quiet }
/** Each provokes what the missing guarantee would have prevented. */
const lacking: Readonly<Record<Guarantee, Size>> = {
  // there must be successors in a key while the hub that has sent its predecessor half way stands still
  fencing: {
    ...tiny,
    messages: 6_500,
    keys: 200,
    rate: 100,
    amounts: { ...quiet, pauses: { count: 4, away: standstill } },
  },
  sweeper: { ...tiny, amounts: { ...quiet, finale: 0.6 } },
  order: tiny,
  deduplication: tiny,
}

/** Reads the arguments: the runs to make. Throws UsageError. */
export function readOptions(args: readonly string[]): { runs: Options[]; json: boolean } | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const number = (name: 'messages' | 'keys' | 'hubs' | 'kills', usual: number): number => {
    const value = Number(values[name] ?? usual)
    const least = name === 'kills' ? 0 : 1
    if (!Number.isInteger(value) || value < least)
      throw new UsageError(`--${name}: a whole number from ${least}`)
    return value
  }
  const runs = namesOf(values.without).map((without): Options => {
    const size = without ? lacking[without] : values.short ? short : full
    return {
      ...size,
      messages: number('messages', size.messages),
      keys: number('keys', size.keys),
      hubs: number('hubs', size.hubs),
      amounts: { ...size.amounts, kills: number('kills', size.amounts.kills) },
      seed: values.seed,
      without,
      keep: values.keep,
    }
  })
  return { runs, json: values.json }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const numbers = { messages: text, keys: text, hubs: text, kills: text }
  const flags = { short: flag, keep: flag, json: flag, help: { ...flag, short: 'h' } } as const
  const options = { ...numbers, ...flags, without: text, seed: { ...text, default: '1' } } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function namesOf(without: string | undefined): (Guarantee | undefined)[] {
  if (without === undefined) return [undefined]
  if (without === 'all') return [...guarantees]
  const found = guarantees.find((name) => name === without)
  if (!found) throw new UsageError(`--without ${without}: one of ${guarantees.join(', ')}, all`)
  return [found]
}
