// Texts with places to fill: "{settings.sid}{rtime}". Each name is resolved when the recipe is compiled, so a
// misspelt one is found at its line and a run only joins strings. {{ and }} stand for the braces themselves.
import { type Context, type Part, useKey } from './context.ts'
import { type Frame, textOf, type Value } from './scope.ts'

type Reader = (frame: Frame, it: Value) => string

/** Words that mean something in a template, so that no value may have them as its name. */
export const reserved: readonly string[] = [
  'settings',
  'session',
  'secret',
  'content',
  'document',
  'method',
  'path',
  'sent',
  'it',
]

/** The text of the mapped document, in whatever charset it was written. */
export function contentText({ content, contentType }: Frame['request']): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8'
  return charset === 'utf-8'
    ? content.toString('utf8')
    : new TextDecoder(charset, { fatal: true }).decode(content)
}

/** Follows a dotted path in the mapped document; undefined when there is nothing. */
export function walk(document: unknown, path: readonly string[]): unknown {
  let at = document
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}

/** Data as the text of a parameter: nothing is empty, objects are JSON. */
export function asText(data: unknown): string {
  if (data === undefined || data === null) return ''
  return typeof data === 'object' ? JSON.stringify(data) : String(data)
}

function named(from: 'settings' | 'session', name: string, context: Context): Reader {
  context.uses[from].add(name)
  return (frame) => {
    const value = frame.scope[from][name]
    if (value === undefined) throw new Error(`${from}.${name} is not set for this system`)
    return value
  }
}

function ofRequest(head: string, rest: readonly string[], context: Context): Reader | undefined {
  if (head === 'document') return ({ request }) => asText(walk(request.document, rest))
  if (rest.length > 0) return undefined
  if (head === 'content') return ({ request }) => contentText(request)
  if (head === 'method' || head === 'path') return ({ request }) => request[head]
  if (head !== 'sent') return undefined
  context.uses.sent = true
  return ({ sent }) => textOf(sent ?? '')
}

function ofValue(name: string, context: Context): Reader | undefined {
  const known = context.names.values.get(name)
  if (!known) return undefined
  if (known.kind === 'bytes') {
    context.fail(context.path, `{${name}} holds bytes; encode it first`, `{${name}} 是字节，请先编码`)
  }
  context.uses.sent ||= known.sent
  return (frame) => textOf(frame.values[name] ?? '')
}

function resolve(reference: string, context: Context): Reader {
  const [head = '', ...rest] = reference.split('.')
  const tail = rest.join('.')
  if ((head === 'settings' || head === 'session') && tail !== '') return named(head, tail, context)
  if (head === 'secret' && tail !== '') {
    useKey(context, 'secret', tail)
    return ({ scope }) => scope.keys.secret(tail)
  }
  if (reference === 'it') {
    if (context.it === 'bytes')
      context.fail(context.path, '{it} holds bytes; encode it first', '{it} 是字节，请先编码')
    return (_, it) => textOf(it)
  }
  const reader =
    (context.names.request ? ofRequest(head, rest, context) : undefined) ?? ofValue(reference, context)
  if (reader) return reader
  const known = [...context.names.values.keys()].join(', ') || 'none'
  return context.fail(
    context.path,
    `{${reference}} is not known here (values before this place: ${known})`,
    `此处没有 {${reference}}（此前的值：${known}）`,
  )
}

/** Compiles a template. Unknown names and single braces fail at the context's path. */
export function compileTemplate(text: string, context: Context): Part {
  const readers: Reader[] = []
  const literal = (part: string): void => {
    if (part !== '') readers.push(() => part)
  }
  let at = 0
  for (const found of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)) {
    literal(text.slice(at, found.index))
    at = found.index + found[0].length
    if (found[1] !== undefined) readers.push(resolve(found[1].trim(), context))
    else if (found[0].length === 2) literal(found[0].slice(1))
    else
      context.fail(context.path, 'a brace without its partner; write {{ or }}', '花括号不成对，请写 {{ 或 }}')
  }
  literal(text.slice(at))
  const [only] = readers
  if (!only) return { kind: 'text', run: () => '' }
  if (readers.length === 1) return { kind: 'text', run: only }
  return {
    kind: 'text',
    run(frame, it) {
      let whole = ''
      for (const read of readers) whole += read(frame, it)
      return whole
    },
  }
}
