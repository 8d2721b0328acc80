// qiao mapping test --watch: runs all cases, then again what each change of a file touches.
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../core/errors.ts'
import type { Files } from '../../core/flow/bundle.ts'
import { filesOf, inspect } from './folder.ts'
import type { Output } from './output.ts'
import { countProblems, problemText } from './problems.ts'
import { resultsJson, resultsText } from './results.ts'
import { chosen, openSuite, type Result, runAll, type Suite } from './suite.ts'

// Looking at the files themselves sees every change there is; fs.watch tells nothing over network and container mounts,
// and loses files that an editor puts in place of others. Reading the whole folder takes some ten milliseconds.
const pause = 500

/** What is known of the folder: its cases, and how each of them went last. */
type State = { suite: Suite; results: ReadonlyMap<string, readonly Result[]> }

/**
 * Watches until the signal. Each round tells the whole state: with `json` as one line, else as text. Exit code 0 when at
 * the end every case passed, 1 when one failed or the files did not load.
 */
export async function watchCases(
  folder: string,
  words: readonly string[],
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  let files: Files = {}
  let state: State | undefined
  let isGood = false
  for (; !signal.aborted; await sleep(pause, undefined, { signal }).catch(() => undefined)) {
    const now = readNow(folder)
    const changed = now ? changesOf(files, now) : []
    if (!now || changed.length === 0) continue
    if (output.isTerminal) output.write('\x1bc')
    if (state) output.tell(`↻ ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ' …' : ''}\n`)
    files = now
    const { bundle, problems } = inspect(files)
    if (bundle) {
      state = await runRound(openSuite(bundle), state, words)
      const results = [...state.results.values()].flat()
      isGood = results.every(({ ok }) => ok)
      output.write(json ? `${JSON.stringify(resultsJson(results))}\n` : resultsText(results))
    } else {
      isGood = false
      const counts = countProblems(problems)
      if (json) output.write(`${JSON.stringify({ ok: false, ...counts, problems })}\n`)
      else for (const problem of problems) output.write(problemText(problem, files))
    }
    output.tell('watching; Ctrl-C ends / 等待改动，Ctrl-C 结束\n')
  }
  return isGood ? 0 : 1
}

/** Undefined while a file is just being put in place of another. */
function readNow(folder: string): Files | undefined {
  try {
    return filesOf(folder)
  } catch (error) {
    if (error instanceof StartupError) return undefined
    throw error
  }
}

function changesOf(before: Files, after: Files): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => before[name] !== after[name])
}

/** Runs what can come out otherwise than before; of the rest what was known stays. */
async function runRound(suite: Suite, last: State | undefined, words: readonly string[]): Promise<State> {
  const names = chosen(suite.names, words)
  const touched = new Set(last ? suite.changedSince(last.suite) : names)
  const results = new Map<string, readonly Result[]>()
  for (const name of names) {
    const known = touched.has(name) ? undefined : last?.results.get(name)
    results.set(name, known ?? (await runAll(suite, [name])))
  }
  return { suite, results }
}
