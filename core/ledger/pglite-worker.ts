// The embedded PostgreSQL, alone in its thread, so that a statement never blocks the event loop of the hub.
// PGlite ships with fsync off and a file layer without fsync (its NODEFS has no such operation): both are
// switched on here, and every call is counted so that the parent can prove that a commit reaches the disk.
import { fdatasyncSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { planner } from './database.ts'

/** What the parent asks: a statement, a script, or the number of fsync calls so far. */
export type Ask =
  | { id: number; kind: 'query'; text: string; values: readonly unknown[] }
  | { id: number; kind: 'script'; text: string }
  | { id: number; kind: 'syncs' | 'close' }
/** What it gets: rows, or an error reduced to message and SQLSTATE (PGlite errors carry 18 KB of source). */
export type Answer = { id: number; rows?: unknown[]; error?: { message: string; code: string | undefined } }

type Stream = { nfd?: number }
type Emscripten = { NODEFS: { stream_ops: { fsync?: (stream: Stream) => number } } }

let syncs = 0

class DurableFS extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const result = await super.init(pg, options)
    const hook = (module: unknown): void => {
      ;(module as Emscripten).NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) fdatasyncSync(stream.nfd)
        syncs++
        return 0
      }
    }
    const before = result.emscriptenOpts.preRun ?? []
    return {
      emscriptenOpts: {
        ...result.emscriptenOpts,
        preRun: [hook, ...(Array.isArray(before) ? before : [before])],
      },
    }
  }
}

const port = parentPort
if (!port) throw new Error('pglite-worker runs only as a worker thread')

const { folder } = workerData.data as { folder: string }
const database = await PGlite.create({
  fs: new DurableFS(folder),
  startParams: [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
    ...[
      '-c',
      'fsync=on',
      '-c',
      'wal_sync_method=fsync',
      '-c',
      'shared_buffers=32MB',
      '-c',
      'max_wal_size=256MB',
    ],
    ...planner.flatMap((setting) => ['-c', setting]),
  ],
})

async function answer(ask: Ask): Promise<unknown[]> {
  switch (ask.kind) {
    case 'query':
      return (await database.query(ask.text, ask.values as unknown[])).rows
    case 'script':
      await database.exec(ask.text)
      return []
    case 'syncs':
      return [{ syncs }]
    case 'close':
      await database.close()
      return []
  }
}

port.on('message', (ask: Ask) => {
  answer(ask).then(
    (rows) => port.postMessage({ id: ask.id, rows } satisfies Answer),
    (error: Error & { code?: string }) =>
      port.postMessage({
        id: ask.id,
        error: { message: error.message.slice(0, 500), code: error.code },
      } satisfies Answer),
  )
})
port.postMessage({ id: 0, rows: [] } satisfies Answer)
