// Files that lie sealed: a first line that says so, then frames, each its length (4 bytes) and what a vault made of a piece.
// That no frame is missing, and that all stand in their order, is for what is in them to tell.
import { NotProof } from '../evidence/proof-read.ts'
import type { Vault } from '../ledger/sealed.ts'

const mark = Buffer.from('qiao-sealed-1\n')
/** bytes of a piece, from which on it is sealed */
const piece = 262_144
/** the longest frame: a piece and the longest line */
const longest = 67_108_864

/** Seals texts or bytes as they come, all with the data key of a version. */
export async function* sealPieces(
  pieces: AsyncIterable<string | Buffer>,
  vault: Vault,
  version: number,
): AsyncGenerator<Buffer> {
  yield mark
  let waiting: Buffer[] = []
  let size = 0
  for await (const come of pieces) {
    const bytes = typeof come === 'string' ? Buffer.from(come) : come
    waiting.push(bytes)
    size += bytes.length
    if (size < piece) continue
    yield* frame(Buffer.concat(waiting), vault, version)
    waiting = []
    size = 0
  }
  if (size > 0) yield* frame(Buffer.concat(waiting), vault, version)
}

function* frame(clear: Buffer, vault: Vault, version: number): Generator<Buffer> {
  const sealed = vault.seal(clear, version)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(sealed.length)
  yield length
  yield sealed
}

/**
 * The clear bytes of a file; one that is not sealed is clear already. Throws NotProof when a frame was changed, StartupError
 * when its data key is missing.
 */
export async function* openBytes(chunks: AsyncIterable<Buffer>, vault: Vault): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  let sealed: boolean | undefined
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    if (sealed === undefined) {
      if (held.length < mark.length && mark.subarray(0, held.length).equals(held)) continue
      sealed = isSealed(held)
      if (sealed) held = held.subarray(mark.length)
    }
    if (!sealed) {
      yield held
      held = Buffer.alloc(0)
      continue
    }
    for (let size = frameSize(held); size !== undefined; size = frameSize(held)) {
      const clear = vault.open(held.subarray(4, size))
      if (!clear) throw new NotProof(0, 'a sealed piece was changed')
      yield clear
      held = held.subarray(size)
    }
  }
  if (held.length > 0 || sealed === undefined) throw new NotProof(0, 'the file ends early')
}

/** Whether a file that begins so is sealed. */
export function isSealed(start: Buffer): boolean {
  return start.subarray(0, mark.length).equals(mark)
}

/** Bytes of the first frame with its length; undefined as long as not all of it is there. */
function frameSize(held: Buffer): number | undefined {
  if (held.length < 4) return undefined
  const length = held.readUInt32BE(0)
  if (length > longest) throw new NotProof(0, 'a sealed piece was changed')
  return held.length < 4 + length ? undefined : 4 + length
}
