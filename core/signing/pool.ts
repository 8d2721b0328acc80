// A few worker threads for the heavy operations, so that outbound SM2 (0.34 ms each) never holds up intake.
import type { Worker } from 'node:worker_threads'
import { startThread } from '../thread.ts'
import type { Job } from './operations.ts'
import { pack, type Reply } from './parcel.ts'

type Waiting = { job: Job; resolve: (result: Uint8Array) => void; reject: (error: Error) => void }
type Seat = { worker: Worker; known: Set<string>; parcels: Waiting[][]; proven: boolean }

const parcelSize = 16 // 16 signatures are 5 ms: big enough to hide the message cost, small enough for latency
const parcelsAhead = 2 // one being worked on, one waiting, so that a worker never idles

const pauseAfterFailure = 1_000 // ms

const entry = new URL('./worker.ts', import.meta.url)

/** Runs jobs in `size` worker threads. */
export type Workers = {
  /** rejects with the job's own error, or with the worker's when that dies */
  run(job: Job): Promise<Uint8Array>
  /** waits for nothing: what is still open is rejected */
  close(): Promise<void>
}

/** Starts the threads at once; each is up after about 0.2 s, and jobs wait for it. */
export function startWorkers(size: number): Workers {
  const queue: Waiting[] = []
  const seats: Seat[] = []
  let head = 0
  let scheduled = false
  let closed: Error | undefined

  function send(seat: Seat): void {
    while (head < queue.length && seat.parcels.length < parcelsAhead) {
      const share = Math.ceil((queue.length - head) / seats.length)
      const batch = queue.slice(head, head + Math.min(share, parcelSize))
      head += batch.length
      const parcel = pack(
        batch.map((one) => one.job),
        seat.known,
      )
      seat.parcels.push(batch)
      seat.worker.ref()
      seat.worker.postMessage(parcel, [parcel.bytes.buffer])
    }
    if (head === queue.length) queue.length = head = 0
  }

  function flush(): void {
    scheduled = false
    // the least busy first, so that a single job does not wait behind a full parcel
    for (const seat of seats.toSorted((a, b) => a.parcels.length - b.parcels.length)) send(seat)
  }

  function settle(seat: Seat, { results, bytes }: Reply): void {
    seat.proven = true
    const batch = seat.parcels.shift() ?? []
    let at = 0
    results.forEach((result, index) => {
      const waiting = batch[index]
      if (typeof result !== 'number') {
        waiting?.reject(Object.assign(new Error(result.message), { name: result.name }))
        return
      }
      waiting?.resolve(bytes.subarray(at, at + result))
      at += result
    })
    if (seat.parcels.length === 0) seat.worker.unref()
    send(seat)
  }

  function shut(error: Error): void {
    closed = error
    for (const waiting of queue.splice(0).slice(head)) waiting.reject(error)
    head = 0
    for (const seat of seats.splice(0)) {
      for (const waiting of seat.parcels.splice(0).flat()) waiting.reject(error)
    }
  }

  function lose(seat: Seat, cause: unknown): void {
    if (closed || !seats.includes(seat)) return
    const error = new Error('a signing worker thread ended', { cause })
    seats.splice(seats.indexOf(seat), 1)
    for (const waiting of seat.parcels.flat()) waiting.reject(error)
    if (seats.length === 0) for (const waiting of queue.splice(0).slice(head)) waiting.reject(error)
    if (seats.length === 0) head = 0
    // one that never answered would not answer at once the second time either
    setTimeout(reopen, seat.proven ? 0 : pauseAfterFailure).unref()
  }

  function reopen(): void {
    if (closed) return
    open()
    flush()
  }

  function open(): void {
    const worker = startThread(entry, undefined)
    const seat: Seat = { worker, known: new Set(), parcels: [], proven: false }
    seats.push(seat)
    worker.unref()
    worker.on('message', (reply: Reply) => settle(seat, reply))
    worker.on('error', (error) => lose(seat, error))
    worker.on('exit', (code) => lose(seat, new Error(`exit code ${code}`)))
  }

  for (let count = 0; count < size; count++) open()

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closed)
        queue.push({ job, resolve, reject })
        if (scheduled) return
        scheduled = true
        // jobs of one turn of the event loop travel together
        setImmediate(flush)
      }),
    async close() {
      if (closed) return
      const workers = seats.map((seat) => seat.worker)
      shut(new Error('the signing workers are closed'))
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
