// Stock files of any size, record by record, in constant memory: a hundred thousand old cases are loaded through the
// same mappings as new ones, so a record has the very shape the parser of whole documents gives it.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { QiaoError } from '../../errors.ts'
import { assertStorable } from './characters.ts'
import { type CsvOptions, explainCsv, plainCsv, readOptions } from './csv.ts'
import { decodeStream } from './decoder.ts'
import { parseJson } from './json.ts'
import { RECORD_LIMIT, xmlRecords } from './records.ts'

/** How a stream is read. `charset`: of bytes whose XML declaration says nothing, UTF-8 unless told. */
export type StreamOptions = { charset?: string | undefined } & (
  | {
      format: 'xml'
      /** path of the list below the root element, `records.record` */
      split: string
    }
  | {
      format: 'csv'
      csv?: CsvOptions | undefined
      /** names of the columns when there is no header line */
      columns?: readonly string[] | undefined
    }
  /** one JSON value a line */
  | { format: 'jsonl' }
)

/**
 * The records of a stream, one at a time; a chunk is taken when the records before it have been. Texts may share memory
 * with their chunk: what is kept for long should be copied.
 * @throws QiaoError body.encoding, body.xml, body.csv, body.json, body.unsafe or message.invalid; `detail` holds the
 * record and character, the line or the bytes, never content
 */
export function streamRecords(
  source: AsyncIterable<Buffer>,
  options: StreamOptions,
): AsyncGenerator<unknown> {
  const text = decodeStream(source, options.charset)
  if (options.format === 'xml') return xmlRecords(text, options.split)
  return options.format === 'csv' ? csvRecords(text, options.csv, options.columns) : lineRecords(text)
}

async function* csvRecords(
  source: AsyncIterable<string>,
  csv = plainCsv,
  columns: readonly string[] = [],
): AsyncGenerator<unknown> {
  const parser = parse(readOptions(csv, columns))
  const done = pipeline(Readable.from(withoutNul(source)), parser)
  // a broken stream destroys the parser, which throws it below
  done.catch(() => undefined)
  try {
    for await (const row of parser) yield row
  } catch (error) {
    throw explainCsv(error)
  }
}

async function* withoutNul(source: AsyncIterable<string>): AsyncGenerator<string> {
  let offset = 0
  for await (const text of source) {
    const at = text.indexOf('\0')
    if (at >= 0) throw new QiaoError('body.unsafe', { detail: `NUL, character ${offset + at + 1}` })
    offset += text.length
    yield text
  }
}

async function* lineRecords(source: AsyncIterable<string>): AsyncGenerator<unknown> {
  let rest = ''
  let line = 0
  for await (const text of source) {
    const lines = text.split('\n')
    // only the new chunk is searched: a long line costs no more than several short ones
    lines[0] = rest + (lines[0] ?? '')
    rest = lines.pop() ?? ''
    for (const each of lines) {
      const value = readLine(each, ++line)
      if (value !== undefined) yield value
    }
    assertLength(rest, line + 1)
  }
  const last = readLine(rest, line + 1)
  if (last !== undefined) yield last
}

function assertLength(text: string, line: number): void {
  if (text.length > RECORD_LIMIT)
    throw new QiaoError('body.unsafe', { detail: `the line is too long, line ${line}` })
}

/** The value of a line; undefined for a blank one. */
function readLine(text: string, line: number): unknown {
  assertLength(text, line)
  if (text.trim() === '') return undefined
  try {
    const value = parseJson(text)
    if (text.includes('\0') || text.includes('\\u')) assertStorable(value)
    return value
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const detail = error.detail?.replace(/^line 1,/, `line ${line},`) ?? `line ${line}`
    throw new QiaoError(error.code, { detail, issues: error.issues })
  }
}
