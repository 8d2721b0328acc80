// What the recipe compiler carries along: where it is in the file, which names are known there, what was used.
import type { Path } from '../yaml.ts'
import type { KeyKind } from './keys.ts'
import type { Frame, Value } from './scope.ts'

/** Reports a mistake at a path of the compiled data, and does not return. */
export type Fail = (path: Path, en: string, zh: string) => never

/** `text` can stand in a template; `bytes` (digests, signatures, ciphertexts) must be encoded first. */
export type Kind = 'text' | 'bytes'

/** A compiled step or template. `it` is the value of the step before. */
export type Part = { kind: Kind; run(frame: Frame, it: Value): Value | Promise<Value> }

/** What compiled data needs when it runs. */
export type Uses = {
  keys: Map<string, { kind: KeyKind; name: string }>
  settings: Set<string>
  session: Set<string>
  /** needs the final body, itself or through another value */
  sent: boolean
}

/** A name=value list whose parts are known to the recipe, for sorted-parameter signatures. */
export type Entries = (frame: Frame) => [string, Value][] | Promise<[string, Value][]>

/** What can be referred to at one place of a recipe. A pipeline outside a recipe knows no values and no request. */
export type Names = {
  values: ReadonlyMap<string, { kind: Kind; sent: boolean }>
  request: boolean
  group?: (name: 'headers' | 'query' | 'form', exclude: readonly string[], context: Context) => Entries
}

export type Context = { fail: Fail; path: Path; it: Kind; names: Names; uses: Uses }

/** Nothing used yet. */
export const noUses = (): Uses => ({ keys: new Map(), settings: new Set(), session: new Set(), sent: false })

/** Adds what `from` uses to `to`. */
export function addUses(to: Uses, from: Uses): void {
  for (const [id, key] of from.keys) to.keys.set(id, key)
  for (const name of from.settings) to.settings.add(name)
  for (const name of from.session) to.session.add(name)
  to.sent ||= from.sent
}

/** Notes that a key of the key store is needed. */
export function useKey(context: Context, kind: KeyKind, name: string): void {
  context.uses.keys.set(`${kind}:${name}`, { kind, name })
}

/** The context of a part of the data. */
export const within = (context: Context, ...steps: (string | number)[]): Context => ({
  ...context,
  path: [...context.path, ...steps],
})
