// CSV in both directions. Reading is strict: ragged rows, stray quotes and doubtful headers are refused with their line,
// since a row that shifted by one column looks valid and is wrong.
import { type CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { QiaoError } from '../../errors.ts'
import { isReservedName } from '../path.ts'

/** Rows one document may hold. */
export const ROW_LIMIT = 200_000

/** Characters one row may hold; a quote that never closes ends here. */
export const ROW_SIZE = 4_000_000

const sign = z.string().regex(/^[^\r\n]$/u)

/** Shape of `csv:` in mapping and schema files. `header: false`: the columns are the schema's fields, in its order. */
export const csvShape = z.strictObject({
  delimiter: sign.default(','),
  quote: sign.default('"'),
  header: z.boolean().default(true),
})
export type CsvOptions = z.infer<typeof csvShape>

/** How CSV is written when nothing is said. */
export const plainCsv: CsvOptions = csvShape.parse({})

type Row = Record<string, unknown>

/**
 * The rows of a CSV text as objects by column name. `columns` are the names when the text has no header line.
 * @throws QiaoError body.csv or body.unsafe; `detail` holds the line, never content
 */
export function parseCsv(text: string, options: CsvOptions, columns: readonly string[] = []): Row[] {
  let rows = 0
  try {
    return parse(text, {
      ...readOptions(options, columns),
      on_record: (row: Row, { lines }) => {
        if (++rows > ROW_LIMIT) refuse('body.unsafe', `more than ${ROW_LIMIT} rows`, lines)
        return row
      },
    }) as Row[]
  } catch (error) {
    throw explainCsv(error)
  }
}

/** Options of the library, for whole texts and for streams. */
export function readOptions({ delimiter, quote, header }: CsvOptions, columns: readonly string[]) {
  return {
    delimiter,
    quote,
    escape: quote,
    skip_empty_lines: true,
    max_record_size: ROW_SIZE,
    columns: header ? readHeader : checkColumns([...columns]),
  }
}

/** What the library found wrong, without its words: they quote the row. */
export function explainCsv(error: unknown): unknown {
  const { code, lines } = error as Partial<CsvError> & { lines?: number }
  if (typeof code !== 'string' || error instanceof QiaoError) return error
  const reason = reasons[code] ?? 'not valid CSV'
  return new QiaoError('body.csv', { detail: `${reason}, line ${lines ?? 1}` })
}

const reasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: 'the row has another number of columns than the header',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'the row has another number of columns than the header',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'text stands after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands inside an unquoted value',
  CSV_MAX_RECORD_SIZE: 'the row is too long',
}

function readHeader(cells: string[]): string[] {
  return checkColumns(cells.map((cell) => cell.trim()))
}

function checkColumns(names: string[]): string[] {
  if (names.some(isReservedName)) refuse('body.unsafe', 'reserved column name', 1)
  if (names.includes('')) refuse('body.csv', 'a column has no name', 1)
  if (new Set(names).size < names.length) refuse('body.csv', 'a column name stands twice', 1)
  return names
}

function refuse(code: 'body.csv' | 'body.unsafe', reason: string, line: number): never {
  throw new QiaoError(code, { detail: `${reason}, line ${line}` })
}

/** CSV text of rows with CRLF line ends (RFC 4180). Absent values are empty; objects and lists are JSON text. */
export function writeCsv(
  rows: readonly unknown[],
  { delimiter, quote, header }: CsvOptions,
  columns: readonly string[],
): string {
  const cells = rows.map((row) => columns.map((name) => cellText((row as Row)[name])))
  return stringify(header ? [columns, ...cells] : cells, {
    delimiter,
    quote,
    escape: quote,
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
    // an empty line would be no row
    quoted_empty: columns.length === 1,
    // as the first of a document it would be a byte order mark
    quoted_match: /^\ufeff/,
  })
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
