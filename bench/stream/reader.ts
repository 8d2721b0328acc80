// One reader at work in a process of its own, so that its memory is nothing but the reading's.
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../core/mapping/text.ts'
import { serveChannel } from '../channel.ts'
import { peakMemory, resetPeak } from '../usage.ts'
import { type ReaderName, readers } from './readers.ts'

/** `warmUp`: a small file that is read first, past the compilers of V8. `prove`: hash what is read. */
export type ReadCommand = { reader: ReaderName; warmUp: string; file: string; prove: boolean }

/** Records read, in seconds; MB of resident memory above the start, before the warm-up, at the most; hash of all records. */
export type ReadAnswer = { records: number; seconds: number; growth: number; hash: string | undefined }

async function read({ reader, warmUp, file, prove }: ReadCommand): Promise<ReadAnswer> {
  const hash = createHash('sha256')
  let records = 0
  resetPeak(process.pid)
  const before = peakMemory(process.pid)
  await readers[reader](warmUp, () => undefined)
  const start = performance.now()
  await readers[reader](file, (record) => {
    records++
    if (prove) hash.update(canonicalJson(record))
  })
  return {
    records,
    seconds: (performance.now() - start) / 1_000,
    growth: peakMemory(process.pid) - before,
    hash: prove ? hash.digest('hex') : undefined,
  }
}

serveChannel(read)
