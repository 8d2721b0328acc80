// Concurrent writes share one commit: whatever arrives while a commit runs goes into the next one.
import { QiaoError } from '../errors.ts'

export type Ticket<T, R> = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }

export type Batcher<T, R> = {
  /** resolves when the item's commit is durable; rejects with hub.busy when too many wait */
  add(item: T): Promise<R>
  /** waits until nothing is left */
  idle(): Promise<void>
}

/** `committed` hears how many items each batch had, and how many seconds it took. */
export type BatcherOptions = {
  size: number
  backlog: number
  committed?: ((items: number, seconds: number) => void) | undefined
}

const unheard = (): void => undefined

/**
 * Runs `flush` over batches of at most `size`, one batch at a time, so that the order of arrival is the order of
 * commit. `flush` must settle every ticket; what it leaves open when it throws is rejected.
 */
export function createBatcher<T, R>(
  flush: (batch: readonly Ticket<T, R>[]) => Promise<void>,
  { size, backlog, committed = unheard }: BatcherOptions,
): Batcher<T, R> {
  let waiting: Ticket<T, R>[] = []
  let running: Promise<void> | undefined

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, size)
      waiting = waiting.slice(size)
      const began = performance.now()
      try {
        await flush(batch)
        committed(batch.length, (performance.now() - began) / 1000)
      } catch (error) {
        for (const ticket of batch) ticket.reject(error)
      }
    }
    running = undefined
  }
  return {
    add: (item) =>
      new Promise<R>((resolve, reject) => {
        if (waiting.length >= backlog) {
          reject(new QiaoError('hub.busy', { detail: 'too many posts wait for their commit' }))
          return
        }
        waiting.push({ item, resolve, reject })
        // one turn of the event loop lets requests that arrived together share the commit
        running ??= new Promise<void>((go) => setImmediate(go)).then(work)
      }),
    idle: async () => {
      await running
    },
  }
}
