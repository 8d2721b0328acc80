// qiao mapping preview: one document through one mapping, with the origin of every value.
import { readFileSync } from 'node:fs'
import { StartupError } from '../../core/errors.ts'
import { previewMapping } from '../../core/mapping/preview/preview.ts'
import { suggest } from '../../core/nearest.ts'
import { localTime } from '../../core/time.ts'
import { misused, readArguments } from './arguments.ts'
import { openFolder, sourcesOf } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'
import { masked, previewText } from './preview-text.ts'

const usage = {
  words: 2,
  options: {
    type: { type: 'string' },
    steps: { type: 'string' },
    plain: { type: 'boolean', default: false },
  },
  help: `usage: qiao mapping preview <mapping> <file|-> [options]
Converts one document (for an outbound mapping: canonical JSON) and shows every value of the result, the source values it
came from and the line of the mapping file; then the targets without a value, and why; then what no target took.
Personal data is masked.
转换一份数据（投递映射用标准 JSON），显示每个结果值的来源及映射文件行号、未填目标和原因、未使用的来源。个人信息已脱敏。
Exit code 0: converted; 1: refused, or the files are wrong; 2: wrong usage / 退出码：0 成功，1 被拒绝或配置有误，2 用法不对
  --type <content type> as the sender's header says, e.g. "application/xml; charset=GBK" / 请求的内容类型
  --steps <file>        JSON: step name → result, for mappings that look results up / 前序步骤的结果
  --plain               show personal data / 不脱敏
`,
} as const

/** Exit code 0 when the document was converted, 1 when it was refused or the files are wrong, 2 for wrong usage. */
export async function previewCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { type, steps, plain, json, mappings } = parsed.values
  const [name, file] = parsed.positionals
  if (name === undefined || file === undefined)
    return misused('a mapping and a file are needed / 请指定映射与文件', usage.help, output)
  const bundle = openFolder(mappings, json, output)
  if (bundle === 1) return 1
  const { library } = bundle
  const now = localTime(new Date())
  const meta = {
    messageId: '00000000-0000-7000-8000-000000000000',
    acceptedAt: now,
    now,
    source: name.split('/')[0] ?? '',
  }
  const preview = await previewMapping(name, library, sourcesOf(bundle), {
    body: read(file === '-' ? 0 : file),
    contentType: type,
    context: { meta, steps: steps === undefined ? {} : readSteps(steps) },
  })
  if (!preview) {
    const hint = suggest(name, library.mappings)
    return misused(`there is no mapping ${name}${hint.en} / 没有映射 ${name}${hint.zh}`, usage.help, output)
  }
  const shown = masked(preview, plain)
  if (json) writeJson(output, shown)
  else output.write(previewText(shown))
  return preview.ok ? 0 : 1
}

function read(file: string | number): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new StartupError(
      `${file} cannot be read / 无法读取 ${file}`,
      'Check the path. / 请检查路径。',
      cause,
    )
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
  throw new StartupError(
    `${file} is no JSON object / ${file} 不是 JSON 对象`,
    'Write { "seal": { "signedValue": "…" } }. / 写法如 { "seal": { "signedValue": "…" } }。',
  )
}
