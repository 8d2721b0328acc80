// qiao mapping: the integrator's tools, one word one file.
import { StartupError } from '../../core/errors.ts'
import { suggest } from '../../core/nearest.ts'
import { startupText } from '../startup.ts'
import { type Output, terminal } from './output.ts'

type Tool = (args: string[], output?: Output) => Promise<number>

// loaded when asked for, as in cli/main.ts
const tools: Record<string, { en: string; zh: string; load: () => Promise<Tool> }> = {
  check: {
    en: 'everything wrong with the files, with file:line:column',
    zh: '检查全部配置文件',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  test: {
    en: 'run the cases beside mappings and signing recipes',
    zh: '运行映射与签名方案的用例',
    load: async () => (await import('./test.ts')).testCommand,
  },
  preview: {
    en: 'convert one document and show where each value came from',
    zh: '转换一份数据，显示各字段来源',
    load: async () => (await import('./preview.ts')).previewCommand,
  },
  explain: {
    en: 'a mapping in words: sources, conversions, checks, errors',
    zh: '用文字说明一个映射',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  shadow: {
    en: 'what changed files would give for messages already accepted',
    zh: '用历史消息比对改动前后的结果',
    load: async () => (await import('./shadow.ts')).shadowCommand,
  },
  scaffold: {
    en: 'propose a mapping from a sample or a field table',
    zh: '根据样例或字段表生成映射草稿',
    load: async () => (await import('./scaffold.ts')).scaffoldCommand,
  },
  schemas: {
    en: 'write the JSON Schema of every file kind, for editors',
    zh: '生成编辑器用的 JSON Schema',
    load: async () => (await import('./schemas.ts')).schemasCommand,
  },
}

/** The help text. */
export function mappingUsage(): string {
  const lines = Object.entries(tools).map(([word, { en, zh }]) => `  ${word.padEnd(9)} ${en} / ${zh}`)
  return `usage: qiao mapping <tool> [options]; qiao mapping <tool> --help / 各工具均有 --help\n${lines.join('\n')}
The whole language, with examples: docs/mapping.md / 映射语言全文与示例：docs/mapping.zh-CN.md
`
}

/** Exit code 0: well, 1: problems, 2: the tool could not do its work. With `--json` a tool prints nothing in case of 2. */
export async function mappingCommand([verb, ...args]: string[], output: Output = terminal): Promise<number> {
  const tool = verb === undefined || !Object.hasOwn(tools, verb) ? undefined : tools[verb]
  if (tool) return runTool(await tool.load(), args, output)
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    output.write(mappingUsage())
    return 0
  }
  const hint = suggest(verb ?? '', Object.keys(tools))
  if (verb !== undefined)
    output.tell(`qiao: there is no tool ${verb}${hint.en} / 没有工具 ${verb}${hint.zh}\n`)
  output.tell(mappingUsage())
  return 2
}

/** What keeps a tool from its work is told, with what to do. */
async function runTool(tool: Tool, args: string[], output: Output): Promise<number> {
  try {
    return await tool(args, output)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    output.tell(startupText(error))
    return 2
  }
}
