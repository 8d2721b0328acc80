// One start tag of XML. Its attributes are met one by one, since an expression over all of them overflows the stack when
// there are very many.
import { blank, resolveReferences } from './grammar.ts'

const start =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const name = `[${start}][${start}\\-.0-9\\xB7\\u0300-\\u036F\\u203F-\\u2040]*`
const space = '[ \\t\\r\\n]'

/** The name of a tag, from `lastIndex` on (clause 2.3). */
const tagName = new RegExp(name, 'uy')

/** One attribute with the blanks before it, from `lastIndex` on (clause 3.1): its name, and its value in quotes. */
const attribute = new RegExp(`${space}+(${name})${space}*=${space}*("[^"<]*"|'[^'<]*')`, 'uy')

const GREATER = 0x3e
const SLASH = 0x2f
const QUOTE = 0x22
const APOSTROPHE = 0x27

/** The offset behind the tag that begins at `at`; -1 when it has not all come. */
export function tagEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === GREATER) return i + 1
    if (code !== QUOTE && code !== APOSTROPHE) continue
    i = text.indexOf(text.charAt(i), i + 1)
    if (i < 0) return -1
  }
  return -1
}

/** A start tag as it is written: name with prefix, attributes if it has any, and whether it ends its element too. */
export type Tag = { name: string; attributes: Record<string, string> | undefined; isEmpty: boolean }

/** Reads the tag that stands whole from `at` to `end`; `refuse` ends the work when it is none. */
export function readTag(text: string, at: number, end: number, refuse: () => never): Tag {
  tagName.lastIndex = at + 1
  const [name] = tagName.exec(text) ?? refuse()
  let behind = tagName.lastIndex
  let attributes: Tag['attributes']
  attribute.lastIndex = behind
  for (let found = attribute.exec(text); found !== null; found = attribute.exec(text)) {
    const [, key = '', quoted = ''] = found
    attributes ??= Object.create(null) as Record<string, string>
    if (key in attributes) refuse()
    // clause 3.3.3: blanks as they stand are spaces, those of references stay
    attributes[key] = resolveReferences(quoted.slice(1, -1).replace(/\r\n|[\r\n\t]/g, ' '), refuse)
    behind = attribute.lastIndex
  }
  const isEmpty = text.charCodeAt(end - 2) === SLASH
  if (!blank.test(text.slice(behind, isEmpty ? end - 2 : end - 1))) refuse()
  return { name, attributes, isEmpty }
}
