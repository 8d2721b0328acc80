// Where the tools write, and how they read their arguments: the same for each of them.

import { resolve } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { readConfig } from '../../core/config.ts'

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

/** Options that every tool has. */
export const shared = {
  json: { type: 'boolean', default: false },
  mappings: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options']

/** Lines of every help text. */
export const sharedHelp = `  --mappings <folder>   the files to read (QIAO_MAPPINGS) / 配置文件夹
  --json                one JSON document on standard output / 输出一个 JSON 文档
  -h, --help            this text / 本帮助
`

/**
 * Reads arguments. Answers an exit code instead when the help was asked for (0) or something is wrong with them (2),
 * which is then told.
 */
export function readArguments<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  usage: string,
  output: Output,
) {
  try {
    const parsed = parseArgs({ args: [...args], options: { ...options, ...shared }, allowPositionals: true })
    if (!(parsed.values as { help: boolean }).help) return parsed
    output.write(`${usage}${sharedHelp}`)
    return 0
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return misused(error.message, usage, output)
  }
}

/** Tells what is wrong with the arguments; answers exit code 2. */
export function misused(reason: string, usage: string, output: Output): 2 {
  output.tell(`qiao: ${reason}\n\n${usage}${sharedHelp}`)
  return 2
}

/** The mappings folder of a command line. */
export function folderOf(mappings: string | undefined): string {
  return mappings === undefined ? readConfig().mappings : resolve(mappings)
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
