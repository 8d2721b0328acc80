// CREATE TABLE of MySQL, Oracle, PostgreSQL and DM8 becomes a draft: columns, lengths, NOT NULL, comments. Only what a
// field table needs is read; constraints, indexes, storage and partitions are passed over.
import { type DraftField, emptyField } from './draft.ts'
import { markPersonal } from './personal.ts'
import { readSqlType } from './sql-type.ts'

/** One table of a DDL file. */
export type Table = { name: string; zh: string; fields: DraftField[] }

type Token = { kind: 'word' | 'name' | 'text' | 'mark'; text: string }

/** Tokens of SQL: words, quoted names (" ` []), texts, marks; comments fall off. */
function lex(sql: string): Token[] {
  const pattern =
    /--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|N?'((?:[^'\\]|''|\\[\s\S])*)'|"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]\d][^\]]*)\]|([\p{L}_][\p{L}\p{N}_$#]*|\d+(?:\.\d+)?)|([(),;.=:])|\S/gu
  const result: Token[] = []
  for (const [, text, double, tick, bracket, word, mark] of sql.matchAll(pattern)) {
    if (text !== undefined)
      result.push({ kind: 'text', text: text.replace(/''/g, "'").replace(/\\(.)/g, '$1') })
    else if (double !== undefined || tick !== undefined || bracket !== undefined)
      result.push({ kind: 'name', text: double ?? tick ?? bracket ?? '' })
    else if (word !== undefined) result.push({ kind: 'word', text: word })
    else if (mark !== undefined) result.push({ kind: 'mark', text: mark })
  }
  return result
}

const is = (token: Token | undefined, word: string): boolean =>
  (token?.kind === 'word' || token?.kind === 'mark') && token.text.toUpperCase() === word

/** True when the text holds a CREATE TABLE. */
export function isDdl(text: string): boolean {
  return /\bcreate\s+(global\s+temporary\s+|temporary\s+)?table\b/i.test(text)
}

/** Every table of a DDL text, in its order. */
export function readDdl(sql: string): Table[] {
  const all = lex(sql)
  const tables: Table[] = []
  for (const statement of split(all, ';')) {
    const at = statement.findIndex((token) => is(token, 'TABLE'))
    if (is(statement[0], 'CREATE') && at > 0 && at < 4) tables.push(readTable(statement.slice(at + 1)))
    else if (is(statement[0], 'COMMENT')) applyComment(statement, tables)
  }
  for (const { fields } of tables) markPersonal(fields)
  return tables.filter(({ fields }) => fields.length > 0)
}

/** Splits at marks that stand outside brackets. */
function split(all: readonly Token[], mark: string): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of all) {
    if (is(token, '(')) depth++
    if (is(token, ')')) depth--
    if (is(token, mark) && depth <= 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.filter((part) => part.length > 0)
}

function readTable(rest: readonly Token[]): Table {
  const open = rest.findIndex((token) => is(token, '('))
  const head = rest.slice(0, open).filter((token) => !['IF', 'NOT', 'EXISTS'].some((word) => is(token, word)))
  let depth = 0
  const close = rest.findIndex((token, i) => {
    if (i >= open && is(token, '(')) depth++
    if (i >= open && is(token, ')')) depth--
    return i > open && depth === 0
  })
  const rows = split(rest.slice(open + 1, close < 0 ? undefined : close), ',')
  const fields = rows.filter((row) => !isConstraint(row)).map(readColumn)
  const keys = new Set(
    rows
      .filter(isPrimary)
      .flatMap((row) => row.slice(row.findIndex((t) => is(t, '('))).map((t) => t.text.toLowerCase())),
  )
  for (const field of fields) if (keys.has(field.name.toLowerCase())) field.req = 'Y'
  const zh = open < 0 || close < 0 ? '' : commentOf(rest.slice(close + 1))
  return { name: head.at(-1)?.text ?? '', zh, fields }
}

const isPrimary = (row: readonly Token[]): boolean =>
  row.some((t, i) => is(t, 'PRIMARY') && is(row[i + 1], 'KEY')) && isConstraint(row)

const constraints = [
  'PRIMARY',
  'CONSTRAINT',
  'UNIQUE',
  'FOREIGN',
  'CHECK',
  'KEY',
  'INDEX',
  'FULLTEXT',
  'SPATIAL',
  'EXCLUDE',
  'LIKE',
  'CLUSTER',
  'NOT',
]

function isConstraint(row: readonly Token[]): boolean {
  return row[0]?.kind !== 'name' && constraints.some((word) => is(row[0], word)) && !isColumnNamedSo(row)
}

/** A column may be called `key`: then a type follows it, not a name and a bracket. */
function isColumnNamedSo(row: readonly Token[]): boolean {
  return is(row[0], 'KEY') && /^(var|char|int|num|date|text)/i.test(row[1]?.text ?? '')
}

function readColumn(row: readonly Token[]): DraftField {
  const [name, ...rest] = row
  const { type, note, told } = readSqlType(rest.map(({ text }) => text))
  const required = rest.some(
    (token, i) =>
      (is(token, 'NOT') && is(rest[i + 1], 'NULL')) || (is(token, 'PRIMARY') && is(rest[i + 1], 'KEY')),
  )
  return {
    ...emptyField(name?.text ?? '', type),
    zh: commentOf(rest),
    req: required ? 'Y' : 'N',
    told,
    notes: note === undefined ? [] : [note],
  }
}

function commentOf(rest: readonly Token[]): string {
  const at = rest.findIndex((token) => is(token, 'COMMENT'))
  if (at < 0) return ''
  return rest.slice(at + 1, at + 3).find(({ kind }) => kind === 'text')?.text ?? ''
}

/** COMMENT ON COLUMN schema.table.column IS '…' and COMMENT ON TABLE. */
function applyComment(statement: readonly Token[], tables: readonly Table[]): void {
  const at = statement.findIndex((token) => is(token, 'IS'))
  const text = statement[at + 1]?.text ?? ''
  const path = statement
    .slice(3, at)
    .filter(({ kind }) => kind !== 'mark')
    .map((token) => token.text.toLowerCase())
  const named = (name: string | undefined): Table | undefined =>
    tables.find((each) => each.name.toLowerCase() === name)
  if (is(statement[2], 'TABLE')) {
    const table = named(path.at(-1))
    if (table !== undefined) table.zh = text
  } else if (is(statement[2], 'COLUMN')) {
    const field = named(path.at(-2))?.fields.find((each) => each.name.toLowerCase() === path.at(-1))
    if (field !== undefined) field.zh = text
  }
}
