// Compiles a pipeline: a template, or a list of one-key steps done from top to bottom. Everything that can be
// wrong with it is found here; running it is a chain of closures that stays synchronous until SM2 or RSA.
import type { Path } from '../yaml.ts'
import { type Context, type Fail, type Kind, noUses, type Part, within } from './context.ts'
import { after, type Frame, type Outgoing, type RecipeScope, textOf, type Value } from './scope.ts'
import type { Definition } from './step.ts'
import { keyedSteps } from './steps-keyed.ts'
import { plainSteps } from './steps-plain.ts'
import { compileTemplate } from './template.ts'

/** Steps by name. */
export const steps: ReadonlyMap<string, Definition> = new Map(
  Object.entries({ ...plainSteps, ...keyedSteps }),
)

function compileStep(data: unknown, context: Context): Part {
  const { fail, path } = context
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return fail(path, 'a step is a mapping such as { digest: sm3 }', '步骤应写成 { digest: sm3 } 的形式')
  }
  const names = Object.keys(data)
  const name = names.find((one) => steps.has(one))
  const definition = name === undefined ? undefined : steps.get(name)
  if (definition) return definition(data, context)
  const known = [...steps.keys()].join(', ')
  return fail([...path, names[0] ?? ''], `unknown step "${names[0] ?? ''}"; steps: ${known}`, '未知的步骤')
}

function chain(parts: readonly Part[], frame: Frame, start: Value): Value | Promise<Value> {
  let it: Value | Promise<Value> = start
  for (const part of parts) it = after(it, (value) => part.run(frame, value))
  return it
}

/** Compiles the data of a value, header or query entry: a template text, or a list of steps. */
export function compileSteps(data: unknown, context: Context): Part {
  if (typeof data === 'string') return compileTemplate(data, context)
  if (!Array.isArray(data) || data.length === 0) {
    return context.fail(context.path, 'neither a text nor a list of steps', '应为文本或步骤列表')
  }
  let kind: Kind = context.it
  const parts = data.map((step: unknown, index) => {
    const part = compileStep(step, { ...within(context, index), it: kind })
    kind = part.kind
    return part
  })
  return { kind, run: (frame, it) => chain(parts, frame, it) }
}

/** A pipeline that stands alone, such as the `decrypt` of a login reply. */
export type Pipeline = {
  /** the keys it needs, by name */
  keys: readonly string[]
  /** puts `input` through the steps; bytes at the end are read as UTF-8 text */
  run(input: Value, scope: RecipeScope): Promise<string>
}

const nothing: Outgoing = {
  method: '',
  path: '',
  query: {},
  headers: {},
  document: undefined,
  content: Buffer.alloc(0),
  contentType: '',
}

/**
 * Compiles a pipeline outside a recipe: no request, no values, only what is put in ({it}), settings and keys.
 * @example decrypt: [ { decode: base64 }, { decrypt: { algorithm: aes-128-ecb, key: supervision, derive: sha1prng } } ]
 */
export function compilePipeline(data: unknown, fail: Fail): Pipeline {
  const path: Path = []
  const uses = noUses()
  const part = compileSteps(data, {
    fail,
    path,
    it: 'text',
    names: { values: new Map(), request: false },
    uses,
  })
  return {
    keys: [...new Set([...uses.keys.values()].map((key) => key.name))],
    run: async (input, scope) =>
      textOf(
        await part.run({ request: nothing, scope, values: {}, sent: undefined, outgoing: nothing }, input),
      ),
  }
}
