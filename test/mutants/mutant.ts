// A mutant: one change at one place of one file that could have been an integrator's mistake.
import type { Book } from './book.ts'
import type { Edit, Page } from './page.ts'
import type { Random } from './random.ts'

export type Mutant = {
  kind: string
  file: string
  /** line of the change, for people */
  line: number
  /**
   * Lines of the changed file where a complaint is right: the changed line; for an exchange all lines exchanged; for a
   * gap the line before, the line after, and the line of the key that holds it (of dotted targets, the first line of
   * their group); for a thing said twice both places.
   */
  lines: readonly number[]
  description: string
  /** the changed file */
  text: string
}

/** Makes every mutant of one kind that the files allow; `quota` of them are used. */
export type Kind = {
  name: string
  quota: number
  make(book: Book, random: Random): Iterable<Mutant | undefined>
}

/** A mutant of an edit; undefined where the place does not exist or nothing would change. */
export function mutant(
  kind: string,
  page: Page,
  edit: Edit | undefined,
  description: string,
): Mutant | undefined {
  if (edit === undefined || edit.text === page.text) return undefined
  return { kind, file: page.file, line: edit.line, lines: edit.lines, description, text: edit.text }
}

/** Declares a kind whose generator only yields descriptions and edits. */
export function kind(
  name: string,
  quota: number,
  make: (book: Book, random: Random) => Iterable<Draft | undefined>,
): Kind {
  return {
    name,
    quota,
    *make(book, random) {
      for (const draft of make(book, random)) {
        if (draft !== undefined) yield mutant(name, draft[0], draft[1], draft[2])
      }
    },
  }
}

/** The page, its edit, and what was done in words. */
export type Draft = readonly [Page, Edit | undefined, string]
