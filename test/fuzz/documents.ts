// Random documents of every format, in the very shape their readers give, so that what was written can be compared with
// what is read.
import fc from 'fast-check'
import type { CsvOptions } from '../../core/mapping/format/csv.ts'
import type { ElementLayout, Layout } from '../../core/mapping/format/layout.ts'
import { objectOf, reservedNames, soundTexts, texts } from './inputs.ts'

type Members = Record<string, unknown>
const isReserved = (name: string): boolean => reservedNames.includes(name) || name in Object.prototype

const membersOf = (
  names: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
  minLength = 0,
): fc.Arbitrary<Members> =>
  fc
    .uniqueArray(fc.tuple(names, value), { minLength, maxLength: 5, selector: ([name]) => name })
    .map(objectOf)

/** JSON values that say the same when written and read: no -0, no NaN, no halves of characters, nothing reserved. */
export const jsonDocuments: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      soundTexts,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    membersOf(
      soundTexts.filter((name) => !isReserved(name)),
      tie('value'),
    ),
  ),
})).value

/** Text that XML can carry: line ends and tabs, but no other controls, and no halves. */
export const xmlTexts: fc.Arbitrary<string> = texts.map((text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  text.replace(/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu, ''),
)

/** A name that GBK cannot write. */
export const rare = '𠀀'

const xmlNames = fc.oneof(
  fc.constantFrom('a', 'b', 'name', '姓名', '_x', 'a-b', 'a.b', 'é', rare),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,5}$/).filter((name) => !isReserved(name)),
)
const inkTexts = xmlTexts.filter((text) => /\S/.test(text))
const attributeNames = xmlNames.filter((name) => name !== 'xmlns').map((name) => `@${name}`)

/** What may stand inside an XML element: a text, or members; lists have two elements at least, text beside members ink. */
export const xmlDocuments: fc.Arbitrary<unknown> = fc.letrec<{ element: unknown }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    xmlTexts,
    fc
      .tuple(
        membersOf(attributeNames, xmlTexts),
        membersOf(
          xmlNames,
          fc.oneof(tie('element'), fc.array(tie('element'), { minLength: 2, maxLength: 3 })),
        ),
        fc.option(inkTexts, { nil: undefined, freq: 4 }),
      )
      .filter(([attributes, children]) => Object.keys(attributes).length + Object.keys(children).length > 0)
      .map(([attributes, children, text]) => ({
        ...attributes,
        ...children,
        ...(text === undefined ? {} : { '#text': text }),
      })),
  ),
})).element

/** True when text stands beside elements somewhere, so that no blanks may be put between them. */
export function isMixed(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isMixed)
  if (typeof value !== 'object' || value === null) return false
  return '#text' in value || Object.values(value).some(isMixed)
}

/** A layout with prefixes, CDATA for every second name, and members in the order of their names. */
export function layoutOf(value: unknown): Layout {
  const element = (name: string, held: unknown): ElementLayout => {
    const inside = [held].flat().filter((each) => typeof each === 'object' && each !== null)
    const names = [...new Set(inside.flatMap((each) => Object.keys(each as Members)))].sort()
    const members = names.map((each) => {
      const all = inside.map((one) => (one as Members)[each])
      return [each, element(each, all.flat())] as const
    })
    return {
      tag: name.startsWith('@') ? name.slice(1) : `n:${name}`,
      cdata: name.length % 2 === 1,
      members: members.length === 0 ? undefined : new Map(members),
    }
  }
  return {
    root: element('root', value),
    namespaces: ' xmlns:n="urn:n"',
    declaration: true,
    columns: [],
    rows: undefined,
  }
}

/** Fields of a form: texts, and lists of two at least. */
export const forms: fc.Arbitrary<Members> = membersOf(
  soundTexts.filter((name) => !isReserved(name)),
  fc.oneof(soundTexts, fc.array(soundTexts, { minLength: 2, maxLength: 3 })),
)

/** A table, and how it is written. */
export type Table = { columns: string[]; rows: Record<string, string>[]; csv: CsvOptions }

const cellTexts = fc.oneof(
  soundTexts,
  fc.array(fc.constantFrom(...'",;|\t\r\n x'), { maxLength: 6 }).map((characters) => characters.join('')),
)
const columnNames = soundTexts.map((text) => text.trim()).filter((text) => text !== '' && !isReserved(text))

/** Tables with any delimiter and quote; with or without a header. */
export const tables: fc.Arbitrary<Table> = fc
  .record({
    columns: fc.uniqueArray(columnNames, { minLength: 1, maxLength: 4 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|', ' ', '中'),
    quote: fc.constantFrom('"', "'", '§'),
    header: fc.boolean(),
  })
  .chain(({ columns, delimiter, quote, header }) =>
    fc
      .array(fc.array(cellTexts, { minLength: columns.length, maxLength: columns.length }), { maxLength: 4 })
      .map((cells) => ({
        columns,
        csv: { delimiter, quote, header },
        rows: cells.map(
          (row) => objectOf(row.map((cell, i) => [columns[i] ?? '', cell])) as Record<string, string>,
        ),
      })),
  )

/** Cuts bytes into chunks of the given sizes, over and over. */
export async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(sizes[i % sizes.length] ?? 1, 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Sizes of chunks. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 40 }), {
  minLength: 1,
  maxLength: 4,
})
