// A strict scanner for streams of XML without DOCTYPE: stock files must be read several times faster than a parser that
// walks character by character can. Its rules are those of XML 1.0 as saxes applies them; tests compare the two. What it
// keeps between chunks is one unfinished tag: texts, CDATA and comments go on as they come.
import { blank, declaration, halfData, halfText, illegal, resolveReferences } from './grammar.ts'
import { DEPTH_LIMIT } from './json.ts'
import { specialMarks } from './marks.ts'
import { attributeMember, elementName } from './node.ts'
import { type Attributes, isName, readTag, tagEnd } from './tag.ts'

/** Characters one tag may have; a stream that never closes one ends here. */
export const TAG_LIMIT = 1_000_000

/** What the scanner meets, in order; names without prefixes, none reserved. Tags are balanced: `close` belongs to the last open element. */
export type Tags = {
  open(name: string, attributes: Attributes | undefined): void
  /** an element of nothing but text, or of nothing: `open`, `text` and `close` in one */
  leaf(name: string, text: string): void
  /** unescaped text or CDATA; one text may come in several pieces */
  text(piece: string): void
  close(): void
}

/** Ends the work; `at` is the offset in characters. */
export type RefuseXml = (code: 'body.xml' | 'body.unsafe', at: number) => never

/** `at`: offset of what is being told. */
export type Scanner = { feed(text: string): void; end(): void; at(): number }

/** `next`: the simple tag that came after this one last time. */
type Name = { tag: string; local: string; next: Name | undefined }

/** Names remembered as right, so that most tags are one look-up, and how long one of them may be. */
const NAMES = 10_000
const NAME_SIZE = 100

/** A scanner to be fed with the text of one document in any pieces. */
export function createScanner(tags: Tags, refuse: RefuseXml): Scanner {
  const open: Name[] = []
  const known = new Map<string, Name>()
  const members = new Map<string, { member: string | undefined }>()
  const marks = specialMarks()
  let last: Name = { tag: '', local: '', next: undefined }
  let rest = ''
  let offset = 0
  let now = 0
  let inside: 'comment' | 'data' | undefined
  let closed = false

  const refuseAt = (at: number, code: 'body.xml' | 'body.unsafe' = 'body.xml'): never =>
    refuse(code, offset + at)

  const takeText = (text: string, from: number, to: number): void => {
    if (open.length > 0) tags.text(plainText(text, from, to))
    else if (!blank.test(text.slice(from, to))) refuseAt(from)
  }

  const plainText = (text: string, from: number, to: number): string => {
    const piece = text.slice(from, to)
    if (!marks.within(text, from, to)) return piece
    if (piece.includes(']]>')) refuseAt(from)
    return resolveReferences(lineEnds(piece), () => refuseAt(from))
  }

  const nameOf = (tag: string, at: number): Name => {
    const found = known.get(tag)
    if (found !== undefined) return found
    if (!isName(tag)) refuseAt(at)
    const own = copyOf(tag)
    const name = { tag: own, local: elementName(own) ?? refuseAt(at, 'body.unsafe'), next: undefined }
    if (known.size < NAMES && own.length <= NAME_SIZE) known.set(own, name)
    return name
  }

  const memberOf = (word: string, at: number): string | undefined => {
    const found = members.get(word)
    if (found !== undefined) return found.member
    if (!isName(word)) refuseAt(at)
    const member = attributeMember(word)
    if (members.size < NAMES && word.length <= NAME_SIZE) members.set(copyOf(word), { member })
    return member
  }

  const openTag = (name: Name, attributes: Attributes | undefined, at: number): void => {
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

  /** Most elements hold one text and no tag: the offset behind such a one, or -1 when it is none. */
  const takeLeaf = (text: string, { tag, local }: Name, from: number): number => {
    const to = text.indexOf('<', from)
    if (to < 0 || text.charCodeAt(to + 1) !== SLASH) return -1
    const end = to + 2 + tag.length
    if (text.charCodeAt(end) !== GREATER || !text.startsWith(tag, to + 2)) return -1
    tags.leaf(local, from === to ? '' : plainText(text, from, to))
    return end + 1
  }

  /** The name of a tag of nothing but a known name. Records are alike: mostly the one comes that came here before. */
  const simpleName = (text: string, at: number): Name | undefined => {
    const guess = last.next
    if (guess !== undefined && text.charCodeAt(at + 1 + guess.tag.length) === GREATER) {
      if (text.startsWith(guess.tag, at + 1)) return guess
    }
    const near = text.indexOf('>', at + 1)
    const found = near < 0 ? undefined : known.get(text.slice(at + 1, near))
    if (found !== undefined) last.next = found
    return found
  }

  /** Reads a start tag; the offset behind it, or -1 when it has not all come. */
  const takeStart = (text: string, at: number): number => {
    const simple = simpleName(text, at)
    if (simple !== undefined) {
      const near = at + 1 + simple.tag.length
      last = simple
      const end = open.length > 0 && open.length < DEPTH_LIMIT ? takeLeaf(text, simple, near + 1) : -1
      if (end < 0) openTag(simple, undefined, at)
      return end < 0 ? near + 1 : end
    }
    const end = tagEnd(text, at)
    // neither a tag nor the value of an attribute holds a `<`
    if (end < 0) return text.includes('<', at + 1) ? refuseAt(at) : -1
    const { name, attributes, isEmpty } = readTag(text, at, end, memberOf, () => refuseAt(at))
    openTag(nameOf(name, at), attributes, at)
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
      inside = 'comment'
      return at + 4
    }
    if (text.startsWith('<![CDATA[', at)) {
      if (open.length === 0) refuseAt(at)
      inside = 'data'
      return at + 9
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

  /** Goes on in a comment; the offset of what is not read yet. */
  const takeComment = (text: string, from: number): number => {
    const end = text.indexOf('--', from)
    if (end < 0) return Math.max(from, text.length - 1)
    if (end + 2 >= text.length) return end
    if (text.charCodeAt(end + 2) !== GREATER) refuseAt(end)
    inside = undefined
    return end + 3
  }

  /** Goes on in CDATA. */
  const takeData = (text: string, from: number): number => {
    const end = text.indexOf(']]>', from)
    const to = end < 0 ? sureEnd(text, from, halfData) : end
    now = to
    if (to > from) tags.text(lineEnds(text.slice(from, to)))
    if (end < 0) return to
    inside = undefined
    return end + 3
  }

  /** Reads as far as the text goes; the offset of what must wait for more. */
  const takeAll = (text: string): number => {
    let at = 0
    for (;;) {
      if (inside !== undefined) at = inside === 'data' ? takeData(text, at) : takeComment(text, at)
      if (inside !== undefined) return at
      const mark = text.indexOf('<', at)
      now = mark < 0 ? sureEnd(text, at, halfText) : mark
      if (now > at) takeText(text, at, now)
      at = now
      if (mark < 0) return at
      const next = takeMarkup(text, mark)
      if (next < 0) return at
      at = next
    }
  }

  return {
    feed(chunk) {
      if (illegal.test(chunk)) refuseAt(rest.length + chunk.search(illegal))
      const text = rest + chunk
      marks.reset()
      const at = takeAll(text)
      offset += at
      now = 0
      rest = text.slice(at)
      if (rest.length > TAG_LIMIT) refuseAt(0, 'body.unsafe')
    },
    at: () => offset + now,
    end() {
      if (!closed || inside !== undefined || !blank.test(rest)) refuseAt(0)
    },
  }
}

const GREATER = 0x3e
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f

/** A slice keeps its chunk, a copy does not; one string for each name is found by identity when it is a key. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}

/** The end of a text as far as no next piece can change it. */
function sureEnd(text: string, from: number, half: RegExp): number {
  const tail = text.slice(Math.max(from, text.length - 10))
  const found = tail.search(half)
  return found < 0 ? text.length : text.length - tail.length + found
}

/** Clause 2.11. */
function lineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
