// Documents the hub makes by itself, as a system file writes them: each member is a word the hub knows, or a constant.
import { z } from 'zod'

/** `{ const: … }` */
export const constantShape = z.strictObject({ const: z.union([z.string(), z.number(), z.boolean()]) })

/** Members as a file writes them: a word, or a constant. */
export type Written<Word extends string> = Readonly<Record<string, Word | z.infer<typeof constantShape>>>

/** The document, with what the words stand for. */
export function filled<Word extends string>(
  by: Written<Word>,
  known: Readonly<Record<Word, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(by).map(([name, from]) => [name, typeof from === 'string' ? known[from] : from.const]),
  )
}
