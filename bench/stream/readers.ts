// The two readers that are compared: each gives every record of the stock file to `take`, in the same shape.
import { createReadStream } from 'node:fs'
import xml2js from 'xml2js'
import { streamRecords } from '../../core/mapping/format/stream.ts'

export type ReaderName = 'hub' | 'xml2js'
type Reader = (file: string, take: (record: unknown) => void) => Promise<void>

export const readers: Readonly<Record<ReaderName, Reader>> = {
  async hub(file, take) {
    const source = createReadStream(file)
    for await (const record of streamRecords(source, { format: 'xml', split: 'licences.licence' }))
      take(record)
  },

  /**
   * xml2js reads whole documents only. The file is cut for it at the ends of records, by text search, and several
   * records at once are given to it as one document, which is faster than one by one.
   */
  async xml2js(file, take) {
    const parser = new xml2js.Parser(options)
    let rest = ''
    for await (const chunk of createReadStream(file, 'utf8')) {
      rest += chunk
      const start = rest.indexOf('<licence ')
      const end = rest.lastIndexOf(closing) + closing.length
      if (start < 0 || end < start) continue
      parser.parseString(`<licences>${rest.slice(start, end)}</licences>`, (error, value) => {
        if (error) throw error
        for (const record of value.licence) take(record)
      })
      rest = rest.slice(end)
    }
  },
}

const closing = '</licence>'

/** Those that give the shape of the hub, and nothing that costs more. */
const options: xml2js.ParserOptions = {
  explicitRoot: false,
  explicitArray: false,
  mergeAttrs: true,
  attrNameProcessors: [(name) => `@${name}`],
  charkey: '#text',
}
