// Proof files in memory: written, read back, checked with the hub's key.
import { checkProof, type Proof } from '../../core/evidence/proof-check.ts'
import type { Line } from '../../core/evidence/proof-line.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { writeProof } from '../../core/evidence/proof-write.ts'
import { trusted } from '../../core/flow/hub-key.ts'
import type { SigningKey } from '../../core/signing/keys.ts'
import { hubKey, signerOf } from './city.ts'

/** The text of a file. */
export async function fileOf(lines: AsyncIterable<Line>, key: SigningKey = hubKey): Promise<string> {
  let text = ''
  for await (const part of writeProof(lines, signerOf(key))) text += part
  return text
}

export const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as Line)))

/** A check as `qiao verify --key` makes it. */
export function checkText(text: string | Buffer): Promise<Proof> {
  async function* whole() {
    yield Buffer.from(text)
  }
  return checkProof(readProof(whole()), () => trusted([hubKey.verifying]))
}
