// What XML 1.0 says of characters, texts and references, as far as documents without DOCTYPE need it.

/** The XML declaration (clause 2.8). */
export const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/

/** A character no document may hold (clause 2.2); decoded text has no halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
export const illegal = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/** Text of nothing but blanks. */
export const blank = /^[ \t\r\n]*$/

/** What may go on in the next piece of a text: a reference, a line end, `]]>`. */
export const halfText = /(?:&[^;&]{0,9}|\r|\]{1,2})$/

/** The same of CDATA, where references are plain text. */
export const halfData = /(?:\r|\]{1,2})$/

const reference = /&(?:#(\d{1,7}|x[0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text with its references resolved (clause 4.1); `refuse` ends the work at one that stands for nothing. */
export function resolveReferences(text: string, refuse: () => never): string {
  return text.replace(reference, (_, code: string | undefined, entity: string | undefined) => {
    if (entity !== undefined) return entities[entity] ?? ''
    const point = code === undefined ? -1 : Number(code.startsWith('x') ? `0${code}` : code)
    return isCharacter(point) ? String.fromCodePoint(point) : refuse()
  })
}

/** Clause 2.2: characters a reference may stand for. */
function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd
  return point <= 0xd7ff || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff)
}
