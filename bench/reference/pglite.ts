// Durable PGlite in a worker thread, behind the same query function as PostgreSQL.
import { startThread } from '../../core/thread.ts'
import type { Query } from './table.ts'

type Answer = { id: number; rows?: readonly unknown[]; error?: string }

/** Opens the database in `folder`; resolves when it is ready. */
export async function openPglite(folder: string): Promise<{ query: Query; close(): Promise<void> }> {
  const worker = startThread(new URL('./pglite-worker.ts', import.meta.url), folder)
  const waiting = new Map<
    number,
    { resolve: (rows: readonly unknown[]) => void; reject: (e: Error) => void }
  >()
  let last = 0
  worker.on('message', ({ id, rows, error }: Answer) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(rows ?? [])
    else one?.reject(new Error(error))
  })
  worker.on('error', (error) => {
    for (const one of waiting.values()) one.reject(error)
  })
  const query: Query = (_name, text, values) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject })
      worker.postMessage({ id: last, text, values })
    })
  await query('', 'select 1', [])
  return {
    query,
    close: async () => {
      await query('', '', [])
      await worker.terminate()
    },
  }
}
