// qiao mapping explain: a mapping in words, as Markdown or JSON.

import type { CodeUse } from '../../core/mapping/explain/codes.ts'
import { type ExplainedTarget, type Explanation, explainMapping } from '../../core/mapping/explain/explain.ts'
import { suggest } from '../../core/nearest.ts'
import { misused, readArguments } from './arguments.ts'
import { openFolder, sourcesOf } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'

const usage = {
  words: 2,
  options: {},
  help: `usage: qiao mapping explain <mapping> [target] [--json] [--mappings <folder>]
Says a mapping in words: sources, conversions, code tables, checks and errors, in both languages (Markdown).
用中英文说明映射：来源、转换、代码表、校验与可能的错误。
Example / 例：qiao mapping explain province/accept ApplyerPageCode
Exit code 0: explained; 1: the files are wrong; 2: wrong usage / 退出码：0 成功，1 配置有误，2 用法不对
`,
} as const

/** Exit code 0; 1 when the files are wrong; 2 for a mapping or target there is none of. */
export async function explainCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const [name, target] = parsed.positionals
  if (name === undefined) return misused('which mapping? / 请指定映射', usage.help, output)
  const bundle = openFolder(parsed.values.mappings, parsed.values.json, output)
  if (bundle === 1) return 1
  const { library } = bundle
  const whole = explainMapping(name, library, sourcesOf(bundle))
  if (!whole) {
    const hint = suggest(name, library.mappings)
    return misused(`there is no mapping ${name}${hint.en} / 没有映射 ${name}${hint.zh}`, usage.help, output)
  }
  const targets = whole.targets.filter((each) => target === undefined || isWithin(each.target, target))
  if (targets.length === 0) {
    const names = whole.targets.map((each) => each.target)
    const hint = suggest(target ?? '', names)
    return misused(
      `${name} has no target ${target}${hint.en} / ${name} 没有目标 ${target}${hint.zh}`,
      usage.help,
      output,
    )
  }
  const explanation = { ...whole, targets }
  if (parsed.values.json) writeJson(output, explanation)
  else output.write(markdown(explanation))
  return 0
}

function isWithin(path: string, wanted: string): boolean {
  return path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`)
}

function markdown({ mapping, file, direction, from, to, title, format, targets }: Explanation): string {
  const side = direction === 'intake' ? 'intake 接入' : 'outbound 投递'
  const head = [`# ${mapping}`, '', `${from.join(', ')} → ${to} ${title} (${side}, ${format}, ${file})`, '']
  return `${[...head, ...targets.flatMap(targetLines)].join('\n')}\n`
}

const requirement = { Y: 'required 必填', N: 'optional 可选', C: 'conditional 条件必填' } as const

function targetLines(target: ExplainedTarget): string[] {
  const { zh, type, required, personal, line, sources, how, codes, checks } = target
  const secret = personal === undefined ? '' : `, personal 个人信息 ${personal}`
  return [
    `## \`${target.target}\` ${zh}`,
    '',
    `${type}, ${requirement[required]}${secret}, line 行 ${line}`,
    '',
    ...sources.map(
      ({ path, zh: name, type: kind }) =>
        `- source 来源: \`${path}\` ${name ?? ''}${kind === undefined ? '' : ` (${kind})`}`,
    ),
    `- how: ${how.en}`,
    `- 转换: ${how.zh}`,
    ...codes.flatMap(codeLines),
    ...checks.map(({ rule, en, zh: text }) => `- check 校验 \`${rule}\`: ${en} / ${text}`),
    '',
  ]
}

const most = 40

function codeLines({ table, values }: CodeUse): string[] {
  const rows = values.slice(0, most).map(({ from, to, zh, en }) => {
    const pair = from === to ? `\`${from}\`` : `\`${from}\` → \`${to}\``
    return `  - ${pair} ${zh}${en === undefined ? '' : ` ${en}`}`
  })
  const rest =
    values.length > most ? [`  - … ${values.length - most} more / 其余 ${values.length - most} 项`] : []
  return [`- codes 代码 ${table}:`, ...rows, ...rest]
}
