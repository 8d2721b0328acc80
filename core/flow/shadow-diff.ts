// What differs between two documents, told by field: list indexes are `[*]`, and each field is told once.
import { isDeepStrictEqual } from 'node:util'

/** `before` is undefined for added, `after` for removed. */
export type Difference = {
  path: string
  kind: 'added' | 'removed' | 'changed'
  before: unknown
  after: unknown
}

/** Compares documents leaf by leaf; a member that is undefined is absent. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found = new Map<string, Difference>()
  const note = (difference: Difference): void => {
    const name = `${difference.kind} ${difference.path}`
    if (!found.has(name)) found.set(name, difference)
  }
  compare(before, after, '', note)
  return [...found.values()]
}

type Note = (difference: Difference) => void

function compare(before: unknown, after: unknown, path: string, note: Note): void {
  if (before === after) return
  const one = holds(before) ? before : after
  if (Array.isArray(one) && holds(one) && isListOrNone(before) && isListOrNone(after)) {
    const [left, right] = trim(before ?? [], after ?? [])
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      compare(left[i], right[i], `${path}[*]`, note)
    }
  } else if (isObject(one) && holds(one) && isObjectOrNone(before) && isObjectOrNone(after)) {
    for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
      compare(before?.[name], after?.[name], path === '' ? name : `${path}.${name}`, note)
    }
  } else leaf(before, after, path, note)
}

function leaf(before: unknown, after: unknown, path: string, note: Note): void {
  if (isDeepStrictEqual(before, after)) return
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  note({ path, kind, before, after })
}

/** Lists of different length without what they begin and end with alike: an element more or less moves no other. */
function trim(
  before: readonly unknown[],
  after: readonly unknown[],
): [readonly unknown[], readonly unknown[]] {
  if (before.length === after.length) return [before, after]
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isDeepStrictEqual(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
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
