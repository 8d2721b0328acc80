// How the tools read their arguments: the same for each of them.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { suggest } from '../../core/nearest.ts'
import type { Output } from './output.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** Options that every tool has. */
const shared = {
  json: { type: 'boolean', default: false },
  mappings: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies Options

const sharedHelp = `  --mappings <folder>   the files to read (QIAO_MAPPINGS) / 配置文件夹
  --json                one JSON document on standard output / 输出一个 JSON 文档
  -h, --help            this text / 本帮助
`

/** A tool's own options, its help text (the first line is how it is called), and how many words it takes. */
export type Usage<T extends Options> = { options: T; help: string; words: number }

/**
 * Reads arguments. Answers an exit code instead when the help was asked for (0) or something is wrong with them (2),
 * which is then told.
 */
export function readArguments<const T extends Options>(
  args: readonly string[],
  { options, help, words }: Usage<T>,
  output: Output,
) {
  const all = { ...options, ...shared }
  try {
    const parsed = parseArgs({ args: [...args], options: all, allowPositionals: true })
    if ((parsed.values as { help: boolean }).help) {
      output.write(`${help}${sharedHelp}`)
      return 0
    }
    const extra = parsed.positionals[words]
    if (extra === undefined) return parsed
    return misused(`"${extra}" is one word too many / “${extra}”多余`, help, output)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return misused(complaint(error, Object.keys(all)), help, output)
  }
}

/** What Node says of options, in both languages. */
function complaint(error: TypeError, known: readonly string[]): string {
  const { code } = error as { code?: string }
  const name = /'(?:-\w, )?-*([^' ]+)/.exec(error.message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const hint = suggest(name, known)
    return `there is no option "${name}"${hint.en} / 没有选项“${name}”${hint.zh}`
  }
  if (/missing|ambiguous/.test(error.message)) return `--${name} needs a value / --${name} 缺少取值`
  return `--${name} takes no value / --${name} 不带取值`
}

/** Tells what is wrong with the call, and how it is called; answers exit code 2. */
export function misused(reason: string, help: string, output: Output): 2 {
  const [call = ''] = help.split('\n')
  output.tell(`qiao: ${reason}\n${call}\n--help tells more / 用法详见 --help\n`)
  return 2
}
