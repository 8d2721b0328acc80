// The stage of a recipe that makes the final body: a JSON envelope, a form, one text, or what was mapped as it is.
import type { Context } from './context.ts'
import { compileEnvelope } from './envelope.ts'
import { compileLabel, entriesOf } from './label.ts'
import type { RecipeFile } from './recipe-file.ts'
import { after, type Frame, textOf } from './scope.ts'
import { compileTemplate } from './template.ts'

/** One stage of a run; `name` is its place in the file, for errors. */
export type Stage = { name: string; run(frame: Frame): void | Promise<void> }

type Write = (frame: Frame, text: string, contentType: string) => void

function compileForm(form: NonNullable<RecipeFile['form']>, context: Context, write: Write): Stage['run'] {
  const entries = entriesOf(
    Object.entries(form).map(([key, data]) => [key, compileLabel(data, { ...context, path: ['form', key] })]),
  )
  return (frame) =>
    after(entries(frame), (list) => {
      const pairs = list.map(([key, value]): [string, string] => [key, textOf(value)])
      write(frame, new URLSearchParams(pairs).toString(), 'application/x-www-form-urlencoded; charset=utf-8')
    })
}

function compileContent({ body, form }: RecipeFile, context: Context, write: Write): Stage['run'] {
  if (form !== undefined) return compileForm(form, context, write)
  if (typeof body === 'string') {
    const text = compileTemplate(body, context)
    return (frame) =>
      after(text.run(frame, ''), (value) => write(frame, textOf(value), frame.request.contentType))
  }
  if (body !== undefined) {
    const build = compileEnvelope(body, context)
    return (frame) => write(frame, JSON.stringify(build(frame)), 'application/json; charset=utf-8')
  }
  return (frame) => {
    frame.sent = frame.request.content
  }
}

/** Compiles the body stage; `contentType` of the file overrules the one the form of the body implies. */
export function compileBody(file: RecipeFile, context: Context): Stage {
  const { body, form, contentType } = file
  if (body !== undefined && form !== undefined) {
    context.fail(['form'], 'a recipe has a body or a form, not both', 'body 与 form 只能有一个')
  }
  const run = compileContent(file, context, (frame, text, implied) => {
    frame.sent = Buffer.from(text, 'utf8')
    frame.outgoing.content = frame.sent
    frame.outgoing.contentType = contentType ?? implied
  })
  if (context.uses.sent) {
    context.fail(context.path, 'the body cannot depend on its own bytes', '请求体不能依赖自身字节')
  }
  return { name: 'body', run }
}
