// Bytes that are hashed as they pass.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** What passes, once; `digest` after the last of it: the SM3 of it all. */
export type Hashed<T> = { passing: AsyncGenerator<T>; digest(): Buffer }

export function hashed<T extends string | Buffer>(source: AsyncIterable<T>): Hashed<T> {
  const hash = createHash('sm3')
  async function* passing(): AsyncGenerator<T> {
    for await (const piece of source) {
      hash.update(piece)
      yield piece
    }
  }
  return { passing: passing(), digest: () => hash.copy().digest() }
}

/** The bytes of a file; it is opened when the first of them is asked for. */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path)
}

/** SM3 of a file. */
export async function digestOf(path: string): Promise<Buffer> {
  const { passing, digest } = hashed(bytesOf(path))
  for await (const _ of passing);
  return digest()
}
