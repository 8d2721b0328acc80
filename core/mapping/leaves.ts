// The single values of a document, each with its path.

/** A value that holds no others, or an empty list or object. */
export type DocumentLeaf = { path: string; value: unknown }

/** All of them, in the order of the document: `items[0].name`. */
export function leavesOf(value: unknown, path = ''): DocumentLeaf[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((element, i) => leavesOf(element, `${path}[${i}]`))
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : leavesOf(member, path === '' ? name : `${path}.${name}`),
    )
  }
  return [{ path, value }]
}
