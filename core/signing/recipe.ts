// A signing recipe: how one platform wants a request wrapped, signed and labelled, as data.
// Order of a run: values in their order, then the body, then what depends on the body's bytes, then labels.
import { StartupError } from '../errors.ts'
import { parseSource } from '../shape.ts'
import { FileError, type Source } from '../yaml.ts'
import { compileBody, type Stage } from './body.ts'
import { createCompiler } from './compiler.ts'
import type { Use } from './context.ts'
import type { KeyKind } from './keys.ts'
import { recipeShape } from './recipe-file.ts'
import type { Frame, Outgoing, RecipeScope, Value } from './scope.ts'

export type { Outgoing, RecipeScope } from './scope.ts'

/** A compiled recipe. */
export type Recipe = {
  /** file name without folder and ending */
  name: string
  /** the keys it needs, by name */
  keys: readonly string[]
  /** everything it needs, so that a gap is found at start and not at the first request; `document`: dotted paths */
  needs: {
    keys: readonly { kind: KeyKind; name: string }[]
    settings: readonly Use[]
    session: readonly Use[]
    document: readonly Use[]
  }
  /** values that nothing in it reads */
  unused: readonly Use[]
  /** the request as it must be sent; rejects naming recipe and value, or with StartupError for a missing key */
  apply(request: Outgoing, scope: RecipeScope): Promise<Outgoing>
  /** `apply`, with the values worked out on the way: for cases and previews */
  trace(request: Outgoing, scope: RecipeScope): Promise<{ outgoing: Outgoing; values: Record<string, Value> }>
}

function runner(name: string, stages: readonly Stage[]): Recipe['trace'] {
  return async (request, scope) => {
    const outgoing = { ...request, query: { ...request.query }, headers: { ...request.headers } }
    const frame: Frame = { request, scope, values: {}, sent: undefined, outgoing }
    for (const stage of stages) {
      try {
        const pending = stage.run(frame)
        // waiting only where something is under way keeps an HMAC recipe at a few microseconds
        if (pending) await pending
      } catch (error) {
        throw explained(error, `signing recipe ${name}, ${stage.name}`)
      }
    }
    return { outgoing, values: frame.values }
  }
}

function explained(error: unknown, where: string): unknown {
  if (error instanceof StartupError || !(error instanceof Error)) return error
  return new Error(`${where}: ${error.message}`, { cause: error })
}

/** Each use once: a sorted list compiles its members a second time. */
function distinct(uses: readonly Use[]): Use[] {
  return [...new Map(uses.map((use) => [JSON.stringify([use.name, use.at]), use])).values()]
}

/** Compiles one recipe file; throws FileError with every mistake that can be found at once. */
export function compileRecipe(source: Source): Recipe {
  const file = parseSource(source, recipeShape)
  const name = source.file.replace(/^.*\//, '').replace(/\.ya?ml$/, '')
  const compiler = createCompiler(source, file)
  const { early, late } = compiler.values()
  const body = compiler.part([file.form ? 'form' : 'body'], (context) => compileBody(file, context)).result
  const labels = [compiler.labels('query'), compiler.labels('headers')]
  if (compiler.problems.length > 0 || !body) throw new FileError(compiler.problems)

  const trace = runner(name, [...early, body, ...late, ...labels])
  const { uses } = compiler
  const keys = [...uses.keys.values()]
  const unused = Object.keys(file.values).filter((value) => !uses.values.has(value))
  return {
    name,
    keys: [...new Set(keys.map((key) => key.name))],
    needs: {
      keys,
      settings: distinct(uses.settings),
      session: distinct(uses.session),
      document: distinct(uses.document),
    },
    unused: unused.map((value) => ({ name: value, at: ['values', value] })),
    apply: async (request, scope) => (await trace(request, scope)).outgoing,
    trace,
  }
}
