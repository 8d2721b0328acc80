// The JSON envelope a recipe puts round the mapped document.
import { type Context, within } from './context.ts'
import { type Frame, textOf } from './scope.ts'
import { compileTemplate, useDocument, walk } from './template.ts'

/** Builds a piece of JSON data. */
export type Build = (frame: Frame) => unknown

// "{document}" or "{document.a.b}" alone stands for the data itself; with text round it, for its text
const wholeDocument = /^\{document((?:\.[^{}.\s]+)*)\}$/

function compileText(text: string, context: Context): Build {
  const found = wholeDocument.exec(text)
  if (found) {
    const path = (found[1] ?? '').split('.').slice(1)
    useDocument(path, context)
    return ({ request }) => walk(request.document, path)
  }
  const part = compileTemplate(text, context)
  return (frame) => textOf(part.run(frame, '') as string)
}

function compileMapping(data: object, context: Context): Build {
  const entries = Object.entries(data).map(([name, value]) => ({
    name,
    build: compileEnvelope(value, within(context, name)),
  }))
  return (frame) => {
    const built: Record<string, unknown> = {}
    for (const { name, build } of entries) {
      const value = build(frame)
      if (name === '...') Object.assign(built, value)
      else built[name] = value
    }
    return built
  }
}

/**
 * Compiles a JSON envelope: texts are templates, other scalars stand for themselves, and the key `...` spreads
 * a mapping (`"...": "{document}"`) at its place.
 */
export function compileEnvelope(data: unknown, context: Context): Build {
  if (typeof data === 'string') return compileText(data, context)
  if (Array.isArray(data)) {
    const items = data.map((item: unknown, index) => compileEnvelope(item, within(context, index)))
    return (frame) => items.map((build) => build(frame))
  }
  if (typeof data === 'object' && data !== null) return compileMapping(data, context)
  return () => data
}
