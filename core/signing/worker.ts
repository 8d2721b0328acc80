// A signing worker thread: performs the jobs of each parcel in turn and answers with one message.
import { parentPort } from 'node:worker_threads'
import { perform } from './operations.ts'
import { concat, createUnpacker, type Parcel, type Reply } from './parcel.ts'

const unpack = createUnpacker()

function answer(parcel: Parcel): { reply: Reply; bytes: ArrayBuffer } {
  const parts: Uint8Array[] = []
  const results = unpack(parcel).map((job): Reply['results'][number] => {
    try {
      const result = perform(job())
      parts.push(result)
      return result.length
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      return { name, message }
    }
  })
  const bytes = concat(parts)
  return { reply: { results, bytes }, bytes: bytes.buffer }
}

parentPort?.on('message', (parcel: Parcel) => {
  const { reply, bytes } = answer(parcel)
  parentPort?.postMessage(reply, [bytes])
})
