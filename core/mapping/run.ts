// The state of one mapping run and the few words every compiled closure shares: absent, invalid, fail.
import type { Issue } from '../errors.ts'
import { shanghaiNow } from './dates.ts'

/** What a mapping may read besides the document: values of the message itself, and results of earlier steps. */
export type MapContext = {
  /** messageId, acceptedAt, now, source, type, key; dates are canonical `yyyy-MM-dd HH:mm:ss` */
  meta: Readonly<Record<string, string>>
  /** step name → the result its reply rule kept */
  steps: Readonly<Record<string, unknown>>
}

/** A value that was present but wrong; its issue is already noted. */
export const INVALID: unique symbol = Symbol('invalid')

/** Work a synchronous pass could not do: a JSONata evaluation. */
export type Pending = () => Promise<void>

/** One run of a compiled mapping. `indexes[d]` is the position in the list at depth d, for issue paths. */
export type Run = {
  root: unknown
  readonly context: MapContext
  readonly indexes: number[]
  /** `items[d]` is the item inside d lists, so that an inner one can reach it */
  readonly items: unknown[]
  readonly issues: Issue[]
  readonly pending: Pending[]
  /** results of JSONata expressions: expression → place of the item in its lists → value */
  readonly results: Map<object, Map<string, unknown>>
  date: string | undefined
}

/** Issues kept of one request; the rest would only repeat them. */
export const ISSUE_LIMIT = 50

/** A fresh run over `root`. */
export function createRun(root: unknown, context: MapContext): Run {
  return {
    root,
    context,
    indexes: [],
    items: [],
    issues: [],
    pending: [],
    results: new Map(),
    date: undefined,
  }
}

/** Notes an issue; the result stands for the wrong value. Texts must never hold the value. */
export function fail(run: Run, path: string, rule: string, zh: string, en: string): typeof INVALID {
  if (run.issues.length < ISSUE_LIMIT) run.issues.push({ path, rule, zh, en })
  return INVALID
}

/** Puts `name` before the paths of the issues noted since `mark`; costs nothing when all is well. */
export function prefixIssues(run: Pick<Run, 'issues'>, mark: number, name: string): void {
  for (let i = mark; i < run.issues.length; i++) {
    const issue = run.issues[i]
    if (issue) run.issues[i] = { ...issue, path: joinPath(name, issue.path) }
  }
}

/** `a` + `b` → `a.b`; `a` + `[0]` → `a[0]`. */
export function joinPath(left: string, right: string): string {
  if (left === '' || right === '') return left + right
  return right.startsWith('[') ? left + right : `${left}.${right}`
}

/** Absent source values leave their target out: undefined, null and the empty string. */
export function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}

/** The day (`yyyy-MM-dd`) code tables are judged at: the day of acceptance, or today when there is none. */
export function businessDate(run: Run): string {
  run.date ??= (run.context.meta.acceptedAt ?? run.context.meta.now ?? shanghaiNow()).slice(0, 10)
  return run.date
}

/** Text of a scalar: strings, finite numbers and booleans; undefined for anything else and for unsafe integers. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return isExact(value) ? String(value) : undefined
  return typeof value === 'boolean' ? String(value) : undefined
}

/** False for numbers JSON.parse may have rounded (integers over 2^53) and for NaN and infinities. */
export function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
}
