// Reads lists that a system tells page by page.
import type { Link } from './exchange.ts'
import type { Listing } from './listing-plan.ts'

/** A system does not tell its list: which page, and why. */
export class NoList extends Error {
  override readonly name = 'NoList'
}

/**
 * The pages of a list, from 1. Throws NoList when there is no list in a reply, or no reply, and behind `most` pages: a system that
 * never ends is wrong.
 */
export async function* readPages(
  link: Link | undefined,
  { operation, size, rows: listIn }: Listing,
  question: (page: number) => Record<string, unknown>,
  most: number,
): AsyncGenerator<{ page: number; rows: readonly unknown[] }> {
  for (let page = 1; page <= most; page++) {
    const read = await link?.read(operation, question(page))
    if (!read?.ok) throw new NoList(`page ${page}: ${read?.reason ?? 'no such system'}`)
    const rows = listIn(read.reply)
    if (!rows) throw new NoList(`page ${page}: the reply has no list`)
    yield { page, rows }
    if (rows.length < size) return
  }
  throw new NoList(`more than ${most} pages`)
}
