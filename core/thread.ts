// Starts a worker thread from a TypeScript file. On Node 20 the loader of the main thread does not reach a worker,
// so the worker registers it itself before it imports its file.
import { Worker } from 'node:worker_threads'

const boot = `
import('node:worker_threads').then(async ({ workerData }) => {
  const { register } = await import(workerData.loader)
  register()
  await import(workerData.file)
})`

/** A worker thread that runs the module at `file` with `data` as `workerData.data`. */
export function startThread(file: URL, data: unknown): Worker {
  const loader = import.meta.resolve('tsx/esm/api')
  return new Worker(boot, { eval: true, execArgv: [], workerData: { loader, file: file.href, data } })
}
