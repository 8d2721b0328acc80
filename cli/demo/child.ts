// Programs the demo starts, each a process of its own, as they would be in a city.
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { programWords } from '../../scripts/build.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

export type Child = {
  process: ChildProcess
  /** resolves with the first match in what the program prints; rejects when it ends before */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** resolves with exit code and everything printed on standard output */
  ended: Promise<{ code: number; output: string }>
  stop(): Promise<void>
}

/** Starts a TypeScript program of this repository; all it prints goes to `logFile` as well. */
export function startProgram(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  logFile: string,
): Child {
  const child = spawn(process.execPath, [...programWords(file), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let all = ''
  const watchers: (() => void)[] = []
  const take = (chunk: Buffer, standard: boolean): void => {
    appendFileSync(logFile, chunk)
    all += chunk.toString('utf8')
    if (standard) output += chunk.toString('utf8')
    if (all.length > 100_000) all = all.slice(-50_000)
    for (const watch of watchers) watch()
  }
  child.stdout.on('data', (chunk: Buffer) => take(chunk, true))
  child.stderr.on('data', (chunk: Buffer) => take(chunk, false))
  const ended = new Promise<{ code: number; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
  return {
    process: child,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(all)
          if (match) resolve(match)
        }
        watchers.push(look)
        look()
        void ended.then(() => reject(new Error(`${file} ended; see ${logFile}\n${all.slice(-800)}`)))
      }),
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(timer)
    },
  }
}
