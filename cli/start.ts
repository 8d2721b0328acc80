// qiao start: runs a hub until SIGTERM or SIGINT, then drains; SIGHUP reloads the files.
import { closeSync, openSync } from 'node:fs'
import { readConfig } from '../core/config.ts'
import { type Running, start } from '../main.ts'

/** Runs until a signal; a second signal, or one before the hub has started, stops at once. */
export async function startCommand(): Promise<number> {
  const starting = start(readConfig())
  let running: Running | undefined
  // from here on, not from the moment it runs: a signal nobody handles ends the process
  const stopped = new Promise<void>((resolve) => {
    let stopping = false
    const stop = (): void => {
      if (stopping || !running) process.exit(130)
      stopping = true
      running.close().then(resolve, (error: Error) => {
        process.stderr.write(`${error.message}\n`)
        resolve()
      })
    }
    // a hub that does not start says so below
    const reload = (): void => void starting.then((started) => started.reload()).catch(() => undefined)
    // a terminal that closed sends it too: then nobody is there to want a hub
    process.on('SIGHUP', () => (process.stdin.isTTY && !hasTerminal() ? stop() : reload()))
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
  running = await starting
  await stopped
  return 0
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
