// qiao mapping preview: one document through one mapping, with the origin of every value.
import { readFileSync } from 'node:fs'
import { adapters } from '../../adapters/index.ts'
import { StartupError } from '../../core/errors.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { classOf, maskText, maskValue } from '../../core/mapping/mask.ts'
import { type Preview, previewMapping } from '../../core/mapping/preview.ts'
import { suggest } from '../../core/nearest.ts'
import { localTime } from '../../core/time.ts'
import { readYaml } from '../../core/yaml.ts'
import { folderOf, misused, type Output, pad, readArguments, terminal, writeJson } from './output.ts'

const usage = `usage: qiao mapping preview <mapping> <file|-> [options]
Converts one document (for an outbound mapping: canonical JSON) and shows every value of the result, the source it came
from and the line of the mapping file; then the targets without a value, and why. Personal data is masked.
转换一份数据（投递映射用标准 JSON），显示每个结果值的来源及映射文件行号，以及未填目标和原因。个人信息已脱敏。
Exit code 0: converted; 1: refused; 2: wrong usage / 退出码：0 成功，1 被拒绝，2 用法不对
  --type <content type> as the sender's header says, e.g. "application/xml; charset=GBK" / 请求的内容类型
  --steps <file>        JSON: step name → result, for mappings that look results up / 前序步骤的结果
  --plain               show personal data / 不脱敏
`

/** Exit code 0 when the document was converted, 1 when it was refused, 2 for wrong usage. */
export async function previewCommand(args: string[], output: Output = terminal): Promise<number> {
  const options = {
    type: { type: 'string' },
    steps: { type: 'string' },
    plain: { type: 'boolean', default: false },
  } as const
  const parsed = readArguments(args, options, usage, output)
  if (typeof parsed === 'number') return parsed
  const { type, steps, plain, json, mappings } = parsed.values
  const [name, file] = parsed.positionals
  if (name === undefined || file === undefined)
    return misused('a mapping and a file / 请指定映射与文件', usage, output)
  const files = readFiles(folderOf(mappings))
  const { library } = compileBundle(files, adapters(), { systems: {} })
  const sources = new Map(Object.entries(files).map(([each, text]) => [each, readYaml(each, text)]))
  const now = localTime(new Date())
  const meta = {
    messageId: '00000000-0000-7000-8000-000000000000',
    acceptedAt: now,
    now,
    source: name.split('/')[0] ?? '',
  }
  const preview = await previewMapping(name, library, sources, {
    body: read(file === '-' ? 0 : file),
    contentType: type,
    context: { meta, steps: steps === undefined ? {} : readSteps(steps) },
  })
  if (!preview) {
    const hint = suggest(name, library.mappings)
    return misused(`there is no mapping ${name}${hint.en} / 没有映射 ${name}${hint.zh}`, usage, output)
  }
  const shown = show(preview, plain)
  if (json) writeJson(output, shown)
  else output.write(text(shown))
  return preview.ok ? 0 : 1
}

function read(file: string | number): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, 'Check the path.', cause)
  }
}

function readSteps(file: string): Record<string, unknown> {
  try {
    const steps: unknown = JSON.parse(read(file).toString('utf8'))
    if (typeof steps === 'object' && steps !== null && !Array.isArray(steps))
      return steps as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new StartupError(`${file} is no JSON object`, 'Write { "seal": { "signedValue": "…" } }.')
}

type Shown = Omit<Preview, 'privacy' | 'results'> & {
  masked: boolean
  results: Pick<Preview['results'][number], 'values' | 'gaps'>[]
}

/** Without what must not be seen; the result itself is its values. */
function show({ privacy, results, ...rest }: Preview, plain: boolean): Shown {
  const mask = (value: unknown, path: string, personal: typeof privacy.target): unknown => {
    if (plain || value === undefined) return value
    if (Array.isArray(value)) return value.map((each) => mask(each, path, personal))
    const kind = classOf(path.replace(/\[\d+\]/g, '[*]'), personal)
    if (typeof value === 'object' && value !== null)
      return JSON.parse(maskText(JSON.stringify(value), privacy.known))
    if (kind !== undefined) return maskValue(String(value), kind)
    return typeof value === 'string' ? maskText(value, privacy.known) : value
  }
  return {
    ...rest,
    masked: !plain,
    results: results.map(({ values, gaps }) => ({
      gaps,
      values: values.map((each) => ({
        ...each,
        value: mask(each.value, each.path, privacy.target),
        sources: each.sources.map((source) =>
          source.value === undefined
            ? source
            : { ...source, value: mask(source.value, source.path, privacy.source) },
        ),
      })),
    })),
  }
}

function text({ mapping, file, ok, error, detail, issues, results }: Shown): string {
  const lines: string[] = []
  results.forEach(({ values, gaps }, i) => {
    lines.push(results.length > 1 ? `${mapping} record 记录 ${i + 1}` : mapping)
    for (const { path, zh, value, kind, line, sources } of values) {
      const from = sources.map((source) =>
        source.value === undefined ? source.path : `${source.path} = ${JSON.stringify(source.value)}`,
      )
      lines.push(`  ${pad(path, 28)} ${JSON.stringify(value)}  ${zh}`)
      lines.push(`      ← ${from.length > 0 ? from.join(', ') : kind}  (${kind}, ${file}:${line})`)
    }
    if (gaps.length > 0) lines.push('', 'empty / 未填:')
    for (const { target, zh, line, en, zhReason } of gaps) {
      lines.push(`  ${pad(target, 28)} ${zh}  ${en} / ${zhReason}  (${file}:${line})`)
    }
    lines.push('')
  })
  if (!ok) lines.push(`✗ refused / 被拒绝: ${error}${detail === undefined ? '' : ` (${detail})`}`)
  for (const { path, rule, en, zh, line } of issues) {
    lines.push(`  ${path}: [${rule}] ${en} / ${zh}${line === undefined ? '' : `  (${file}:${line})`}`)
  }
  return `${lines.join('\n')}\n`
}
