// Writes a proof file as it goes: every line is hashed, and the last one seals those before it.
import { createHash } from 'node:crypto'
import { type Line, sealedText } from './proof-line.ts'

/** Signs with the hub's key. */
export type Sealer = { keyId: string; sign(data: Buffer): Promise<Buffer> }

/** The text of a file, line by line, closed by its seal. Takes as long as the lines take to come; holds none of them. */
export async function* writeProof(lines: AsyncIterable<Line>, sealer: Sealer): AsyncGenerator<string> {
  const hash = createHash('sm3')
  let count = 0
  for await (const line of lines) {
    const text = `${JSON.stringify(line)}\n`
    hash.update(text)
    count++
    yield text
  }
  const digest = hash.digest()
  const signature = (await sealer.sign(sealedText(digest))).toString('base64')
  const end: Line = { end: { lines: count, digest: digest.toString('hex'), signature, keyId: sealer.keyId } }
  yield `${JSON.stringify(end)}\n`
}
