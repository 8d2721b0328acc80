// Column types of MySQL, Oracle, PostgreSQL and DM8 as types of a field table.
import type { FieldType } from '../schema/field.ts'

/** `told`: the type says all a field table wants; `note`: what it leaves open. */
export type SqlType = { type: FieldType; told: boolean; note?: string }

/** Reads what follows the name of a column: `VARCHAR2`, `(`, `50`, `CHAR`, `)`, … */
export function readSqlType(words: readonly string[]): SqlType {
  const word = (words[0] ?? '').toUpperCase()
  const open = words[1] === '(' ? 1 : words[1]?.toUpperCase() === 'VARYING' && words[2] === '(' ? 2 : -1
  const [size, scale] = open < 0 ? [] : sizesOf(words.slice(open + 1))
  const unit = open < 0 ? '' : (words[open + 2] ?? '').toUpperCase()
  for (const { names, read } of kinds) if (names.test(word)) return read({ word, size, scale, unit })
  return { type: { kind: 'any' }, told: false, note: `${word || 'type'}: not a type of a field table` }
}

/** `50`, `50 CHAR`, `16,2` inside the brackets. */
function sizesOf(words: readonly string[]): (number | undefined)[] {
  const [first = '', mark, second = ''] = words
  return [toNumber(first), mark === ',' ? toNumber(second) : undefined]
}

const toNumber = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined)

type Parts = { word: string; size: number | undefined; scale: number | undefined; unit: string }

const loose = { kind: 'decimal', digits: 38, scale: 10 } as const

const kinds: readonly { names: RegExp; read: (parts: Parts) => SqlType }[] = [
  {
    names: /CHAR|STRING/,
    read: ({ word, size, unit }) => {
      const max = size ?? (word.startsWith('CHAR') ? 1 : 4000)
      const told = { type: { kind: 'text', max } as const, told: size !== undefined }
      return unit === 'BYTE' ? { ...told, note: 'counted in bytes: Chinese takes 2 or 3 of them' } : told
    },
  },
  {
    names: /^(TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\d?$|^(BIG)?SERIAL$|^BYTE$/,
    read: () => ({ type: { kind: 'int' }, told: true }),
  },
  {
    names: /^(NUMBER|NUMERIC|DECIMAL|DEC)$/,
    read: ({ size, scale = 0 }) => {
      if (size === undefined) return { type: loose, told: false, note: 'no precision given' }
      return { type: scale === 0 ? { kind: 'int' } : { kind: 'decimal', digits: size, scale }, told: true }
    },
  },
  {
    names: /^(FLOAT|DOUBLE|REAL|BINARY_DOUBLE|MONEY)$/,
    read: ({ word }) => ({ type: loose, told: false, note: `${word}: not exact` }),
  },
  { names: /^(BOOL|BOOLEAN|BIT)$/, read: () => ({ type: { kind: 'bool' }, told: true }) },
  {
    names: /^DATE$/,
    read: () => ({
      type: { kind: 'date', format: 'yyyy-MM-dd' },
      told: true,
      note: 'DATE: holds a time of day in Oracle and DM8',
    }),
  },
  {
    names: /^(DATETIME2?|TIMESTAMP|TIMESTAMPTZ|SMALLDATETIME)/,
    read: () => ({ type: { kind: 'datetime', format: 'yyyy-MM-dd HH:mm:ss' }, told: true }),
  },
  {
    names: /TEXT|CLOB|LONG|XML|JSON/,
    read: ({ word }) => ({
      type: { kind: 'text', max: 4000 },
      told: false,
      note: `${word}: length not told`,
    }),
  },
]
