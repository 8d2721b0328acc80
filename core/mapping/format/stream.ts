// Stock files of any size, record by record, in constant memory: a hundred thousand old cases are loaded through the
// same mappings as new ones, so a record has the very shape the parser of whole documents gives it.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { QiaoError } from '../../errors.ts'
import { parsePath } from '../path.ts'
import { assertStorable } from './characters.ts'
import { type CsvOptions, explainCsv, plainCsv, readOptions } from './csv.ts'
import { decodeStream } from './decoder.ts'
import { parseJson } from './json.ts'
import { addMember, closeNode, type Node, openNode } from './node.ts'
import { createScanner, type RefuseXml, type Scanner } from './scan.ts'
import { ELEMENT_LIMIT } from './xml.ts'

/** Characters one record may have. */
export const RECORD_LIMIT = 16_000_000

export type StreamOptions = {
  /** `jsonl`: one JSON value a line */
  format: 'xml' | 'csv' | 'jsonl'
  /** XML: path of the list below the root element, `records.record` */
  split?: string | undefined
  /** for bytes whose XML declaration says nothing; default UTF-8 */
  charset?: string | undefined
  csv?: CsvOptions | undefined
  /** CSV without a header line: names of the columns */
  columns?: readonly string[] | undefined
}

/**
 * The records of a stream, one at a time. Texts may share memory with the chunk they came in: what is kept for long
 * should be copied.
 * @throws QiaoError body.encoding, body.xml, body.csv, body.json, body.unsafe or message.invalid; `detail` holds the
 * record or line, never content
 */
export function streamRecords(
  source: AsyncIterable<Buffer>,
  options: StreamOptions,
): AsyncGenerator<unknown> {
  const text = decodeStream(source, options.charset)
  if (options.format === 'csv') return csvRecords(text, options)
  return options.format === 'jsonl' ? lineRecords(text) : xmlRecords(text, options.split ?? '')
}

async function* xmlRecords(source: AsyncIterable<string>, split: string): AsyncGenerator<unknown> {
  const records: unknown[] = []
  let count = 0
  const refuse: RefuseXml = (code, at) => {
    throw new QiaoError(code, { detail: `record ${count + records.length + 1}, character ${at + 1}` })
  }
  const scanner = recordScanner(namesOf(split), (record) => records.push(record), refuse)
  for await (const text of source) {
    scanner.feed(text)
    for (let i = 0; i < records.length; i++) yield records[i]
    count += records.length
    records.length = 0
  }
  scanner.end()
}

function namesOf(split: string): string[] {
  return parsePath(split).steps.map((step) => {
    if (step.kind === 'name') return step.name
    throw new TypeError('split is the path of one list')
  })
}

/** A scanner that builds the elements at `path` below the root and lets everything else pass. */
function recordScanner(path: readonly string[], emit: (record: unknown) => void, refuse: RefuseXml) {
  const nodes: Node[] = []
  let level = 0
  let matched = 0
  let elements = 0
  let size = 0
  const unsafe = (): never => refuse('body.unsafe', scanner.at())
  const begin = (name: string, attributes: Record<string, string> | undefined): void => {
    if (level === 0 || matched !== level - 1 || name !== path[level - 1]) return
    matched = level
    if (matched < path.length) return
    elements = 0
    size = 0
    nodes.push(openNode(name, attributes))
  }
  const scanner: Scanner = createScanner(
    {
      open(name, attributes) {
        if (nodes.length === 0) begin(name, attributes)
        else if (++elements >= ELEMENT_LIMIT) unsafe()
        else nodes.push(openNode(name, attributes))
        level++
      },
      leaf(name, text) {
        const parent = nodes[nodes.length - 1]
        if (parent === undefined) {
          this.open(name, undefined)
          this.text(text)
          return this.close()
        }
        size += text.length
        if (size > RECORD_LIMIT || ++elements >= ELEMENT_LIMIT) unsafe()
        addMember(parent, name, text)
      },
      text(piece) {
        const node = nodes[nodes.length - 1]
        if (node === undefined) return
        size += piece.length
        if (size > RECORD_LIMIT) unsafe()
        node.text += piece
      },
      close() {
        level--
        const node = nodes.pop()
        const parent = nodes[nodes.length - 1]
        if (node !== undefined && parent !== undefined) addMember(parent, node.name, closeNode(node))
        else if (node !== undefined) emit(closeNode(node))
        if (parent === undefined && matched === level && level > 0) matched--
      },
    },
    refuse,
  )
  return scanner
}

async function* csvRecords(
  source: AsyncIterable<string>,
  { csv = plainCsv, columns = [] }: StreamOptions,
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
  for await (const text of source) {
    if (text.includes('\0')) throw new QiaoError('body.unsafe', { detail: 'NUL character' })
    yield text
  }
}

async function* lineRecords(source: AsyncIterable<string>): AsyncGenerator<unknown> {
  let rest = ''
  let line = 0
  for await (const text of source) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > RECORD_LIMIT)
      throw new QiaoError('body.unsafe', { detail: `line ${line + 1} is too long` })
    for (const each of lines) {
      line++
      if (each.trim() !== '') yield readLine(each, line)
    }
  }
  if (rest.trim() !== '') yield readLine(rest, line + 1)
}

function readLine(text: string, line: number): unknown {
  try {
    const value = parseJson(text)
    if (text.includes('\\u')) assertStorable(value)
    return value
  } catch (error) {
    if (!(error instanceof QiaoError) || error.detail === undefined) throw error
    throw new QiaoError(error.code, { detail: error.detail.replace(/^line 1,/, `line ${line},`) })
  }
}
