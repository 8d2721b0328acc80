// Command line of the benchmark.
import { parseArgs } from 'node:util'
import type { Algorithm } from './reference/sign.ts'

export type StorePair = 'pglite' | 'postgres+redis'

/** One comparison: a pair of stores and an outbound signature. Its name ends every figure's name. */
export type Combination = { name: string; stores: StorePair; algorithm: Algorithm }

export type Options = {
  rounds: number
  /** messages a measurement; undefined takes each combination's own */
  messages: number | undefined
  combinations: readonly Combination[]
  json: boolean
}

const all: readonly Combination[] = (['pglite', 'postgres+redis'] as const).flatMap((stores) =>
  (['hmac', 'sm2'] as const).map((algorithm) => ({ name: `${stores} ${algorithm}`, stores, algorithm })),
)

/** The help text. */
export const usage = `npm run bench [-- options]
  --rounds N          rounds, reference and hub by turns; medians are printed (3)
  --messages N        messages a measurement, after half as many (20000 with hmac, 8000 with sm2)
  --only "<name>"     one of: ${all.map(({ name }) => name).join(', ')}
  --json              one JSON line per figure on standard output, progress on standard error`

/** Reads the arguments; throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      messages: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  for (const name of values.only) {
    if (!all.some((one) => one.name === name)) throw new Error(`--only "${name}": no such comparison`)
  }
  return {
    rounds: positive('--rounds', values.rounds),
    messages: values.messages === undefined ? undefined : positive('--messages', values.messages),
    combinations: values.only.length === 0 ? all : all.filter(({ name }) => values.only.includes(name)),
    json: values.json,
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} needs a whole number from 1`)
  return value
}
