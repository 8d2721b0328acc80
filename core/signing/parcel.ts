// What travels between the main thread and a signing worker: many jobs in one message, their bytes in one
// buffer that changes hands without a copy, and each key only the first time it is used.
import { type SigningKey, signingKey, type VerifyingKey, verifyingKey } from './keys.ts'
import type { Job } from './operations.ts'

/** A key in transit. */
export type PackedKey = { id: string; kind: 'private' | 'public'; der: Uint8Array }
type PackedJob = {
  operation: Job['operation']
  key: string
  options: Job['options']
  sizes: [number, number]
}
/** Main thread → worker. `forget`: drop all keys received before. */
export type Parcel = { forget: boolean; keys: PackedKey[]; jobs: PackedJob[]; bytes: Uint8Array }
/** Worker → main thread, in the order of the jobs: the length of each result in `bytes`, or what went wrong. */
export type Reply = { results: (number | { name: string; message: string })[]; bytes: Uint8Array }

/** Lays byte strings into one fresh buffer that may be transferred. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A worker may remember this many keys; after that it starts afresh, so that foreign certificates cannot fill it. */
const limit = 256

/** Packs jobs for a worker that already holds the keys in `known`, and adds the new ones to it. */
export function pack(jobs: readonly Job[], known: Set<string>): Parcel & { bytes: Uint8Array<ArrayBuffer> } {
  const forget = known.size > limit
  if (forget) known.clear()
  const keys: PackedKey[] = []
  const parts: Uint8Array[] = []
  const packed = jobs.map((job): PackedJob => {
    const id = `${job.key.kind}:${job.key.id}`
    if (!known.has(id)) {
      known.add(id)
      keys.push({ id, kind: job.key.kind, der: new Uint8Array(job.key.der) })
    }
    const signature = job.operation === 'sm2-verify' ? job.signature : new Uint8Array(0)
    parts.push(job.message, signature)
    return {
      operation: job.operation,
      key: id,
      options: job.options,
      sizes: [job.message.length, signature.length],
    }
  })
  return { forget, keys, jobs: packed, bytes: concat(parts) }
}

/** The receiving side: turns parcels back into jobs, keeping the keys. */
export function createUnpacker(): (parcel: Parcel) => (() => Job)[] {
  const known = new Map<string, SigningKey | VerifyingKey>()
  return (parcel) => {
    if (parcel.forget) known.clear()
    for (const { id, kind, der } of parcel.keys) {
      known.set(id, kind === 'private' ? signingKey(Buffer.from(der)) : verifyingKey(Buffer.from(der)))
    }
    let at = 0
    const take = (size: number): Uint8Array => {
      at += size
      return parcel.bytes.subarray(at - size, at)
    }
    return parcel.jobs.map(({ operation, key, options, sizes }) => {
      const message = take(sizes[0])
      const signature = take(sizes[1])
      // the parts come from one typed Job on the other side; only the union is lost in transit
      return () => ({ operation, key: known.get(key), message, signature, options }) as Job
    })
  }
}
