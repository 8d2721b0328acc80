// What the recipe compiler carries along: where it is in the file, which names are known there, what was used.
import { FileError, type Path, problemAt, type Remark, type Source } from '../yaml.ts'
import type { KeyKind } from './keys.ts'
import type { Frame, Value } from './scope.ts'

/** What a complaint may say besides its texts; `related` are other places of the same file. */
export type Mark = Pick<Remark, 'rule' | 'onKey'> & {
  related?: readonly { at: Path; en: string; zh: string }[]
}

/** Reports a mistake at a path of the compiled data, and does not return. */
export type Fail = (path: Path, en: string, zh: string, mark?: Mark) => never

/** A Fail that throws FileError at the place of the source; the compiled data stands at `prefix` in it. */
export function failIn(source: Source, prefix: Path = []): Fail {
  return (path, en, zh, { related = [], ...mark } = {}) => {
    const places = related.map(({ at, ...words }) => {
      return { file: source.file, ...source.at([...prefix, ...at]), ...words }
    })
    throw new FileError([problemAt(source, [...prefix, ...path], en, zh, { ...mark, related: places })])
  }
}

/** `text` can stand in a template; `bytes` (digests, signatures, ciphertexts) must be encoded first. */
export type Kind = 'text' | 'bytes'

/** A compiled step or template. `it` is the value of the step before; one that `isFresh` does not look at it. */
export type Part = { kind: Kind; isFresh?: boolean; run(frame: Frame, it: Value): Value | Promise<Value> }

/** A name and where it is read. */
export type Use = { name: string; at: Path }

/** What compiled data needs when it runs. */
export type Uses = {
  keys: Map<string, { kind: KeyKind; name: string }>
  settings: Use[]
  session: Use[]
  /** dotted paths in the mapped document */
  document: Use[]
  /** earlier values of the recipe */
  values: Set<string>
  /** needs the final body, itself or through another value */
  sent: boolean
}

/** A name=value list whose parts are known to the recipe, for sorted-parameter signatures. */
export type Entries = (frame: Frame) => [string, Value][] | Promise<[string, Value][]>

/** A value of the recipe that can be referred to; `end`: where its last step stands. */
export type Known = { kind: Kind; sent: boolean; end: Path }

/** What can be referred to at one place of a recipe. A pipeline outside a recipe knows no values and no request. */
export type Names = {
  values: ReadonlyMap<string, Known>
  /** names of all values of the file, also of those that stand later */
  all: readonly string[]
  request: boolean
  group?: (name: 'headers' | 'query' | 'form', exclude: readonly string[], context: Context) => Entries
}

/** `it`: what the step before gives; undefined where there is none. */
export type Context = { fail: Fail; path: Path; it: Kind | undefined; names: Names; uses: Uses }

/** Nothing used yet. */
export const noUses = (): Uses => ({
  keys: new Map(),
  settings: [],
  session: [],
  document: [],
  values: new Set(),
  sent: false,
})

/** Adds what `from` uses to `to`. */
export function addUses(to: Uses, from: Uses): void {
  for (const [id, key] of from.keys) to.keys.set(id, key)
  to.settings.push(...from.settings)
  to.session.push(...from.session)
  to.document.push(...from.document)
  for (const name of from.values) to.values.add(name)
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
