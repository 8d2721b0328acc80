// One start tag of XML. Its attributes are met one by one, since an expression over all of them overflows the stack when
// there are very many.
import { blank, resolveReferences } from './grammar.ts'

const start =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const name = new RegExp(`^[${start}][${start}\\-.0-9\\xB7\\u0300-\\u036F\\u203F-\\u2040]*$`, 'u')

const plainName = /^[A-Za-z_:][\w:.-]*$/

/** True for a name of XML 1.0 (clause 2.3); the plain ones are told faster. */
export function isName(text: string): boolean {
  return plainName.test(text) || name.test(text)
}

/** What stands where a name should, from `lastIndex` on. */
const word = /[^ \t\r\n=<>"'/]+/y

/** One attribute with the blanks before it, from `lastIndex` on (clause 3.1): its name, and its value in quotes. */
const attribute = /[ \t\r\n]+([^ \t\r\n=<>"'/]+)[ \t\r\n]*=[ \t\r\n]*("[^"<]*"|'[^'<]*')/y

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

/** Attributes by the names they have in values, `@name`. */
export type Attributes = readonly (readonly [member: string, value: string])[]

/** A start tag: its name as it is written, not judged yet; `isEmpty`: it ends its element too. */
export type Tag = { name: string; attributes: Attributes | undefined; isEmpty: boolean }

/**
 * Reads the tag that stands whole from `at` to `end`.
 * @param memberOf gives the name an attribute has in values, undefined for one that is left out
 * @param refuse ends the work when it is no tag
 */
export function readTag(
  text: string,
  at: number,
  end: number,
  memberOf: (word: string, at: number) => string | undefined,
  refuse: () => never,
): Tag {
  word.lastIndex = at + 1
  const [name] = word.exec(text) ?? refuse()
  let behind = word.lastIndex
  let words: string[] | undefined
  let attributes: [string, string][] | undefined
  attribute.lastIndex = behind
  for (let found = attribute.exec(text); found !== null; found = attribute.exec(text)) {
    const [, key = '', quoted = ''] = found
    behind = attribute.lastIndex
    words ??= []
    words.push(key)
    const member = memberOf(key, at)
    const value = attributeValue(quoted, refuse)
    if (member === undefined) continue
    attributes ??= []
    attributes.push([member, value])
  }
  if (words !== undefined && words.length > 1 && new Set(words).size < words.length) refuse()
  const isEmpty = text.charCodeAt(end - 2) === SLASH
  const stop = isEmpty ? end - 2 : end - 1
  if (behind < stop && !blank.test(text.slice(behind, stop))) refuse()
  return { name, attributes, isEmpty }
}

/** Clause 3.3.3: blanks as they stand are spaces, those of references stay. */
function attributeValue(quoted: string, refuse: () => never): string {
  const text = quoted.slice(1, -1)
  if (!/[&\r\n\t]/.test(text)) return text
  return resolveReferences(text.replace(/\r\n|[\r\n\t]/g, ' '), refuse)
}
