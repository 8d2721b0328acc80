// Every format: what was written reads the same, in every charset, whole and cut anywhere; or it is refused when written.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import type { Charset } from '../../core/mapping/format/charset.ts'
import {
  type EncodeOptions,
  encodeDocument,
  type Format,
  parseDocument,
} from '../../core/mapping/format/format.ts'
import { streamRecords } from '../../core/mapping/format/stream.ts'
import {
  chunked,
  chunkSizes,
  forms,
  isMixed,
  jsonDocuments,
  layoutOf,
  rare,
  tables,
  xmlDocuments,
} from './documents.ts'
import { fuzz, fuzzLater } from './watch.ts'

const charsets = fc.constantFrom<Charset>('utf-8', 'gbk', 'gb18030')

/** The bytes; undefined where the charset lacks a character and the format has no escape for it. */
function written(format: Format, value: unknown, options: EncodeOptions): Buffer | undefined {
  try {
    return encodeDocument(format, value, options).content
  } catch (error) {
    if (error instanceof QiaoError && error.code === 'body.encoding') return undefined
    throw error
  }
}

async function streamed(source: AsyncIterable<Buffer>, options: Parameters<typeof streamRecords>[1]) {
  const records: unknown[] = []
  for await (const record of streamRecords(source, options)) records.push(record)
  return records
}

describe('written and read', () => {
  it('JSON', () => {
    fuzz(1_000, fc.tuple(jsonDocuments, charsets), ([value, charset]) => {
      const { content, contentType } = encodeDocument('json', value, { charset })
      const read = parseDocument('json', content, contentType).value
      expect(read).toEqual(value)
      expect(encodeDocument('json', read, { charset }).content.equals(content)).toBe(true)
    })
  })

  it('XML', () => {
    fuzz(
      1_500,
      fc.tuple(xmlDocuments, charsets, fc.boolean(), fc.boolean()),
      ([value, charset, laidOut, pretty]) => {
        const options = {
          charset,
          root: 'root',
          pretty: pretty && !isMixed(value),
          layout: laidOut ? layoutOf(value) : undefined,
        }
        const content = written('xml', value, options)
        if (content === undefined) return expect(JSON.stringify(value)).toContain(rare)
        const read = parseDocument('xml', content, undefined)
        expect(read).toEqual({ root: 'root', value })
        const again = written('xml', read.value, options)
        expect(again && parseDocument('xml', again, undefined).value).toEqual(value)
      },
    )
  })

  it('forms', () => {
    fuzz(1_000, fc.tuple(forms, charsets), ([value, charset]) => {
      const content = written('form', value, { charset })
      if (content === undefined) return
      const read = parseDocument('form', content, undefined, charset).value
      expect(read).toEqual(value)
      expect(written('form', read, { charset })?.equals(content)).toBe(true)
    })
  })

  it('CSV', () => {
    fuzz(1_500, fc.tuple(tables, charsets), ([{ columns, rows, csv }, charset]) => {
      const layout = { columns, rows: undefined, root: undefined, namespaces: '', declaration: true }
      const content = written('csv', rows, { charset, csv, layout })
      if (content === undefined) return
      const read = parseDocument('csv', content, undefined, charset, { csv, columns }).value
      expect(read).toEqual(rows)
      expect(written('csv', read, { charset, csv, layout })?.equals(content)).toBe(true)
    })
  })
})

describe('cut anywhere', () => {
  it('XML', async () => {
    const inputs = fc.tuple(fc.array(xmlDocuments, { maxLength: 4 }), charsets, fc.boolean(), chunkSizes)
    await fuzzLater(700, inputs, async ([records, charset, laidOut, sizes]) => {
      const value = { head: 'x', list: { record: records }, tail: ['1', '2'] }
      const layout = laidOut ? layoutOf(value) : undefined
      const content = written('xml', value, { charset, layout })
      if (content === undefined) return
      const options = { format: 'xml', split: 'list.record' } as const
      expect(await streamed(chunked(content, sizes), options)).toEqual(records)
    })
  })

  it('CSV', async () => {
    await fuzzLater(
      500,
      fc.tuple(tables, charsets, chunkSizes),
      async ([{ columns, rows, csv }, charset, sizes]) => {
        const layout = { columns, rows: undefined, root: undefined, namespaces: '', declaration: true }
        const content = written('csv', rows, { charset, csv, layout })
        if (content === undefined) return
        expect(await streamed(chunked(content, sizes), { format: 'csv', charset, csv, columns })).toEqual(
          rows,
        )
      },
    )
  })

  it('JSON lines', async () => {
    await fuzzLater(
      500,
      fc.tuple(fc.array(jsonDocuments), charsets, chunkSizes),
      async ([values, charset, sizes]) => {
        const lines = values.map((value) => encodeDocument('json', value, { charset }).content)
        const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
        expect(await streamed(chunked(content, sizes), { format: 'jsonl', charset })).toEqual(values)
      },
    )
  })
})
