// Files whose bytes are hashed as they are read.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The bytes of a file, once; `digest` after the last of them: the SM3 of them all. */
export function readHashed(path: string): { bytes: AsyncGenerator<Buffer>; digest(): Buffer } {
  const hash = createHash('sm3')
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer)
      yield chunk as Buffer
    }
  }
  return { bytes: bytes(), digest: () => hash.digest() }
}

/** SM3 of a file. */
export async function digestOf(path: string): Promise<Buffer> {
  const { bytes, digest } = readHashed(path)
  for await (const _ of bytes);
  return digest()
}
