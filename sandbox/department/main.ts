// Traffic generator: three made-up departments that send the life of their cases to a hub, and count.
// Ends with one line of JSON; exit code 0 when nothing went wrong.
import { readOptions, usage } from './options.ts'
import { type RunOptions, run } from './run.ts'

function read(): ReturnType<typeof readOptions> | undefined {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return undefined
  }
}

/** A line each second, so that a long run shows that it lives. */
function reporter(): (messages: number) => void {
  const started = Date.now()
  let shown = started
  return (messages) => {
    if (Date.now() - shown < 1000) return
    shown = Date.now()
    const seconds = (shown - started) / 1000
    process.stderr.write(`${messages} messages accepted in ${seconds.toFixed(0)} s\n`)
  }
}

async function play(options: RunOptions, json: boolean): Promise<void> {
  const summary = await run(json ? options : { ...options, progress: reporter() }).catch((error: unknown) => {
    // a key that is not there or cannot be read
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  })
  if (summary === undefined) {
    process.exitCode = 2
    return
  }
  if (!json) for (const problem of summary.problems) process.stderr.write(`problem: ${problem}\n`)
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  process.exitCode = summary.problems.length === 0 ? 0 : 1
}

const command = read()
if (command === undefined) process.exitCode = 2
else if (command === 'help') process.stdout.write(usage)
else await play(command.options, command.json)
