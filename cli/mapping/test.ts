// qiao mapping test: runs the cases beside the mappings and the signing recipes.
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../core/errors.ts'
import type { Files } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { FileError } from '../../core/yaml.ts'
import { folderOf, misused, type Output, readArguments, terminal, writeJson } from './output.ts'
import { problemText } from './problems.ts'
import { openSuite, type Result, type Suite } from './suite.ts'

const usage = `usage: qiao mapping test [--only <name>]… [--watch] [--json] [--mappings <folder>]
Runs the cases beside mappings (housing/completion) and signing recipes (signing/x-tif).
运行映射与签名方案旁的用例。
Exit code 0: all passed; 1: some failed; 2: wrong usage / 退出码：0 全部通过，1 有失败，2 用法不对
  --only <name>         only these; may be repeated / 只运行指定的映射或方案
  --watch               run again what a changed file touches, until Ctrl-C / 文件改动后重新运行
`

// Looking at the files themselves sees every change there is; fs.watch tells nothing over network and container mounts,
// and loses files that an editor puts in place of others. Reading the whole folder takes some ten milliseconds.
const pause = 500

/** Exit code 0 when every case passed, 1 when one failed, 2 for wrong usage. `signal` ends a watch, as Ctrl-C does. */
export async function testCommand(
  args: string[],
  output: Output = terminal,
  signal?: AbortSignal,
): Promise<number> {
  const options = {
    only: { type: 'string', multiple: true, default: [] as string[] },
    watch: { type: 'boolean', default: false },
  } as const
  const parsed = readArguments(args, options, usage, output)
  if (typeof parsed === 'number') return parsed
  const { only, watch, json, mappings } = parsed.values
  const folder = folderOf(mappings)
  if (watch) return keepRunning(folder, only, json, output, signal ?? interrupted())
  const suite = openSuite(readFiles(folder))
  const missing = only.find((name) => !suite.names.includes(name))
  if (missing !== undefined)
    return misused(`there are no cases of ${missing} / 没有 ${missing} 的用例`, usage, output)
  const results = await runAll(suite, chosen(suite.names, only))
  report(results, json, output)
  return results.every(({ ok }) => ok) ? 0 : 1
}

const chosen = (names: readonly string[], only: readonly string[]): string[] =>
  names.filter((name) => only.length === 0 || only.includes(name))

async function runAll(suite: Suite, names: readonly string[]): Promise<Result[]> {
  const results: Result[] = []
  for (const name of names) results.push(...(await suite.run(name)))
  return results
}

function report(results: readonly Result[], json: boolean, output: Output): void {
  const failed = results.filter(({ ok }) => !ok)
  const passed = results.length - failed.length
  if (json) {
    writeJson(output, { ok: failed.length === 0, passed, failed: failed.length, results })
    return
  }
  for (const result of failed) output.write(resultText(result))
  const mark = failed.length === 0 ? '✓' : '✗'
  output.write(`${mark} ${passed} passed, ${failed.length} failed / 通过 ${passed}，失败 ${failed.length}\n`)
}

function resultText({ of, case: title, file, line, message, differences }: Result): string {
  const head = `✗ ${file}:${line}: ${of}: ${title}\n`
  if (differences.length === 0) return `${head}${message.replace(/^/gm, '    ')}\n`
  const show = (value: unknown): string => (value === undefined ? '—' : JSON.stringify(value))
  const fields = differences.map(
    ({ path, expected, got }) =>
      `    ${path === '' ? '(all)' : path}\n      expected 应为 ${show(expected)}\n      got      实为 ${show(got)}\n`,
  )
  return head + fields.join('')
}

/** Runs everything, then what each change touches; a folder that does not load is told and waited for. */
async function keepRunning(
  folder: string,
  only: readonly string[],
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  let last: { suite: Suite; failing: ReadonlySet<string> } | undefined
  let isBroken = false
  let seen = ''
  for (; !signal.aborted; await sleep(pause, undefined, { signal }).catch(() => undefined)) {
    const files = readNow(folder)
    const state = JSON.stringify(files)
    if (files === undefined || state === seen) continue
    seen = state
    if (output.isTerminal && last) output.write('\x1bc')
    const round = await runRound(files, last, only).catch((error: unknown) => {
      if (!(error instanceof FileError)) throw error
      return error.problems
    })
    isBroken = !('suite' in round)
    if ('suite' in round) {
      last = round
      report(round.results, json, output)
    } else if (json) writeJson(output, { ok: false, problems: round })
    else for (const problem of round) output.write(problemText(problem, files))
    output.tell('watching; Ctrl-C ends / 等待改动，Ctrl-C 结束\n')
  }
  return isBroken || (last?.failing.size ?? 0) > 0 ? 1 : 0
}

/** Undefined while a file is just being put in place of another. */
function readNow(folder: string): Files | undefined {
  try {
    return readFiles(folder)
  } catch (error) {
    if (error instanceof StartupError) return undefined
    throw error
  }
}

async function runRound(
  files: Files,
  last: { suite: Suite; failing: ReadonlySet<string> } | undefined,
  only: readonly string[],
) {
  const suite = openSuite(files)
  const names = chosen(last ? suite.changedSince(last.suite) : suite.names, only)
  const results = await runAll(suite, names)
  const still = [...(last?.failing ?? [])].filter(
    (name) => suite.names.includes(name) && !names.includes(name),
  )
  const failing = new Set([...still, ...results.filter(({ ok }) => !ok).map(({ of }) => of)])
  return { suite, results, failing }
}

function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  return controller.signal
}
