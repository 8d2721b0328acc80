// Changes to copies of the shipped files, each a text that is replaced by another one.
import type { Files } from '../../core/flow/bundle.ts'

export type Edit = { file: string; from: string; to: string }

/** The files with every edit made. Throws when a text to replace is not there: a plant that is not planted proves nothing. */
export function edit(files: Files, edits: readonly Edit[]): Files {
  const copy: Record<string, string> = { ...files }
  for (const { file, from, to } of edits) {
    const text = copy[file] ?? ''
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to plant at`)
    copy[file] = text.replace(from, () => to)
  }
  return copy
}
