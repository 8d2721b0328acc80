// The program under test as a child process, with nothing of our environment in its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { programWords } from '../scripts/build.mjs'

export const repository = fileURLToPath(new URL('..', import.meta.url))

/** A running server that takes messages at `url`. */
export type Target = { url: string; pid: number; output(): string; stop(): Promise<void> }

export type Child = { process: ChildProcess; output(): string; stop(): Promise<void> }

/** Starts a TypeScript program of this repository; `output` gives the end of what it wrote to standard error. */
export function startProgram(file: string, args: readonly string[], env: Record<string, string>): Child {
  const child = spawn(process.execPath, [...programWords(file), ...args], { cwd: repository, env })
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4_000)
  })
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill) // a benchmark that fails leaves no server behind
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const killer = setTimeout(kill, 15_000)
    await once(child, 'exit')
    clearTimeout(killer)
  }
  return { process: child, output: () => tail, stop }
}

/** Rejects with the end of its output when the child exits. */
export async function failWhenEnded(child: Child, what: string): Promise<never> {
  if (child.process.exitCode === null) await once(child.process, 'exit')
  throw new Error(`${what} ended with ${child.process.exitCode}:\n${child.output()}`)
}
