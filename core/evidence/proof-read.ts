// Reads the lines of a proof file, in exactly the form it is written in.
import { type Line, lineShape } from './proof-line.ts'

/** A line with its bytes, the line end included. */
export type ReadLine = { line: Line; bytes: Buffer }

/** Not a proof file, or not in its form any more. `number`: of the line, from 1. */
export class NotProof extends Error {
  readonly number: number
  constructor(number: number, why: string) {
    super(why)
    this.name = 'NotProof'
    this.number = number
  }
}

/** The lines of a file. Throws NotProof at the first that is not in form; bytes after the last line end are one. */
export async function* readProof(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadLine> {
  let number = 0
  for await (const bytes of split(chunks)) {
    number++
    if (bytes.at(-1) !== 10) throw new NotProof(number, 'the last line has no end')
    yield { line: parse(bytes, number), bytes }
  }
}

function parse(bytes: Buffer, number: number): Line {
  let data: unknown
  try {
    data = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new NotProof(number, 'not JSON')
  }
  const { success, data: line } = lineShape.safeParse(data)
  if (!success) throw new NotProof(number, 'no line of a proof file')
  if (!Buffer.from(`${JSON.stringify(data)}\n`).equals(bytes))
    throw new NotProof(number, 'not in the one form a line has')
  return line
}

/** Lines with their ends; the last one has none where the file ends without. */
async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at + 1)])
      parts = []
      from = at + 1
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}
