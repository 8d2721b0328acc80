// Random inputs of the fuzz tests: texts of every script and of none, values of every kind, names that are dangerous.
import fc from 'fast-check'

/** Names that would reach into JavaScript itself. */
export const reservedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
]

/** Any UTF-16 text, halves of surrogate pairs included. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes))

/** Characters that platforms and departments really send, and those that break things. */
const telling = fc
  .array(
    fc.constantFrom(
      ...'0123456789ABXYZabxyz -_./:,;"\'<>&%+=*\\\t\r\n\u0000\u00a0\u3000\ufeff\u2028',
      ...'０１Ａｘ－，年月日张王成都〇㐂',
      '𠮷',
      '😀',
      '\ud842',
      '\udfb7',
    ),
    { maxLength: 24 },
  )
  .map((characters) => characters.join(''))

/** Texts. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  telling,
  units,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '0', '-0', '1e3', 'NaN', 'null', 'true', '2026-02-29', '2026-03-02 09:30:00'),
)

/** Text that can stand in UTF-8 and in XML: no halves, no controls, no NUL. */
export const soundTexts: fc.Arbitrary<string> = texts.map((text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  text.replace(/[\p{Cs}\u0000-\u001f\u007f-\u009f\ufffe\uffff]/gu, ''),
)

const numbers = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    1e21,
    1e-7,
    2 ** 53,
    -(2 ** 53) - 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0.1 + 0.2,
  ),
)

/** Names of members. */
export const names: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z][A-Za-z0-9]{0,6}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...reservedNames) },
  { weight: 1, arbitrary: texts },
)

/** An object with exactly these members, also `__proto__`, as JSON.parse would make it. */
export function objectOf(members: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of members) {
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return result
}

const { value: valuesOfDepth } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(texts, numbers, fc.boolean(), fc.constant(null), fc.constant(undefined)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map(objectOf),
  ),
}))

/** Values of every kind, nested. */
export const values: fc.Arbitrary<unknown> = valuesOfDepth

/** One edit of a text: a piece cut out, put in twice, replaced by another. */
export function mutated(text: fc.Arbitrary<string>, pieces: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    size: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 60 })),
    how: fc.constantFrom('cut', 'twice', 'put'),
    piece: fc.oneof(fc.constantFrom(...pieces), texts),
  })
  return fc.tuple(text, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([start, edits]) =>
    edits.reduce((now, { at, size, how, piece }) => {
      const from = Math.floor(at * (now.length + 1))
      const [left, middle, right] = [now.slice(0, from), now.slice(from, from + size), now.slice(from + size)]
      if (how === 'cut') return left + right
      return how === 'twice' ? left + middle + middle + right : left + piece + right
    }, start),
  )
}
