// Hot reload, all or nothing: files that have an error, need a key that is not there, or cannot be stored change nothing.
import { StartupError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Keys } from '../signing/keys.ts'
import { errorsOf, FileError, formatProblem, type Problem } from '../yaml.ts'
import type { Adapter } from './adapter.ts'
import { type Bundle, digestOf, inspectBundle } from './bundle.ts'
import { gapProblem, missingKeys } from './gaps.ts'
import { parseAhead } from './parse.ts'
import type { Input, Registry } from './registry.ts'

/** What came of a reload. `problems` are those of the files read then, warnings too. */
export type Attempt = {
  /** ISO 8601, UTC */
  at: string
  /** of the files that were read; null when they could not be */
  digest: string | null
  /** whether what was read is in use now */
  ok: boolean
  /** whether other files are in use than before */
  changed: boolean
  /** the files were not at fault: the same ones may be taken later */
  again: boolean
  problems: readonly Problem[]
}

export type Reload = {
  /** reads and takes files, one reload after the other; never rejects */
  reload(read: () => Input | Promise<Input>): Promise<Attempt>
  /** the last attempt in this process */
  last(): Attempt | undefined
  /** waits for the reload under way; later ones are refused */
  close(): Promise<void>
}

export type ReloadParts = { registry: Registry; adapters: readonly Adapter[]; keys: Keys; log: Log }

const told = 20

/** Creates the reload of this process. */
export function createReload({ registry, adapters, keys, log }: ReloadParts): Reload {
  let last: Attempt | undefined
  let line: Promise<unknown> = Promise.resolve()
  let closed = false

  const take = async (read: () => Input | Promise<Input>): Promise<Attempt> => {
    const at = new Date().toISOString()
    let digest: string | null = null
    const end = (rest: Partial<Attempt>): Attempt => {
      return { at, digest, ok: false, changed: false, again: false, problems: [], ...rest }
    }
    try {
      if (closed) return end({ problems: [stopping] })
      const input = await read()
      digest = digestOf(input.files)
      const { warnings, digest: current } = registry.current()
      if (digest === current && JSON.stringify(input.overlay) === JSON.stringify(registry.overlay())) {
        return end({ ok: true, problems: warnings })
      }
      const { bundle, problems } = await inspect(input, registry.current())
      if (!bundle) return end({ problems })
      const loaded = await registry.use(bundle, input.overlay)
      log.info('mappings.reloaded', { bundle: loaded.id, digest, was: current })
      return end({ ok: true, changed: digest !== current, problems })
    } catch (error) {
      const problems = problemsOf(error as Error)
      return end({ problems, again: !(error instanceof FileError) })
    }
  }
  const inspect = async ({ files, overlay }: Input, current: Bundle) => {
    const { bundle, problems } = inspectBundle(files, adapters, overlay, await parseAhead(files))
    if (!bundle) return { bundle, problems }
    // a folder that is not mounted at the moment looks like one from which everything was deleted
    if (bundle.systems.size === 0 && current.systems.size > 0) return { problems: [empty] }
    // what the hub already runs without is told at start, and must not stand in the way of other changes
    const known = new Set(missingKeys(current, keys).map(({ kind, name }) => `${kind} ${name}`))
    const gaps = missingKeys(bundle, keys).filter(({ kind, name }) => !known.has(`${kind} ${name}`))
    if (gaps.length > 0) return { problems: gaps.map((gap) => gapProblem(bundle, gap)) }
    return { bundle, problems }
  }
  const report = ({ problems }: Attempt): void => {
    const errors = errorsOf(problems)
    for (const problem of errors.slice(0, told)) {
      const [text = ''] = formatProblem(problem).split('\n')
      log.warn('mappings.refused', { rule: problem.rule, problem: text })
    }
    if (errors.length > told) log.warn('mappings.refused', { more: errors.length - told })
  }
  return {
    reload: (read) => {
      const work = line.then(async () => {
        const attempt = await take(read)
        if (closed) return attempt
        if (!attempt.ok && !isSame(attempt, last)) report(attempt)
        last = attempt
        return attempt
      })
      line = work
      return work
    },
    last: () => last,
    close: async () => {
      closed = true
      await line
    },
  }
}

/** What is refused again for the same reasons has been told. */
function isSame(a: Attempt, b: Attempt | undefined): boolean {
  return JSON.stringify(a.problems) === JSON.stringify(b?.problems)
}

/** A problem of the whole folder. */
function wholly(en: string, zh: string, rule: string): Problem {
  return { file: '.', line: 1, column: 1, en, zh, severity: 'error', rule }
}

const stopping = wholly('the hub is stopping', '系统正在停止', 'hub.stopping')
const empty = wholly(
  'the folder declares no system; is it mounted? A hub without systems is started, not reloaded',
  '映射目录中没有任何系统，请确认目录已挂载',
  'folder.empty',
)

function problemsOf(error: Error): readonly Problem[] {
  if (error instanceof FileError) return error.problems
  if (error instanceof StartupError) {
    return [wholly(`${error.message}. ${error.todo}`, '映射目录或设置文件无法读取', 'folder.unreadable')]
  }
  return [
    wholly(
      `the hub could not take the files: ${error.message}`,
      '系统暂时无法加载，稍后自动重试',
      'hub.failed',
    ),
  ]
}
