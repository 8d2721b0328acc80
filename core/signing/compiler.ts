// Compiles the named parts of one recipe file, remembering what is known so far, what is used and what is wrong.
import { FileError, type Path, type Problem, type Source } from '../yaml.ts'
import type { Stage } from './body.ts'
import {
  addUses,
  type Context,
  type Entries,
  failIn,
  type Known,
  type Names,
  noUses,
  type Uses,
} from './context.ts'
import { compileLabel, entriesOf } from './label.ts'
import { reserved } from './names.ts'
import { compileSteps, endOf } from './pipeline.ts'
import type { RecipeFile } from './recipe-file.ts'
import { after, textOf, type Value } from './scope.ts'

/** The state of one compilation. */
export type Compiler = {
  problems: Problem[]
  /** what all parts together need */
  uses: Uses
  /** compiles one part; a mistake is noted in `problems` and gives no result */
  part<T>(path: Path, compile: (context: Context) => T): { result?: T; uses: Uses }
  /** the values of the file in order: those before the body, and those that need its bytes */
  values(): { early: Stage[]; late: Stage[] }
  /** headers or query of the file */
  labels(from: 'headers' | 'query'): Stage
}

const valueName = /^[A-Za-z][A-Za-z0-9_]*$/

/**
 * The name=value list of a `sort`: the file's own entries over those of the request. `names` are without `group`: a list
 * inside a list could hold itself.
 */
function createGroup(file: RecipeFile, names: Names): NonNullable<Names['group']> {
  return (from, exclude, context) => {
    const compiled = Object.entries(file[from] ?? {})
      .filter(([key]) => !exclude.includes(key))
      .map(([key, data]) => {
        const part = compileLabel(data, { ...context, names, it: undefined, path: [from, key] })
        return [key, part] as const
      })
    const own = entriesOf(compiled)
    if (from === 'form') return own
    const merged: Entries = (frame) =>
      after(own(frame), (entries) => {
        const given = Object.entries(frame.request[from]).filter(([key]) => !exclude.includes(key))
        return [...new Map<string, Value>([...given, ...entries])]
      })
    return merged
  }
}

/** Starts the compilation of a parsed file. */
export function createCompiler(source: Source, file: RecipeFile): Compiler {
  const problems: Problem[] = []
  const uses = noUses()
  const known = new Map<string, Known>()
  const plain: Names = { values: known, all: Object.keys(file.values), request: true }
  const names: Names = { ...plain, group: createGroup(file, plain) }
  const fail = failIn(source)

  const part: Compiler['part'] = (path, compile) => {
    const own = noUses()
    try {
      const result = compile({ fail, path, it: undefined, names, uses: own })
      addUses(uses, own)
      return { result, uses: own }
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      problems.push(...error.problems)
      return { uses: own }
    }
  }

  function value(key: string, data: unknown): { stage?: Stage; sent: boolean } {
    const compiled = part(['values', key], (context) => {
      if (!valueName.test(key) || reserved.includes(key)) {
        fail(
          context.path,
          `"${key}" cannot name a value: letters, digits and _, and none of ${reserved.join(', ')}`,
          `“${key}”不能作值名：应为字母、数字与 _，且不能是 ${reserved.join('、')}`,
          { onKey: true },
        )
      }
      return compileSteps(data, context)
    })
    const { sent } = compiled.uses
    // a broken one counts as known all the same, or every use of it would be reported too
    known.set(key, { kind: compiled.result?.kind ?? 'text', sent, end: endOf(data, ['values', key]) })
    const run = compiled.result?.run
    if (!run) return { sent }
    const stage: Stage = {
      name: `values.${key}`,
      run: (frame) =>
        after(run(frame, ''), (result) => {
          frame.values[key] = result
        }),
    }
    return { stage, sent }
  }

  return {
    problems,
    uses,
    part,
    values() {
      const early: Stage[] = []
      const late: Stage[] = []
      for (const [key, data] of Object.entries(file.values)) {
        const { stage, sent } = value(key, data)
        if (stage) (sent ? late : early).push(stage)
      }
      return { early, late }
    },
    labels(from) {
      const parts = Object.entries(file[from]).flatMap(([key, data]) => {
        const { result } = part([from, key], (context) => compileLabel(data, context))
        return result ? [[key, result] as const] : []
      })
      const entries = entriesOf(parts)
      return {
        name: from,
        run: (frame) =>
          after(entries(frame), (list) => {
            for (const [key, text] of list) frame.outgoing[from][key] = textOf(text)
          }),
      }
    },
  }
}
