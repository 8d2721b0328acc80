// Where the tools write: standard output and standard error, and columns of a terminal.

/** Standard output and standard error, so that a test can listen. */
export type Output = {
  write(text: string): void
  tell(text: string): void
  /** whether a person watches standard output, and standard error */
  isTerminal: boolean
  tellsTerminal: boolean
}

/** The terminal. */
export const terminal: Output = {
  write: (text) => void process.stdout.write(text),
  tell: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true,
  tellsTerminal: process.stderr.isTTY === true,
}

/** One JSON document. */
export function writeJson(output: Output, document: unknown): void {
  output.write(`${JSON.stringify(document, null, 2)}\n`)
}

/** Columns of a terminal a text takes: Chinese characters take two. */
export function width(text: string): number {
  let columns = 0
  for (const character of text) columns += character > '\u2e80' ? 2 : 1
  return columns
}

/** A text filled up with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}
