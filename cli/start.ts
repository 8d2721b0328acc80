// qiao start: runs a hub until SIGTERM or SIGINT, then drains; SIGHUP reloads the files.
import { closeSync, openSync } from 'node:fs'
import { readConfig } from '../core/config.ts'
import { start } from '../main.ts'

/** Runs until a signal; a second signal stops at once. */
export async function startCommand(): Promise<number> {
  const running = await start(readConfig())
  await new Promise<void>((resolve) => {
    let stopping = false
    const stop = (): void => {
      if (stopping) process.exit(130)
      stopping = true
      running.close().then(resolve, (error: Error) => {
        process.stderr.write(`${error.message}\n`)
        resolve()
      })
    }
    // a terminal that closed sends it too: then nobody is there to want a hub
    process.on('SIGHUP', () => (process.stdin.isTTY && !hasTerminal() ? stop() : void running.reload()))
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
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
