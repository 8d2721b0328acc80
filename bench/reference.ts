// Starts the reference program.
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { failWhenEnded, startProgram, type Target } from './child.ts'
import type { ReferenceOptions } from './reference/main.ts'

/** Resolves when it listens. */
export async function startReference(options: ReferenceOptions): Promise<Target> {
  const child = startProgram('bench/reference/main.ts', [JSON.stringify(options)], {})
  const output = child.process.stdout as Readable
  const [port] = (await Promise.race([once(output, 'data'), failWhenEnded(child, 'the reference')])) as [
    Buffer,
  ]
  const url = `http://127.0.0.1:${port.toString().trim()}`
  return { url, pid: child.process.pid ?? 0, output: child.output, stop: child.stop }
}
