// Stock files record by record: cut anywhere they give what the whole document gives, wrong ones are refused at their
// place, and no more is held than a record and what was read ahead.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { problem, QiaoError } from '../../core/errors.ts'
import { parseDocument } from '../../core/mapping/format/format.ts'
import { RECORD_LIMIT } from '../../core/mapping/format/records.ts'
import { TAG_LIMIT } from '../../core/mapping/format/scan.ts'
import { type StreamOptions, streamRecords } from '../../core/mapping/format/stream.ts'
import { ELEMENT_LIMIT } from '../../core/mapping/format/xml.ts'
import { refusal } from './small.ts'

const licences: StreamOptions = { format: 'xml', split: 'list.licence' }
const csv: StreamOptions = { format: 'csv' }
const lines: StreamOptions = { format: 'jsonl' }

/** The bytes in chunks of `size`. */
async function* chunksOf(content: Buffer | string, size = 65_536): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The bytes in two chunks. */
async function* cutAt(bytes: Buffer, at: number): AsyncGenerator<Buffer> {
  yield bytes.subarray(0, at)
  yield bytes.subarray(at)
}

/** `head`, then `filler` over and over until there are `size` bytes, then `tail`. */
async function* filled(head: string, filler: string, size: number, tail: string): AsyncGenerator<Buffer> {
  yield Buffer.from(head)
  const chunk = Buffer.from(filler.repeat(Math.ceil(65_536 / filler.length)))
  for (let given = 0; given < size; given += chunk.length) yield chunk
  yield Buffer.from(tail)
}

async function read(source: AsyncIterable<Buffer>, options: StreamOptions): Promise<unknown[]> {
  const records: unknown[] = []
  for await (const record of streamRecords(source, options)) records.push(record)
  return records
}

/** Code and detail of a refused stream, which both languages explain. */
async function faultOf(source: AsyncIterable<Buffer>, options: StreamOptions): Promise<string> {
  const error = await refusal(() => read(source, options))
  const { title, title_zh } = problem(error)
  expect(title_zh).toMatch(/\p{Script=Han}/u)
  expect(title).toMatch(/^[\x20-\x7e]+$/)
  return `${error.code}: ${error.detail}`
}

/** Everything a cut may fall into: tags, attributes, references, CDATA, comments, line ends, characters of many bytes. */
const stock = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>\r
<!-- 存量 - 证照 -->
<s:stock xmlns:s="urn:stock" xmlns:xsi="urn:xsi" day='2026-03-02'>
  <head><count>3</count><licence>no record</licence></head>
  <s:list>
    <s:licence id="1" note='a > "b" &amp; &#x4E2D;	c'><no>川（2026）0001</no><holder>王小明</holder><s:level/>
      <item>一</item><item>二</item><item kind="x">三</item></s:licence>
    <licence><![CDATA[<x>]]]]><![CDATA[>&amp;]]></licence>
    <skip><licence>inside</licence></skip>
    <licence><text>1 &lt; 2\r\n]] > &#20013;&#x20AC;</text><!-- c --><deep><a><b>末</b></a></deep></licence>
    <licence/>
  </s:list  ><other/>
</s:stock>
<!-- end -->
`
const expected = [
  {
    '@id': '1',
    '@note': 'a > "b" & 中 c',
    no: '川（2026）0001',
    holder: '王小明',
    level: '',
    item: ['一', '二', { '@kind': 'x', '#text': '三' }],
  },
  '<x>]]>&amp;',
  { text: '1 < 2\n]] > 中€', deep: { a: { b: '末' } } },
  '',
]

describe('XML', () => {
  it.each(['UTF-8', 'GBK', 'GB18030'])(
    'in %s gives the same records wherever it is cut',
    async (encoding) => {
      const bytes = iconv.encode(stock(encoding), encoding)
      const whole = parseDocument('xml', bytes, undefined).value as { list: { licence: unknown } }
      expect(whole.list.licence).toEqual(expected)
      for (let at = 1; at < bytes.length; at++) {
        expect([at, await read(cutAt(bytes, at), licences)]).toEqual([at, expected])
      }
      for (const size of [1, 2, 3, 7, 50, 199, 200]) {
        expect([size, await read(chunksOf(bytes, size), licences)]).toEqual([size, expected])
      }
    },
  )

  it('keeps the order of elements and attributes', async () => {
    const text = '<r><a z="1" y="2"><c>1</c><b>2</b><c>3</c></a></r>'
    const [record] = await read(chunksOf(text), { format: 'xml', split: 'a' })
    expect(Object.keys(record as object)).toEqual(['@z', '@y', 'c', 'b'])
  })

  it('takes the elements at the path only, also where names repeat', async () => {
    const text = '<a><a><a>1<a>in</a></a><b><a>no</a></b></a><b><a>no</a></b><a><a/></a></a>'
    expect(await read(chunksOf(text, 1), { format: 'xml', split: 'a.a' })).toEqual([
      { '#text': '1', a: 'in' },
      '',
    ])
  })

  it('reads what a byte order mark and a told charset say', async () => {
    expect(await read(chunksOf('\ufeff<r><a>1</a></r>', 1), { format: 'xml', split: 'a' })).toEqual(['1'])
    const gbk = iconv.encode('<r><a>绵阳</a></r>', 'gbk')
    expect(await read(chunksOf(gbk, 1), { format: 'xml', split: 'a', charset: 'gbk' })).toEqual(['绵阳'])
  })

  it.each([
    ['<r><a>1</a><a>2</b></r>', 'body.xml: record 2, character 16'],
    ['<r><a>1</a></r><r/>', 'body.xml: record 2, character 16'],
    ['<r><a>1</a></r> x', 'body.xml: record 2, character 16'],
    ['<r><a>1</a>&b;</r>', 'body.xml: record 2, character 12'],
    ['<r><a>&#0;</a></r>', 'body.xml: record 1, character 7'],
    ['<r><a>a & b</a></r>', 'body.xml: record 1, character 7'],
    ['<r><a>a ]]> b</a></r>', 'body.xml: record 1, character 7'],
    ['<r><a x="1" x="2"/></r>', 'body.xml: record 1, character 4'],
    ['<r><a x="<"/></r>', 'body.xml: record 1, character 4'],
    ['<r><a x=1/></r>', 'body.xml: record 1, character 4'],
    ['<r><1/></r>', 'body.xml: record 1, character 4'],
    ['<r><!-- a -- b --></r>', 'body.xml: record 1, character 11'],
    ['<r>\u0001</r>', 'body.xml: record 1, character 4'],
    ['<r><![cdata[x]]></r>', 'body.xml: record 1, character 4'],
    [' <?xml version="1.0"?><r/>', 'body.unsafe: record 1, character 2'],
    ['<r><?php x?></r>', 'body.unsafe: record 1, character 4'],
    ['<r><a/><__proto__>1</__proto__></r>', 'body.unsafe: record 2, character 8'],
    ['<r><x:constructor/></r>', 'body.unsafe: record 1, character 4'],
    ['x', 'body.xml: record 1, character 1'],
    ['', 'body.xml: record 1, character 1'],
  ])('refuses %s at its place', async (text, fault) => {
    expect(await faultOf(chunksOf(text), { format: 'xml', split: 'a' })).toBe(fault)
    expect((await faultOf(chunksOf(text, 1), { format: 'xml', split: 'a' })).split(':')[0]).toBe(
      fault.split(':')[0],
    )
  })

  it('refuses every truncated document, after the records that came whole', async () => {
    const text = stock('UTF-8')
    const bytes = Buffer.from(text.slice(0, text.lastIndexOf('>', text.indexOf('<!-- end'))))
    for (let length = 0; length < bytes.length; length++) {
      const records: unknown[] = []
      const error = await refusal(async () => {
        for await (const each of streamRecords(chunksOf(bytes.subarray(0, length)), licences))
          records.push(each)
      })
      expect([length, error.code]).toEqual([
        length,
        error.detail?.includes('byte') === true ? 'body.encoding' : 'body.xml',
      ])
      expect([length, records]).toEqual([length, expected.slice(0, records.length)])
    }
  })

  it('refuses bytes of another charset, and says how far it came', async () => {
    const bytes = iconv.encode('<r><a>绵阳</a></r>', 'gbk')
    const place = 'invalid bytes for UTF-8, in the chunk that ends at byte 18'
    expect(await faultOf(chunksOf(bytes), { format: 'xml', split: 'a' })).toBe(`body.encoding: ${place}`)
    expect(await faultOf(chunksOf('<?xml version="1.0" encoding="Big5"?><r/>'), licences)).toMatch(
      /^body\.encoding: charset/,
    )
  })
})

describe('bombs', () => {
  it('a DOCTYPE ends the work before its entities are read', async () => {
    const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
      '',
    )
    let given = 0
    const source = async function* (): AsyncGenerator<Buffer> {
      for (const part of [`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">`.padEnd(200), laughs]) {
        given++
        yield Buffer.from(part)
      }
    }
    expect(await faultOf(source(), licences)).toBe('body.unsafe: record 1, character 22')
    expect(given).toBe(1)
    const outside = '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r>&x;</r>'
    expect(await faultOf(chunksOf(outside, 1), licences)).toBe('body.unsafe: record 1, character 1')
  })

  it('bounds the depth', async () => {
    const nested = (depth: number) => chunksOf(`${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`, 100)
    expect(await read(nested(64), { format: 'xml', split: 'a' })).toHaveLength(1)
    expect(await faultOf(nested(65), { format: 'xml', split: 'a' })).toBe(
      'body.unsafe: record 1, character 193',
    )
    expect(await faultOf(nested(65), { format: 'xml', split: 'b' })).toBe(
      'body.unsafe: record 1, character 193',
    )
  })

  it.each([
    ['text', '<r><a>', 'x'],
    ['CDATA', '<r><a><![CDATA[', 'x'],
    ['elements with text', '<r><a>', `<b>${'x'.repeat(500)}</b>`],
    ['attributes', '<r><a>', `<b c="${'x'.repeat(500)}"/>`],
    ['markup', '<r><a>', `<b>${' '.repeat(500)}</b  ><!-- -->`],
  ])('refuses a record of too many characters: %s', async (_, head, filler) => {
    const fault = await faultOf(filled(head, filler, RECORD_LIMIT * 2, ''), { format: 'xml', split: 'a' })
    const at = Number(/^body\.unsafe: record 1, character (\d+)$/.exec(fault)?.[1])
    expect(at).toBeGreaterThan(RECORD_LIMIT)
    expect(at).toBeLessThan(RECORD_LIMIT + 70_000)
  })

  it('refuses a record of too many elements', async () => {
    const within = `<a>${'<b/>'.repeat(ELEMENT_LIMIT - 1)}</a>`
    expect(await read(chunksOf(`<r>${within}${within}</r>`), { format: 'xml', split: 'a' })).toHaveLength(2)
    const over = `<r>${within}<a>${'<b/>'.repeat(ELEMENT_LIMIT)}</a></r>`
    expect(await faultOf(chunksOf(over), { format: 'xml', split: 'a' })).toMatch(/^body\.unsafe: record 2, /)
  })

  it.each([
    ['a value that never ends', '<r><a x="', 'y', 'body.unsafe'],
    ['blanks that never end', '<r><a ', ' ', 'body.unsafe'],
    ['attributes that never end', '<r><a', ' x=""', 'body.unsafe'],
    ['a name that never ends', '<r><a', 'a', 'body.unsafe'],
    ['an end tag that never ends', '<r></r', ' ', 'body.unsafe'],
    ['a declaration that never ends', '<?xml ', ' ', 'body.unsafe'],
    ['a reference that never ends', '<r>&', 'a', 'body.xml'],
  ])('refuses %s', async (_, head, filler, code) => {
    const fault = await faultOf(filled(head, filler, TAG_LIMIT * 4, ''), { format: 'xml', split: 'a' })
    expect(fault.split(':')[0]).toBe(code)
  })

  it('reads very many attributes, and finds the one that stands twice', async () => {
    const attributes = Array.from({ length: 60_000 }, (_, i) => ` a${i}="${i}"`).join('')
    const [record] = await read(chunksOf(`<r><a${attributes}/></r>`), { format: 'xml', split: 'a' })
    expect(Object.keys(record as object)).toHaveLength(60_000)
    expect(await faultOf(chunksOf(`<r><a${attributes} a7=""/></r>`), { format: 'xml', split: 'a' })).toBe(
      'body.xml: record 1, character 4',
    )
  })

  it('what is no record may be of any size', async () => {
    for (const [head, filler, tail] of [
      ['<r><!--', ' x', '--><a/></r>'],
      ['<r>', 'text ', '<a/></r>'],
      ['<r><b><![CDATA[', ']] ', ']]></b><a/></r>'],
      ['<r>', '<b c="1">2</b>', '<a/></r>'],
    ] as const) {
      expect(
        await read(filled(head, filler, RECORD_LIMIT + TAG_LIMIT, tail), { format: 'xml', split: 'a' }),
      ).toEqual([''])
    }
  })
})

describe('CSV', () => {
  const table = '办件编号,姓名,备注\r\n1,王小明,"a,b"\r\n\r\n2,张丽,"第一行\r\n第二行 ""x"""\r\n3,,𬭎'
  const rows = [
    { 办件编号: '1', 姓名: '王小明', 备注: 'a,b' },
    { 办件编号: '2', 姓名: '张丽', 备注: '第一行\r\n第二行 "x"' },
    { 办件编号: '3', 姓名: '', 备注: '𬭎' },
  ]

  it.each(['utf-8', 'gb18030'])('in %s gives the same rows wherever it is cut', async (charset) => {
    const bytes = iconv.encode(table, charset)
    const options = { ...csv, charset }
    expect(parseDocument('csv', bytes, undefined, charset).value).toEqual(rows)
    for (let at = 1; at < bytes.length; at++) expect(await read(cutAt(bytes, at), options)).toEqual(rows)
    expect(await read(chunksOf(bytes, 1), options)).toEqual(rows)
  })

  it('takes the names of the columns when there is no header', async () => {
    const options: StreamOptions = {
      format: 'csv',
      csv: { delimiter: '|', quote: "'", header: false },
      columns: ['a', 'b'],
    }
    expect(await read(chunksOf("1|'x|y'\n2|z\n", 2), options)).toEqual([
      { a: '1', b: 'x|y' },
      { a: '2', b: 'z' },
    ])
  })

  it.each([
    ['a,b\n1,2\n3\n', 'body.csv: the row has another number of columns than the header, line 3'],
    ['a,b\n1,"2\n', 'body.csv: a quote is not closed, line 2'],
    ['a,b\n1,x"2\n', 'body.csv: a quote stands inside an unquoted value, line 2'],
    ['a,a\n1,2\n', 'body.csv: a column name stands twice, line 1'],
    ['a,__proto__\n1,2\n', 'body.unsafe: reserved column name, line 1'],
    ['a\n1\n\0\n', 'body.unsafe: NUL, character 5'],
  ])('refuses %j at its place', async (text, fault) => {
    expect(await faultOf(chunksOf(text), csv)).toBe(fault)
    expect(await faultOf(chunksOf(text, 1), csv)).toBe(fault)
  })

  it('refuses a row that never ends, and wrong bytes', async () => {
    expect(await faultOf(filled('a\n"', 'x\n', 20_000_000, ''), csv)).toMatch(
      /^body\.csv: the row is too long, line /,
    )
    expect(await faultOf(chunksOf(Buffer.from('61620aff', 'hex')), csv)).toMatch(/^body\.encoding: /)
  })
})

describe('JSON lines', () => {
  const text = '{"a":"绵阳 𬭎","b":[1,null]}\r\n\n  \n"x\\n"\n[]\n{"a":"\u2028"}'
  const values = [{ a: '绵阳 𬭎', b: [1, null] }, 'x\n', [], { a: '\u2028' }]

  it('gives the same values wherever it is cut', async () => {
    const bytes = Buffer.from(text)
    for (let at = 1; at < bytes.length; at++) expect(await read(cutAt(bytes, at), lines)).toEqual(values)
    expect(await read(chunksOf(bytes, 1), lines)).toEqual(values)
    expect(await read(chunksOf(`${text}\n`), lines)).toEqual(values)
    expect(await read(chunksOf(''), lines)).toEqual([])
  })

  it.each([
    ['{"a":1}\n{"a":}\n', 'body.json: line 2, column 6'],
    ['{"a":1}\n{"a":1', 'body.json: line 2, column 7'],
    ['1\n\n{"__proto__":1}', 'body.unsafe: line 3, column 2'],
    [`1\n${'['.repeat(65)}`, 'body.unsafe: line 2, column 65'],
    ['1\n"\\ud800"\n', 'message.invalid: line 2'],
    ['1\n"\\u0000"\n', 'message.invalid: line 2'],
  ])('refuses %j at its place', async (given, fault) => {
    expect(await faultOf(chunksOf(given), lines)).toBe(fault)
    expect(await faultOf(chunksOf(given, 1), lines)).toBe(fault)
  })

  it('refuses a line that never ends', async () => {
    const fault = 'body.unsafe: the line is too long, line 2'
    expect(await faultOf(filled('1\n"', 'x', RECORD_LIMIT * 2, ''), lines)).toBe(fault)
    expect(await faultOf(chunksOf(`1\n"${'x'.repeat(RECORD_LIMIT)}"\n`, RECORD_LIMIT * 2), lines)).toBe(fault)
  })
})

/** A source of `count` records in `format`, one a chunk of `size` bytes; tells what was asked of it. */
function slowSource(format: StreamOptions['format'], count: number, size: number) {
  const asked = { chunks: 0, closed: false }
  const record = (i: number): string => {
    const [before, after] = { xml: ['<a>', '</a>'], csv: ['', '\n'], jsonl: ['"', '"\n'] }[format] as [
      string,
      string,
    ]
    return before + String(i).padStart(size - before.length - after.length, '0') + after
  }
  const [head, tail] = { xml: ['<r>', '</r>'], csv: ['a\n', ''], jsonl: ['', ''] }[format] as [string, string]
  const source = async function* (): AsyncGenerator<Buffer> {
    try {
      for (let i = 0; i < count; i++) {
        asked.chunks++
        yield Buffer.from((i === 0 ? head : '') + record(i) + (i === count - 1 ? tail : ''))
      }
    } finally {
      asked.closed = true
    }
  }
  return { asked, source }
}

describe.each<[string, StreamOptions, number]>([
  ['XML', { format: 'xml', split: 'a' }, 1],
  ['JSON lines', lines, 1],
  // two streams of Node, each of sixteen pieces
  ['CSV', csv, 40],
])('%s and a slow reader', (_, options, ahead) => {
  it('holds no more than a few chunks, however many there are', async () => {
    const { asked, source } = slowSource(options.format, 2_000, 1_000)
    let taken = 0
    let most = 0
    for await (const record of streamRecords(source(), options)) {
      expect(JSON.stringify(record)).toContain(String(taken).padStart(10, '0'))
      taken++
      await new Promise(setImmediate)
      most = Math.max(most, asked.chunks - taken)
    }
    expect(taken).toBe(2_000)
    expect(most).toBeLessThanOrEqual(ahead)
  })

  it('closes its source when the reader stops', async () => {
    const { asked, source } = slowSource(options.format, 2_000, 1_000)
    for await (const _record of streamRecords(source(), options)) break
    await new Promise(setImmediate)
    expect(asked.closed).toBe(true)
    expect(asked.chunks).toBeLessThanOrEqual(ahead + 2)
  })

  it('closes its source when it refuses', async () => {
    const { asked, source } = slowSource(options.format, 2_000, 1_000)
    const spoiled = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of source()) yield asked.chunks === 3 ? Buffer.from([0xff]) : chunk
    }
    expect(await faultOf(spoiled(), options)).toMatch(/^body\.encoding: /)
    expect(asked.closed).toBe(true)
  })

  it('hands a broken source on as it is', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(' '.repeat(300))
      throw new RangeError('the disk is gone')
    }
    const outcome = await read(broken(), options).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(RangeError)
    expect(outcome).not.toBeInstanceOf(QiaoError)
  })
})
