// Starts a worker thread from one of our files, compiled or not.
import { Worker } from 'node:worker_threads'

// On Node 20 the loader of the main thread does not reach a worker, so the worker registers it before it imports its file.
const boot = `
import('node:worker_threads').then(async ({ workerData }) => {
  const { register } = await import(workerData.loader)
  register()
  await import(workerData.file)
})`

/** Put in by scripts/build.mjs: where the sources are, and where what was made of them is. */
declare const QIAO_BUILD: { from: string; to: string }

/** A worker thread that runs the module at `file` (TypeScript) with `data` as `workerData.data`. */
export function startThread({ href }: URL, data: unknown): Worker {
  if (typeof QIAO_BUILD !== 'undefined') {
    const compiled = href.replace(QIAO_BUILD.from, QIAO_BUILD.to).replace(/ts$/, 'mjs')
    return new Worker(new URL(compiled), { execArgv: ['--enable-source-maps'], workerData: { data } })
  }
  const loader = import.meta.resolve('tsx/esm/api')
  return new Worker(boot, { eval: true, execArgv: [], workerData: { loader, file: href, data } })
}
