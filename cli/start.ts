// qiao start: runs a hub until SIGTERM or SIGINT, then drains.
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
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
  return 0
}
