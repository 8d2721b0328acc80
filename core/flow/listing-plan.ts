// A list that a system tells page by page, as a system file writes it.
import type { Source } from '../yaml.ts'
import { compileFilePath } from './file-path.ts'

/** How a list is asked for and read. */
export type Listing = {
  operation: string
  /** rows of a full page; a page with fewer is the last */
  size: number
  /** the rows of a reply; undefined when it has no list there */
  rows(reply: unknown): readonly unknown[] | undefined
}

/** Compiles `operation`, `size` and `rows` of a part of a system file. */
export function compileListing(
  source: Source,
  part: string,
  { operation, size, rows: path }: { operation: string; size: number; rows: string },
): Listing {
  const rows = compileFilePath(source, [part, 'rows'], path)
  return {
    operation,
    size,
    rows: (reply) => {
      const list = rows(reply)
      return Array.isArray(list) ? list : undefined
    },
  }
}
