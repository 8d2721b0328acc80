// npm run chaos: real processes under real traffic, killed, paused and cut off at random, and a checker that shares no code
// with the hub. Exit code 0 only when nothing was lost, repeated, reordered or unproved.
import { type Options, readOptions, UsageError, usage } from './options.ts'
import { jsonLine, outcomeText } from './report.ts'
import { run } from './run.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  let code = 0
  for (const one of options.runs) {
    const sound = await make(one, options.json)
    // of all guarantees together it is asked whether each that is missing is noticed
    if (options.runs.length > 1 ? sound : !sound) code = 1
  }
  return code
}

async function make(options: Options, json: boolean): Promise<boolean> {
  const outcome = await run(options, say, stop.signal)
  process.stdout.write(`${outcomeText(outcome)}\n`)
  if (options.without) {
    say(
      outcome.sound
        ? `✗ nobody noticed that ${options.without} is missing`
        : `✓ without ${options.without}: caught`,
    )
  }
  if (json) process.stdout.write(`${jsonLine(outcome)}\n`)
  return outcome.sound
}

/** Ends the process: accidents of a run that was stopped may still be waiting for their time. */
async function mainAndExit(args: readonly string[]): Promise<never> {
  try {
    process.exit(await main(args))
  } catch (error) {
    say(`chaos: ${(error as Error).message}`)
    process.exit(error instanceof UsageError ? 2 : 1)
  }
}
await mainAndExit(process.argv.slice(2))
