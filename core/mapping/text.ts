// Text conversions of the mapping language; all of them happen only when told.

/** Full-width ASCII (Ａ１，) and the ideographic space become their half-width forms. */
export function foldWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, ' ')
}

/** Folded, without blanks, upper case: the form in which identity numbers are checked. */
export function normaliseCode(text: string): string {
  return foldWidth(text).replace(/\s/g, '').toUpperCase()
}

/** Number of characters (code points), as field tables count them. */
export function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** The first `size` characters, never half of a surrogate pair. */
export function cutText(text: string, size: number): string {
  return text.length <= size ? text : Array.from(text).slice(0, size).join('')
}

/** Canonical JSON: keys sorted, no blanks; the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`
  }
  return JSON.stringify(value ?? null)
}
