// Group commit: messages that arrive while a commit is under way share the next one.
import { insertRows, type Query, type Row } from './table.ts'

type Waiting = { row: Row; resolve: () => void; reject: (error: unknown) => void }

/** Returns `insert(row)`, which resolves once the row is committed. At most `lanes` commits are under way. */
export function createInserter(
  query: Query,
  lanes: number,
  committed: () => void,
): (row: Row) => Promise<void> {
  const waiting: Waiting[] = []
  let busy = 0
  let scheduled = false

  const flush = (): void => {
    scheduled = false
    while (busy < lanes && waiting.length > 0) void commit(waiting.splice(0, powerOfTwo(waiting.length)))
  }
  const commit = async (batch: Waiting[]): Promise<void> => {
    busy++
    try {
      await insertRows(
        query,
        batch.map((one) => one.row),
      )
      for (const one of batch) one.resolve()
      committed()
    } catch (error) {
      for (const one of batch) one.reject(error)
    }
    busy--
    flush()
  }
  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject })
      if (scheduled || busy >= lanes) return
      scheduled = true
      setImmediate(flush) // lets the other requests of this tick join
    })
}

/** The largest power of two up to `count` and 64: few statement texts, each prepared once. */
function powerOfTwo(count: number): number {
  return Math.min(64, 2 ** Math.floor(Math.log2(count)))
}
