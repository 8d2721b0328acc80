// qiao mapping test: runs the cases beside the mappings and the signing recipes.
import { suggest } from '../../core/nearest.ts'
import { misused, readArguments } from './arguments.ts'
import { filesOf, folderOf, openFolder } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'
import { resultsJson, resultsText } from './results.ts'
import { chosen, isNamed, openSuite, runAll } from './suite.ts'
import { watchCases } from './watch.ts'

const usage = {
  words: Number.POSITIVE_INFINITY,
  options: { watch: { type: 'boolean', default: false } },
  help: `usage: qiao mapping test [<name>…] [--watch] [--json] [--mappings <folder>]
Runs the cases beside mappings and signing recipes: all, or those of the names (housing/completion, signing/x-tif) and
folders (housing). The document of an accepted case must itself fit its field table.
运行映射与签名方案旁的用例：全部，或指定的名称（housing/completion）与文件夹（housing）。被接受用例的数据须符合其字段表。
Exit code 0: all passed; 1: some failed; 2: wrong usage / 退出码：0 全部通过，1 有失败，2 用法不对
  --watch               run again what a changed file touches, until Ctrl-C; with --json one line a round
                        文件改动后重新运行，Ctrl-C 结束；与 --json 并用时每轮输出一行
`,
} as const

/** Exit code 0 when every case passed, 1 when one failed, 2 for wrong usage. `signal` ends a watch, as Ctrl-C does. */
export async function testCommand(
  args: string[],
  output: Output = terminal,
  signal?: AbortSignal,
): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { positionals: words } = parsed
  const { watch, json, mappings } = parsed.values
  if (watch) {
    const folder = folderOf(mappings)
    filesOf(folder)
    return watchCases(folder, words, json, output, signal ?? interrupted())
  }
  const bundle = openFolder(mappings, json, output)
  if (bundle === 1) return 1
  const suite = openSuite(bundle)
  const missing = words.find((word) => !suite.names.some((name) => isNamed(name, word)))
  if (missing !== undefined) {
    const hint = suggest(missing, suite.names)
    return misused(
      `there are no cases of ${missing}${hint.en} / 没有 ${missing} 的用例${hint.zh}`,
      usage.help,
      output,
    )
  }
  const results = await runAll(suite, chosen(suite.names, words))
  if (json) writeJson(output, resultsJson(results))
  else output.write(resultsText(results))
  return results.every(({ ok }) => ok) ? 0 : 1
}

function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  return controller.signal
}
