// Arguments of commands: how they are read, and what is said when they are wrong.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Actor } from '../core/flow/action.ts'
import { addDays } from '../core/time.ts'
import { type Output, terminal } from './mapping/output.ts'

type Options = NonNullable<ParseArgsConfig['options']>

export const text = { type: 'string' } as const
export const flag = { type: 'boolean', default: false } as const
/** `--help` and `-h`. */
export const help = { ...flag, short: 'h' } as const

/** Options and words; a text when they are wrong. */
export function readArguments<T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>> | string {
  return orComplaint(() => parseArgs({ args: [...args], options, allowPositionals: true }))
}

/** Options of a command that takes no words; a text when they are wrong. */
export function readOptions<T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] | string {
  return orComplaint(() => parseArgs({ args: [...args], options }).values)
}

function orComplaint<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

/** Who and why, as far as both are given. */
export function actorOf({
  by,
  why,
}: {
  by?: string | undefined
  why?: string | undefined
}): Actor | undefined {
  return by && why ? { operator: by, reason: why } : undefined
}

const dayShape = /^\d{4}-\d{2}-\d{2}$/

/** Whether a text is written as a day, yyyy-MM-dd. */
export const isDay = (day: string): boolean => dayShape.test(day)

/** The days from one to another, both with it; none when either is no day. */
export function daysFrom(from: string | undefined, to: string | undefined): string[] {
  const days: string[] = []
  if (from === undefined || to === undefined || !isDay(from) || !isDay(to)) return days
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

/** Says what is wrong with the arguments. */
export function misused(reason: string, usage: string, output: Output = terminal): 2 {
  output.tell(`qiao: ${reason}\n${usage}`)
  return 2
}
