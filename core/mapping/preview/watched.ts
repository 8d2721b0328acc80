// A document that tells which of its values are read: the same to whoever reads it, every object inside included.
import { joinPath } from '../run.ts'

/** A value that was read, by its path in the document: `items[2].name`; undefined when there is none. */
export type Seen = { path: string; value: unknown }

export type Watched = {
  document: unknown
  /** the object itself behind a watched one; other values as they are */
  bare(value: unknown): unknown
  /** path of a watched object */
  pathOf(value: unknown): string | undefined
}

/** Watches a document; `tell` hears of every single value that is read, and of members that are not there. */
export function watchDocument(document: unknown, tell: (seen: Seen) => void): Watched {
  const known = new Map<object, object>()
  const origins = new Map<unknown, { bare: object; path: string }>()
  const watch = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const earlier = known.get(value)
    if (earlier !== undefined) return earlier
    const watched: object = new Proxy(value, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof name === 'symbol' || !isMember(target, name)) return member
        const at = joinPath(path, Array.isArray(target) ? `[${name}]` : name)
        if (typeof member !== 'object' || member === null) tell({ path: at, value: member ?? undefined })
        return watch(member, at)
      },
    })
    known.set(value, watched)
    origins.set(watched, { bare: value, path })
    return watched
  }
  return {
    document: watch(document, ''),
    bare: (value) => origins.get(value)?.bare ?? value,
    pathOf: (value) => origins.get(value)?.path,
  }
}

/** Whether a name is one of the data, not of JavaScript: a list has places, an object what it does not inherit. */
function isMember(target: object, name: string): boolean {
  return Array.isArray(target) ? /^\d+$/.test(name) : Object.hasOwn(target, name) || !(name in target)
}
