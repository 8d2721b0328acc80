// CSV: strict reading, writing that reads back, and both ends of a mapping.
import iconv from 'iconv-lite'
import { describe, expect, it, test } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { type CsvOptions, parseCsv, plainCsv, ROW_LIMIT, writeCsv } from '../../core/mapping/format/csv.ts'
import { carries, encodeDocument, parseDocument } from '../../core/mapping/format/format.ts'
import { context, issuesOf, load, problemsOf, refusal } from './small.ts'

const read = (text: string, options: Partial<CsvOptions> = {}, columns?: string[]) =>
  parseCsv(text, { ...plainCsv, ...options }, columns)

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof QiaoError) return `${error.code} ${error.detail}`
    throw error
  }
  return 'none'
}

describe('reading', () => {
  it('gives rows by header name; values keep their blanks, quotes and line ends', () => {
    expect(read('姓名 ,备注\r\n张三," a ""b"",\r\n c"\r\n\r\n李四,\r\n')).toEqual([
      { 姓名: '张三', 备注: ' a "b",\r\n c' },
      { 姓名: '李四', 备注: '' },
    ])
    expect(read("a;b\n1;'x;y'\n", { delimiter: ';', quote: "'" })).toEqual([{ a: '1', b: 'x;y' }])
    expect(read('1\t2\n', { delimiter: '\t', header: false }, ['a', 'b'])).toEqual([{ a: '1', b: '2' }])
    expect(read('')).toEqual([])
    expect(read('a,b\n')).toEqual([])
  })
  it.each([
    ['a,b\n1,2\n3\n', 'body.csv the row has another number of columns than the header, line 3'],
    ['a,b\n1,2,secret\n', 'body.csv the row has another number of columns than the header, line 2'],
    ['a,b\n1,"secret', 'body.csv a quote is not closed, line 2'],
    ['a,b\n1,"x"secret\n', 'body.csv text stands after a closing quote, line 2'],
    ['a,b\n1,secret"x\n', 'body.csv a quote stands inside an unquoted value, line 2'],
    ['a,a\n1,2\n', 'body.csv a column name stands twice, line 1'],
    ['a,\n1,2\n', 'body.csv a column has no name, line 1'],
    ['__proto__,b\n1,2\n', 'body.unsafe reserved column name, line 1'],
    ['a, constructor \n1,2\n', 'body.unsafe reserved column name, line 1'],
  ])('refuses %j and tells nothing of the content', (text, fault) => {
    expect(faultOf(() => read(text))).toBe(fault)
    expect(({} as Record<string, unknown>).b).toBeUndefined()
  })
  it('has a limit of rows and of the length of one', () => {
    expect(faultOf(() => read(`a\n${'1\n'.repeat(ROW_LIMIT + 1)}`))).toMatch(/^body\.unsafe more than/)
    expect(faultOf(() => read(`a,b\n1,"${'x'.repeat(4_100_000)}`))).toMatch(/^body\.csv/)
  })
  it('refuses NUL, which nothing behind can keep', () => {
    expect(faultOf(() => parseDocument('csv', Buffer.from('a\nx\0y\n'), undefined))).toMatch(
      /^message\.invalid/,
    )
  })
})

describe('writing', () => {
  it('quotes what must be and ends lines with CRLF', () => {
    const rows = [
      { a: 'x,"y"', b: 1.5, c: true },
      { a: 'l\nm', b: undefined, c: null, d: 'dropped' },
    ]
    expect(writeCsv(rows, plainCsv, ['a', 'b', 'c'])).toBe('a,b,c\r\n"x,""y""",1.5,true\r\n"l\nm",,\r\n')
    expect(writeCsv(rows, { delimiter: ';', quote: "'", header: false }, ['b', 'a'])).toBe(
      '1.5;x,"y"\r\n;\'l\nm\'\r\n',
    )
  })
  it.each(['', ' a ', 'a\rb', '"', ',', 'a\n', '中"文,'])(
    'reads back %j, also in a table of one column',
    (text) => {
      expect(read(writeCsv([{ a: text, b: 'z' }], plainCsv, ['a', 'b']))).toEqual([{ a: text, b: 'z' }])
      expect(read(writeCsv([{ a: text }], plainCsv, ['a']))).toEqual([{ a: text }])
    },
  )
  it('is GBK like other formats, but has no escape for what GBK lacks', () => {
    const { content, contentType } = encodeDocument('csv', [{ 名: '绵阳' }], { charset: 'gbk' })
    expect(contentType).toBe('text/csv; charset=gbk')
    expect(content.equals(iconv.encode('名\r\n绵阳\r\n', 'gbk'))).toBe(true)
    expect(parseDocument('csv', content, contentType).value).toEqual([{ 名: '绵阳' }])
    expect(faultOf(() => encodeDocument('csv', [{ a: '𬭎' }], { charset: 'gbk' }))).toMatch(/^body\.encoding/)
  })
})

test('text/csv carries it', () => {
  expect(carries('csv', 'text/csv; charset=gbk')).toBe(true)
  expect(carries('csv', 'text/plain')).toBe(false)
})

const files = {
  'canonical/c.yaml': `
title: c
key: no
deduplication: [no]
fields:
  - { name: no, type: s9, req: Y }
  - { name: name, type: s9, req: Y }
  - { name: rows, type: list, fields: [{ name: id, type: s9 }] }`,
  'schemas/d/row.yaml':
    'title: r\nfields: [{ name: 编号, type: s9, req: Y }, { name: 姓名, type: s9, req: Y }, { name: 空, type: s9 }]',
  'd/in.yaml': 'from: d/row\nto: c\nformat: csv\ncharset: gbk\nsplit: $\nfields: { no: 编号, name: 姓名 }',
  'd/bare.yaml':
    'from: d/row\nto: c\nformat: csv\ncsv: { header: false, delimiter: "|" }\nsplit: $\nfields: { no: 编号, name: 姓名 }',
  'schemas/p/row.yaml': 'title: o\nfields: [{ name: B, type: s9 }, { name: A, type: s9, req: Y }]',
  'schemas/p/table.yaml':
    'title: t\nfields: [{ name: list, type: list, fields: [{ name: No, type: s9 }, { name: Id, type: s9 }] }]',
  'p/row.yaml': 'from: c\nto: p/row\nformat: csv\ncsv: { header: false }\nfields: { A: no, B: name }',
  'p/table.yaml':
    'from: c\nto: p/table\nformat: csv\nfields: { list: { each: rows, fields: { Id: id, No: $.no } } }',
}

describe('mappings', () => {
  const library = load(files)
  it('takes each row as a record, in GBK when nothing is declared', async () => {
    const intake = library.intake('d/in')
    const body = iconv.encode('编号,姓名,多余\n1,张三,x\n2,李四,y\n', 'gbk')
    const records = await intake?.accept(body, 'text/csv', context)
    expect(records?.map(({ value }) => value)).toEqual([
      { no: '1', name: '张三' },
      { no: '2', name: '李四' },
    ])
    const bad = iconv.encode('编号,姓名\n1,张三\n2,\n', 'gbk')
    expect(await issuesOf(() => intake?.accept(bad, 'text/csv', context))).toEqual(['[1].姓名 required'])
    expect(
      (await refusal(() => intake?.accept(iconv.encode('编号\n', 'gbk'), 'text/csv', context))).code,
    ).toBe('body.empty')
    expect((await refusal(() => intake?.accept(body, 'application/json', context))).code).toBe('body.type')
  })
  it('names columns by the schema when there is no header', async () => {
    const records = await library.intake('d/bare')?.accept(Buffer.from('1|张三|\n'), undefined, context)
    expect(records?.[0]?.value).toEqual({ no: '1', name: '张三' })
  })
  it('writes one row, or the list a schema is made of', async () => {
    const value = { no: '1', name: '张三', rows: [{ id: 'x' }, { id: 'y' }] }
    const write = async (name: string) => {
      const outbound = library.outbound(name)
      const result = await outbound?.apply(value, context)
      return outbound && encodeDocument(outbound.format, result, outbound).content.toString()
    }
    expect(await write('p/row')).toBe('张三,1\r\n')
    expect(await write('p/table')).toBe('No,Id\r\n1,x\r\n1,y\r\n')
  })
  it.each([
    [
      { 'd/in.yaml': 'from: d/row\nto: c\nformat: csv\nfields: { no: 编号, name: 姓名 }' },
      'write split: "$"',
    ],
    [
      { 'd/in.yaml': 'from: d/row\nto: c\ncsv: { quote: "\'" }\nfields: { no: 编号, name: 姓名 }' },
      'csv belongs to',
    ],
    [{ 'p/row.yaml': 'from: c\nto: p/row\ncsv: {}\nfields: { A: no }' }, 'csv belongs to'],
    [
      { 'd/in.yaml': 'from: d/row\nto: c\nformat: csv\ncsv: { delimiter: "::" }\nsplit: $\nfields: {}' },
      'delimiter',
    ],
    [
      {
        'schemas/p/row.yaml':
          'title: o\nfields: [{ name: A, type: s9, req: Y }, { name: O, type: object, fields: [{ name: x, type: s1 }] }]',
        'p/row.yaml': 'from: c\nto: p/row\nformat: csv\nfields: { A: no }',
      },
      '"O" is no text or number',
    ],
  ])('refuses a mapping that cannot be: %#', (wrong, message) => {
    expect(problemsOf({ ...files, ...wrong }).join('\n')).toContain(message)
  })
})
