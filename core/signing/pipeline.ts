// Compiles a pipeline: a template, or a list of one-key steps done from top to bottom. Everything that can be
// wrong with it is found here; running it is a chain of closures that stays synchronous until SM2 or RSA.
import { among } from '../nearest.ts'
import type { Path } from '../yaml.ts'
import { type Context, type Fail, noUses, type Part, type Use, within } from './context.ts'
import { after, type Frame, type Outgoing, type RecipeScope, textOf, type Value } from './scope.ts'
import type { Definition } from './step.ts'
import { keyedSteps } from './steps-keyed.ts'
import { plainSteps } from './steps-plain.ts'
import { compileTemplate } from './template.ts'

/** Steps by name. */
export const steps: ReadonlyMap<string, Definition> = new Map(
  Object.entries({ ...plainSteps, ...keyedSteps }),
)

function compileStep(data: unknown, context: Context, index: number): Part {
  const { fail, path } = context
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return fail(path, 'a step is a mapping such as { digest: sm3 }', '步骤应写成 { digest: sm3 } 的形式')
  }
  const names = Object.keys(data)
  const name = names.find((one) => steps.has(one))
  const definition = name === undefined ? undefined : steps.get(name)
  if (name !== undefined && definition) return inPlace(definition(data, context), name, context, index)
  const [wrong = ''] = names
  const hint = among(wrong, [...steps.keys()])
  return fail([...path, wrong], `unknown step "${wrong}"${hint.en}`, `未知的步骤“${wrong}”${hint.zh}`, {
    onKey: true,
  })
}

/** Refuses a step that throws away what those before it made, and one that has nothing to work on. */
function inPlace(part: Part, name: string, { fail, path, it }: Context, index: number): Part {
  if (part.isFresh && index > 0) {
    fail(
      path,
      `"${name}" begins anew, so the result of the step before is lost; put it first, or use the result as {it}`,
      `“${name}”重新取值，上一步的结果会丢失；应移到最前，或用 {it} 引用上一步的结果`,
      {
        rule: 'step.lost',
        related: [{ at: [...path.slice(0, -1), index - 1], en: 'the step that is lost', zh: '丢失的步骤' }],
      },
    )
  }
  if (!part.isFresh && it === undefined) {
    fail(
      path,
      `"${name}" has nothing to work on; a step such as join, text, content or sent must stand before it`,
      `“${name}”没有可处理的内容，此前应有 join、text、content 或 sent 等步骤`,
      { rule: 'step.empty' },
    )
  }
  return part
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
  let it = context.it
  const parts = data.map((step: unknown, index) => {
    const part = compileStep(step, { ...within(context, index), it }, index)
    it = part.kind
    return part
  })
  return { kind: it ?? 'text', run: (frame, start) => chain(parts, frame, start) }
}

/** Where the last step of a value stands that is written at `path`. */
export function endOf(data: unknown, path: Path): Path {
  return Array.isArray(data) && data.length > 0 ? [...path, data.length - 1] : path
}

/** A pipeline that stands alone, such as the `decrypt` of a login reply. */
export type Pipeline = {
  /** the keys it needs, by name */
  keys: readonly string[]
  /** what it reads, and where; paths begin at the pipeline */
  needs: { settings: readonly Use[]; session: readonly Use[] }
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
    names: { values: new Map(), all: [], request: false },
    uses,
  })
  return {
    keys: [...new Set([...uses.keys.values()].map((key) => key.name))],
    needs: { settings: uses.settings, session: uses.session },
    run: async (input, scope) =>
      textOf(
        await part.run({ request: nothing, scope, values: {}, sent: undefined, outgoing: nothing }, input),
      ),
  }
}
