// A strict scanner for streams of XML without DOCTYPE: stock files must be read several times faster than a parser that
// walks character by character can. Its rules are those of XML 1.0 as saxes applies them; tests compare the two.
import { DEPTH_LIMIT } from './json.ts'
import { elementName } from './node.ts'

/** Characters one tag, comment or text may have; a stream that never closes one ends here. */
export const TOKEN_LIMIT = 16_000_000

/** What the scanner meets, in order; names without prefixes, none reserved. Tags are balanced: `close` belongs to the last open element. */
export type Tags = {
  open(name: string, attributes: Record<string, string> | undefined): void
  /** an element of nothing but text, or of nothing: `open`, `text` and `close` in one */
  leaf(name: string, text: string): void
  /** unescaped text or CDATA; one text may come in several pieces */
  text(piece: string): void
  close(): void
}

/** Ends the work; `at` is the offset in characters. */
export type RefuseXml = (code: 'body.xml' | 'body.unsafe', at: number) => never

const start =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const name = `[${start}][${start}\\-.0-9\\xB7\\u0300-\\u036F\\u203F-\\u2040]*`
const space = '[ \\t\\r\\n]'
const value = `(?:"[^"<]*"|'[^'<]*')`
const tagBody = new RegExp(`^(${name})((?:${space}+${name}${space}*=${space}*${value})*)${space}*$`, 'u')
const attribute = new RegExp(`(${name})${space}*=${space}*(${value})`, 'gu')
const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/
const wholeTag = /[^"'<>]*(?:"[^"<]*"[^"'<>]*|'[^'<]*'[^"'<>]*)*>/y
const partOfTag = /[^"'<>]*(?:"[^"<]*"[^"'<>]*|'[^'<]*'[^"'<>]*)*(?:"[^"<]*|'[^'<]*)?$/y
// XML 1.0 clause 2.2; decoded text holds no halves of surrogate pairs
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const illegal = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/
const blank = /^[ \t\r\n]*$/
const reference = /&(?:#(\d{1,7}|x[0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

type Name = { tag: string; local: string }

/** Names remembered as right, so that most tags are one look-up. */
const NAMES = 10_000

/** `at`: offset of the tag being told. */
export type Scanner = { feed(text: string): void; end(): void; at(): number }

/** A scanner to be fed with the text of one document in any pieces. */
export function createScanner(tags: Tags, refuse: RefuseXml): Scanner {
  const open: Name[] = []
  // one string for each name: as a key it is then found by identity
  const known = new Map<string, Name>()
  const marks = specialMarks()
  let rest = ''
  let offset = 0
  let mark = -1
  let closed = false

  const refuseAt = (at: number, code: 'body.xml' | 'body.unsafe' = 'body.xml'): never =>
    refuse(code, offset + at)

  const resolve = (text: string, at: number): string =>
    text.replace(reference, (_, code: string | undefined, entity: string | undefined) => {
      if (entity !== undefined) return entities[entity] ?? ''
      const point = code === undefined ? -1 : Number(code.startsWith('x') ? `0${code}` : code)
      return isCharacter(point) ? String.fromCodePoint(point) : refuseAt(at)
    })

  const takeText = (text: string, from: number, to: number): void => {
    if (open.length > 0) tags.text(plainText(text, from, to))
    else if (!blank.test(text.slice(from, to))) refuseAt(from)
  }

  const plainText = (text: string, from: number, to: number): string => {
    const piece = text.slice(from, to)
    if (!marks.within(text, from, to)) return piece
    if (piece.includes(']]>')) refuseAt(from)
    return resolve(piece.replace(/\r\n?/g, '\n'), from)
  }

  const nameOf = (tag: string, at: number): Name => {
    const found = known.get(tag)
    if (found !== undefined) return found
    const name = { tag, local: elementName(tag) ?? refuseAt(at, 'body.unsafe') }
    if (known.size < NAMES) known.set(tag, name)
    return name
  }

  const openTag = (name: Name, attributes: Record<string, string> | undefined, at: number): void => {
    if (closed) refuseAt(at)
    if (open.length >= DEPTH_LIMIT) refuseAt(at, 'body.unsafe')
    open.push(name)
    tags.open(name.local, attributes)
  }

  const closeTag = (): void => {
    open.pop()
    tags.close()
    closed = open.length === 0
  }

  const readAttributes = (text: string, at: number): Record<string, string> | undefined => {
    if (text === '') return undefined
    const attributes: Record<string, string> = Object.create(null)
    attribute.lastIndex = 0
    for (let found = attribute.exec(text); found !== null; found = attribute.exec(text)) {
      const [, key = '', quoted = ''] = found
      if (key in attributes) refuseAt(at)
      attributes[key] = resolve(quoted.slice(1, -1).replace(/\r\n|[\r\n\t]/g, ' '), at)
    }
    return attributes
  }

  /** Most elements hold one text and no tag: the offset behind such a one, or -1 when it is none. */
  const takeLeaf = (text: string, { tag, local }: Name, from: number): number => {
    const to = text.indexOf('<', from)
    if (to < 0 || text.charCodeAt(to + 1) !== SLASH) return -1
    const end = to + 2 + tag.length
    if (text.charCodeAt(end) !== GREATER || !text.startsWith(tag, to + 2)) return -1
    tags.leaf(local, from === to ? '' : plainText(text, from, to))
    return end + 1
  }

  /** Reads a start tag; the offset behind it, or -1 when it has not all come. */
  const takeStart = (text: string, at: number): number => {
    const near = text.indexOf('>', at + 1)
    if (near < 0 && !couldGoOn(text, at)) refuseAt(at)
    if (near < 0) return -1
    const simple = known.get(text.slice(at + 1, near))
    if (simple !== undefined) {
      const end = open.length > 0 && open.length < DEPTH_LIMIT ? takeLeaf(text, simple, near + 1) : -1
      if (end < 0) openTag(simple, undefined, at)
      return end < 0 ? near + 1 : end
    }
    wholeTag.lastIndex = at + 1
    if (!wholeTag.test(text)) return couldGoOn(text, at) ? -1 : refuseAt(at)
    const end = wholeTag.lastIndex
    const isEmpty = text[end - 2] === '/'
    const body = tagBody.exec(text.slice(at + 1, isEmpty ? end - 2 : end - 1)) ?? refuseAt(at)
    const [, tag = '', attributes = ''] = body
    openTag(nameOf(tag, at), readAttributes(attributes, at), at)
    if (isEmpty) closeTag()
    return end
  }

  const takeEnd = (text: string, at: number): number => {
    const expected = open[open.length - 1]?.tag ?? refuseAt(at)
    const near = at + 2 + expected.length
    if (text.charCodeAt(near) === GREATER && text.startsWith(expected, at + 2)) {
      closeTag()
      return near + 1
    }
    const end = text.indexOf('>', at + 2)
    if (end < 0) return -1
    if (!text.startsWith(expected, at + 2) || !blank.test(text.slice(near, end))) refuseAt(at)
    closeTag()
    return end + 1
  }

  const takeSpecial = (text: string, at: number): number => {
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('--', at + 4)
      if (end < 0 || end + 2 >= text.length) return -1
      return text[end + 2] === '>' ? end + 3 : refuseAt(end)
    }
    if (text.startsWith('<![CDATA[', at)) {
      if (open.length === 0) refuseAt(at)
      const end = text.indexOf(']]>', at + 9)
      if (end < 0) return -1
      tags.text(text.slice(at + 9, end).replace(/\r\n?/g, '\n'))
      return end + 3
    }
    const head = text.slice(at, at + 9)
    if (head === '<!DOCTYPE') refuseAt(at, 'body.unsafe')
    return ['<!--', '<![CDATA[', '<!DOCTYPE'].some((each) => each.startsWith(head)) ? -1 : refuseAt(at)
  }

  /** Only the declaration at the very start is no processing instruction. */
  const takeQuestion = (text: string, at: number): number => {
    const end = text.indexOf('?>', at + 2)
    if (end < 0) return -1
    if (offset + at > 0 || !/^<\?xml[ \t\r\n]/.test(text)) refuseAt(at, 'body.unsafe')
    if (!declaration.test(text.slice(at, end + 2))) refuseAt(at)
    return end + 2
  }

  const takeMarkup = (text: string, at: number): number => {
    const next = text.charCodeAt(at + 1)
    if (next === SLASH) return takeEnd(text, at)
    if (next === BANG) return takeSpecial(text, at)
    if (next === QUESTION) return takeQuestion(text, at)
    return takeStart(text, at)
  }

  return {
    feed(chunk) {
      if (illegal.test(chunk)) refuseAt(rest.length + chunk.search(illegal))
      const text = rest + chunk
      marks.reset()
      let at = 0
      for (mark = text.indexOf('<'); mark >= 0; mark = text.indexOf('<', at)) {
        if (mark > at) takeText(text, at, mark)
        at = mark
        const next = takeMarkup(text, mark)
        if (next < 0) break
        at = next
      }
      offset += at
      rest = text.slice(at)
      if (rest.length > TOKEN_LIMIT) refuseAt(0, 'body.unsafe')
    },
    at: () => offset + Math.max(mark, 0),
    end() {
      if (!closed || !blank.test(rest)) refuseAt(0)
    },
  }
}

/**
 * Finds whether a text holds something that is not plain: a reference, a carriage return, `]]>`. Each sign is searched
 * through the whole chunk once, not text by text.
 */
function specialMarks(): { reset(): void; within(text: string, from: number, to: number): boolean } {
  const signs = ['&', '\r', ']]>']
  const next = [0, 0, 0]
  return {
    reset: () => void next.fill(-1),
    within(text, from, to) {
      for (let i = 0; i < 3; i++) {
        let found = next[i] as number
        if (found < from) {
          found = text.indexOf(signs[i] as string, from)
          if (found < 0) found = text.length
          next[i] = found
        }
        if (found < to) return true
      }
      return false
    },
  }
}

const GREATER = 0x3e
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f

/** Whether the tag at `at` may become whole with more text. */
function couldGoOn(text: string, at: number): boolean {
  partOfTag.lastIndex = at + 1
  return partOfTag.test(text)
}

/** XML 1.0 clause 2.2: characters a reference may stand for. */
function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd
  return point <= 0xd7ff || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff)
}
