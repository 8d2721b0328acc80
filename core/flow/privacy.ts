// What is personal in a message, so that lists, diffs and reasons can be shown without it.
import type { Library } from '../mapping/library.ts'
import { classOf, type KnownValue, maskText, maskValue, personalValues } from '../mapping/mask.ts'
import { scalarText } from '../mapping/run.ts'
import type { PersonalPath } from '../mapping/schema/schema.ts'
import type { Registry } from './registry.ts'

/** Where a document is personal, and which personal values it may hold anywhere. */
export type Private = { personal: readonly PersonalPath[]; known: readonly KnownValue[] }

/**
 * What is personal in a stored message, by the files it is pinned to; by the current ones when those are lost, for a
 * type calls the same fields personal in most versions.
 */
export async function privateIn(
  registry: Registry,
  { bundle, type, canonical }: { bundle: number; type: string; canonical: string },
): Promise<Private> {
  const { library } = await registry.pinned(bundle).catch(() => registry.current())
  return privateBy(library, type, JSON.parse(canonical))
}

/** What is personal in a document, by a set of files. */
export function privateBy(library: Library, type: string, document: unknown): Private {
  const personal = library.types.get(type)?.personal ?? []
  return { personal, known: personalValues(document, personal) }
}

/** A leaf of a document as it may be shown; `path` with or without list indexes. */
export function maskLeaf(path: string, value: unknown, { personal, known }: Private): string | undefined {
  if (value === undefined) return undefined
  const text = scalarText(value) ?? JSON.stringify(value)
  const kind = classOf(path.replace(/\[\d+\]/g, '[*]'), personal)
  return kind === undefined ? maskText(text, known) : maskValue(text, kind)
}

/** A document as it may be shown; `path` is its own place, where it stands in a larger one. */
export function maskDocument(value: unknown, hidden: Private, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskDocument(item, hidden, `${path}[*]`))
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'boolean' || value === null ? value : maskScalar(path, value, hidden)
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      maskDocument(member, hidden, path === '' ? name : `${path}.${name}`),
    ]),
  )
}

/** A number that hides nothing stays one. */
function maskScalar(path: string, value: unknown, hidden: Private): unknown {
  const shown = maskLeaf(path, value, hidden)
  return shown === String(value) ? value : shown
}

/** What a platform or a mapping said, as it may be shown. */
export function maskReason<T extends string | null>(reason: T, hidden: Private): T
export function maskReason(reason: string | null, { known }: Private): string | null {
  return reason === null ? null : maskText(reason, known)
}
