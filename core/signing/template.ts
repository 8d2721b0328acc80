// Texts with places to fill: "{settings.sid}{rtime}". Each name is resolved when the recipe is compiled, so a
// misspelt one is found at its line and a run only joins strings. {{ and }} stand for the braces themselves.
import { type Context, type Part, useKey } from './context.ts'
import { failUnknown, useValue } from './names.ts'
import { type Frame, textOf, type Value } from './scope.ts'

type Reader = (frame: Frame, it: Value) => string

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
  context.uses[from].push({ name, at: context.path })
  return (frame) => {
    const value = frame.scope[from][name]
    if (value === undefined) throw new Error(`${from}.${name} is not set for this system`)
    return value
  }
}

function ofRequest(head: string, rest: readonly string[], context: Context): Reader | undefined {
  if (head === 'document') {
    useDocument(rest, context)
    return ({ request }) => asText(walk(request.document, rest))
  }
  if (rest.length > 0) return undefined
  if (head === 'content') return ({ request }) => contentText(request)
  if (head === 'method' || head === 'path') return ({ request }) => request[head]
  if (head !== 'sent') return undefined
  context.uses.sent = true
  return ({ sent }) => textOf(sent ?? '')
}

/** Notes that a member of the mapped document is read; the document as a whole is always there. */
export function useDocument(path: readonly string[], context: Context): void {
  if (path.length > 0) context.uses.document.push({ name: path.join('.'), at: context.path })
}

function ofValue(name: string, context: Context): Reader | undefined {
  const known = useValue(name, context)
  if (!known) return undefined
  if (known.kind === 'bytes') {
    context.fail(
      context.path,
      `{${name}} holds bytes; encode it first: { encode: hex } as its last step`,
      `{${name}} 是字节，应先编码：在其步骤末尾加 { encode: hex }`,
      {
        rule: 'value.bytes',
        related: [{ at: known.end, en: `last step of ${name}`, zh: `${name} 的最后一步` }],
      },
    )
  }
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
    if (context.it === undefined)
      context.fail(
        context.path,
        '{it} is nothing here: no step stands before',
        '{it} 没有内容：此前没有步骤',
        {
          rule: 'step.empty',
        },
      )
    return (_, it) => textOf(it)
  }
  const reader =
    (context.names.request ? ofRequest(head, rest, context) : undefined) ?? ofValue(reference, context)
  return reader ?? failUnknown(reference, context)
}

/** Compiles a template. Unknown names and single braces fail at the context's path. */
export function compileTemplate(text: string, context: Context): Part {
  const readers: Reader[] = []
  let isFresh = true
  const literal = (part: string): void => {
    if (part !== '') readers.push(() => part)
  }
  let at = 0
  for (const found of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)) {
    literal(text.slice(at, found.index))
    at = found.index + found[0].length
    const reference = found[1]?.trim()
    if (reference === 'it') isFresh = false
    if (reference !== undefined) readers.push(resolve(reference, context))
    else if (found[0].length === 2) literal(found[0].slice(1))
    else
      context.fail(context.path, 'a brace without its partner; write {{ or }}', '花括号不成对，请写 {{ 或 }}')
  }
  literal(text.slice(at))
  const [only] = readers
  if (!only) return { kind: 'text', isFresh, run: () => '' }
  if (readers.length === 1) return { kind: 'text', isFresh, run: only }
  return {
    kind: 'text',
    isFresh,
    run(frame, it) {
      let whole = ''
      for (const read of readers) whole += read(frame, it)
      return whole
    },
  }
}
