// The command line of npm run chaos.
import { parseArgs } from 'node:util'
import { type Guarantee, guarantees } from '../../core/config.ts'
import { leastPerKey } from './generator/plan.ts'
import { full, lacking, type Size, short } from './sizes.ts'

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
  --short             a small run for every day: 2000 records, 100 keys, 4 kills, shorter absences
  --without NAME      start the hubs without ${guarantees.join(', ')}: a small run that must fail; all: each of them
  --seed S            the same seed plans the same accidents and messages (1)
  --keep              keep the folder with the logs
  --json              the result as one JSON line at the end`

/** What is wrong with the arguments. */
export class UsageError extends Error {}

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
    const [messages, keys] = [number('messages', size.messages), number('keys', size.keys)]
    if (messages < keys * leastPerKey) throw new UsageError(`--messages: at least ${leastPerKey} a key`)
    return {
      ...size,
      messages,
      keys,
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
