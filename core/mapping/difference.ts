// What differs between two documents, leaf by leaf.
import { isDeepStrictEqual } from 'node:util'

/** `before` is undefined for added, `after` for removed. */
export type Difference = {
  path: string
  kind: 'added' | 'removed' | 'changed'
  before: unknown
  after: unknown
}

/**
 * Compares documents leaf by leaf; a member that is undefined is absent. List indexes are `[*]` and each field is told
 * once; with `exact` every leaf is told, with its index.
 */
export function differences(before: unknown, after: unknown, exact = false): Difference[] {
  const found = new Map<string, Difference>()
  const note = (difference: Difference): void => {
    const name = `${difference.kind} ${difference.path}`
    if (!found.has(name)) found.set(name, difference)
  }
  compare(before, after, '', { note, exact })
  return [...found.values()]
}

type Walk = { note: (difference: Difference) => void; exact: boolean }

function compare(before: unknown, after: unknown, path: string, walk: Walk): void {
  if (before === after) return
  const one = holds(before) ? before : after
  if (Array.isArray(one) && holds(one) && isListOrNone(before) && isListOrNone(after)) {
    const { left, right, head } = trim(before ?? [], after ?? [])
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      compare(left[i], right[i], `${path}[${walk.exact ? head + i : '*'}]`, walk)
    }
  } else if (isObject(one) && holds(one) && isObjectOrNone(before) && isObjectOrNone(after)) {
    for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
      compare(before?.[name], after?.[name], path === '' ? name : `${path}.${name}`, walk)
    }
  } else leaf(before, after, path, walk)
}

function leaf(before: unknown, after: unknown, path: string, { note }: Walk): void {
  if (isDeepStrictEqual(before, after)) return
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  note({ path, kind, before, after })
}

/** Lists of different length without what they begin and end with alike: an element more or less moves no other. */
function trim(before: readonly unknown[], after: readonly unknown[]) {
  if (before.length === after.length) return { left: before, right: after, head: 0 }
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isDeepStrictEqual(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const left = before.slice(head, before.length - tail)
  return { left, right: after.slice(head, after.length - tail), head }
}

/** Whether there is anything inside: what is empty has no leaf that could tell. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
const isObjectOrNone = (value: unknown): value is Record<string, unknown> | undefined =>
  value === undefined || isObject(value)
const isListOrNone = (value: unknown): value is unknown[] | undefined =>
  value === undefined || Array.isArray(value)
