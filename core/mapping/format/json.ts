// Safe JSON: the native parser does the work, a walk refuses reserved keys and depth, and only when something is
// wrong a slow scanner finds the place. (The native message quotes the body, so it is never passed on.)
import { QiaoError } from '../../errors.ts'

/** Deepest nesting a message may have. */
export const DEPTH_LIMIT = 64

/**
 * Parses JSON text.
 * @throws QiaoError body.json for syntax, body.unsafe for reserved keys or depth; `detail` holds line and column
 */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw explain(text)
  }
  if (!isSafe(value, 0)) throw explain(text)
  return value
}

/** True when no object in `value` has a reserved key and nothing nests deeper than the limit. */
function isSafe(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth >= DEPTH_LIMIT) return false
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i]
      if (typeof element === 'object' && !isSafe(element, depth + 1)) return false
    }
    return true
  }
  for (const key in value) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return false
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object' && !isSafe(member, depth + 1)) return false
  }
  return true
}

const reserved = new Set(['__proto__', 'constructor', 'prototype'])
const token =
  /[ \t\r\n]*(?:("[^"\\\p{Cc}]*(?:(?:[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))[^"\\\p{Cc}]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{}:,]))/uy

/** Walks the tokens of a faulty text and names the first fault. */
function explain(text: string): QiaoError {
  const open: ('[' | '{')[] = []
  let expect: 'value' | 'first' | 'key' | 'firstKey' | ':' | 'next' | 'end' = 'value'
  token.lastIndex = 0
  for (;;) {
    const start = token.lastIndex
    const match = token.exec(text)
    if (match === null) return failure('body.json', text, start)
    const at = token.lastIndex - (match[1] ?? match[2] ?? match[3] ?? '').length
    const mark: string = match[3] ?? 'scalar'
    const closes: boolean =
      (mark === ']' && open.at(-1) === '[' && (expect === 'first' || expect === 'next')) ||
      (mark === '}' && open.at(-1) === '{' && (expect === 'firstKey' || expect === 'next'))
    if (closes) {
      open.pop()
      expect = open.length === 0 ? 'end' : 'next'
    } else if (mark === ',' && expect === 'next') expect = open.at(-1) === '{' ? 'key' : 'value'
    else if (mark === ':' && expect === ':') expect = 'value'
    else if (match[1] !== undefined && (expect === 'key' || expect === 'firstKey')) {
      if (reserved.has(JSON.parse(match[1]) as string)) return failure('body.unsafe', text, at)
      expect = ':'
    } else if ((expect === 'value' || expect === 'first') && (mark === '[' || mark === '{')) {
      if (open.length >= DEPTH_LIMIT) return failure('body.unsafe', text, at)
      open.push(mark)
      expect = mark === '[' ? 'first' : 'firstKey'
    } else if ((expect === 'value' || expect === 'first') && mark === 'scalar') {
      expect = open.length === 0 ? 'end' : 'next'
    } else return failure('body.json', text, at)
  }
}

function failure(code: 'body.json' | 'body.unsafe', text: string, at: number): QiaoError {
  const blanks = /[ \t\r\n]*/y
  blanks.lastIndex = at
  blanks.exec(text)
  const before = text.slice(0, Math.max(at, blanks.lastIndex)).split('\n')
  return new QiaoError(code, { detail: `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}` })
}
