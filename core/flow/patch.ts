// JSON Merge Patch (RFC 7386): members replace, null removes, lists are replaced whole. A canonical form has no null of
// its own, so nothing is out of its reach; and a change of one field names no other field.

/** The document with the patch laid over it; both stay as they are. Names must have been checked by the reader. */
export function mergePatch(
  document: unknown,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = isObject(document) ? { ...document } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? mergePatch(merged[name], value) : value
  }
  return merged
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
