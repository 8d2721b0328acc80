// Commands and answers between the benchmark and its driver and sink, which are processes of their own.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

type Request = { id: number; command: unknown }
type Answer = { id: number; result?: unknown; error?: string }

/** The benchmark's end: `ask` sends a command and resolves with the answer; rejects when the process ends. */
export type Channel<C, R> = { ask(command: C): Promise<R>; stop(): void }

/** Starts `file` of this folder as a process that serves commands; `flags` are Node's. */
export function openChannel<C, R>(file: string, flags: readonly string[] = []): Channel<C, R> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--import', 'tsx', ...flags],
    serialization: 'advanced',
  })
  const waiting = new Map<number, { resolve: (result: R) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', ({ id, result, error }: Answer) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(result as R)
    else one?.reject(new Error(`${file}: ${error}`))
  })
  child.on('exit', (code) => {
    for (const one of waiting.values()) one.reject(new Error(`${file} ended with ${code}`))
  })
  return {
    ask: (command) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        child.send({ id: last, command })
      }),
    stop: () => child.disconnect(),
  }
}

/** The other end: answers every command with `serve`; the process ends when the benchmark does. */
export function serveChannel<C, R>(serve: (command: C) => Promise<R>): void {
  process.on('message', async ({ id, command }: Request) => {
    const answer: Answer = await serve(command as C).then(
      (result) => ({ id, result }),
      (error: unknown) => ({ id, error: String(error) }),
    )
    process.send?.(answer)
  })
  process.on('disconnect', () => process.exit())
}
