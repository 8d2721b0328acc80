// The thread PGlite runs in, with fsync made real: the shipped start parameters switch it off, and the shipped
// file layer has no fsync at all (11-measured §1.2). An empty statement closes the database.
import { fdatasyncSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

type Stream = { nfd?: number }
type Module = { NODEFS: { stream_ops: { fsync?: (stream: Stream) => number } } }
type Request = { id: number; text: string; values: unknown[] }

let syncs = 0

class DurableFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const result = await super.init(...args)
    const before = (result.emscriptenOpts.preRun ?? []) as ((module: unknown) => void)[]
    const hook = (module: unknown): void => {
      ;(module as Module).NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) fdatasyncSync(stream.nfd)
        syncs++
        return 0
      }
    }
    return { emscriptenOpts: { ...result.emscriptenOpts, preRun: [hook, ...before] } }
  }
}

const startParams = PGlite.defaultStartParams
  .filter((parameter) => parameter !== '-F')
  .concat('-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=32MB')
const database = await PGlite.create({ fs: new DurableFS(String(workerData.data)), startParams })
const before = syncs
await database.exec('create table durable (); drop table durable')
if (syncs === before) throw new Error('a commit did not call fsync: the reference would not be durable')

parentPort?.on('message', async ({ id, text, values }: Request) => {
  try {
    if (text === '') await database.close()
    const rows =
      text === ''
        ? []
        : values.length > 0
          ? (await database.query(text, values)).rows
          : (await database.exec(text)).at(-1)?.rows
    parentPort?.postMessage({ id, rows })
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) })
  }
})
