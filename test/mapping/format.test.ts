// Documents as bytes: charsets, content types, form, lenient replies.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import {
  carries,
  decodeText,
  encodeDocument,
  parseDocument,
  readDocument,
} from '../../core/mapping/format/format.ts'

const gbk = (text: string): Buffer => iconv.encode(text, 'gbk')
const rare = '𬭎' // in GB18030, not in GBK

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof QiaoError) return error.code
    throw error
  }
  return 'none'
}

describe('decoding', () => {
  it('is fatal', () => {
    expect(decodeText(gbk('绵阳'), 'GBK')).toBe('绵阳')
    expect(decodeText(iconv.encode(rare, 'gb18030'), 'gb18030')).toBe(rare)
    expect(decodeText(Buffer.from('\ufeff中'))).toBe('中')
    expect(codeOf(() => decodeText(gbk('绵阳')))).toBe('body.encoding')
    expect(codeOf(() => decodeText(Buffer.from([0x81]), 'gbk'))).toBe('body.encoding')
    expect(codeOf(() => decodeText(Buffer.from('a'), 'utf-16'))).toBe('body.encoding')
  })
  it('takes the charset from header, declaration or fallback, in this order', () => {
    const xml = gbk('<?xml version="1.0" encoding="GBK"?><r>绵阳</r>')
    expect(parseDocument('xml', xml, undefined).value).toBe('绵阳')
    expect(parseDocument('xml', xml, 'text/xml; charset="gb18030"').value).toBe('绵阳')
    expect(codeOf(() => parseDocument('xml', xml, 'text/xml; charset=utf-8'))).toBe('body.encoding')
    expect(parseDocument('json', gbk('{"a":"绵阳"}'), 'application/json', 'gbk').value).toEqual({ a: '绵阳' })
  })
})

describe('encoding', () => {
  it.each(['utf-8', 'gbk', 'gb18030'] as const)('%s is read back, also characters it lacks', (charset) => {
    const value = { a: `绵阳${rare}é`, b: ['1', '2'] }
    const json = encodeDocument('json', value, { charset })
    expect(json.contentType).toBe(`application/json; charset=${charset}`)
    expect(parseDocument('json', json.content, json.contentType).value).toEqual(value)
    const xml = encodeDocument('xml', value, { charset, root: 'R' })
    expect(parseDocument('xml', xml.content, undefined)).toEqual({ root: 'R', value })
  })
  it('writes exact bytes', () => {
    expect(encodeDocument('xml', { a: '中' }, { charset: 'gbk', root: 'R' }).content.toString('hex')).toBe(
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="GBK"?><R><a>'),
        gbk('中'),
        Buffer.from('</a></R>'),
      ]).toString('hex'),
    )
    expect(
      encodeDocument('form', { a: '中 &', b: [1, 2], c: { d: 1 }, e: undefined }).content.toString(),
    ).toBe('a=%E4%B8%AD+%26&b=1&b=2&c=%7B%22d%22%3A1%7D')
    expect(encodeDocument('form', { a: '中' }, { charset: 'gbk' }).content.toString()).toBe('a=%D6%D0')
    expect(codeOf(() => encodeDocument('form', { a: rare }, { charset: 'gbk' }))).toBe('body.encoding')
  })
})

describe('form', () => {
  it('reads fields, repeats and charsets', () => {
    const read = (text: string, charset?: string): unknown =>
      parseDocument('form', Buffer.from(text), undefined, charset).value
    expect(read('a=1&b=%E4%B8%AD+x&a=2&c&d=%zz')).toEqual({ a: ['1', '2'], b: '中 x', c: '', d: '%zz' })
    expect(read('a=%D6%D0', 'gbk')).toEqual({ a: '中' })
    expect(codeOf(() => read('a=%D6%D0'))).toBe('body.encoding')
    expect(codeOf(() => read('__proto__=1'))).toBe('body.unsafe')
  })
})

it('knows which content types carry a format', () => {
  expect(carries('json', 'application/json;charset=utf-8')).toBe(true)
  expect(carries('json', 'application/problem+json')).toBe(true)
  expect(carries('xml', 'text/xml')).toBe(true)
  expect(carries('json', 'text/xml')).toBe(false)
  expect(carries('form', 'application/x-www-form-urlencoded')).toBe(true)
  expect(carries('json', undefined)).toBe(true)
})

describe('replies', () => {
  it.each<[Buffer, string | undefined, unknown]>([
    [Buffer.from(' {"a":1}'), 'text/plain', { a: 1 }],
    [Buffer.from('<r><code>0</code></r>'), undefined, { code: '0' }],
    [Buffer.from('<html><br></html>'), 'text/html', '<html><br></html>'],
    [Buffer.from('OK'), undefined, 'OK'],
    [Buffer.from(''), undefined, ''],
    [gbk('{"a":"绵阳"}'), 'application/json; charset=utf-8', { a: '绵阳' }],
    [gbk('{"a":"绵阳"}'), undefined, { a: '绵阳' }],
    [Buffer.from('{"a":'), 'application/json', '{"a":'],
    [Buffer.from([0xff, 0xff]), undefined, '\ufffd\ufffd'],
  ])('%o as %s', (bytes, type, value) => {
    expect(readDocument(bytes, type)).toEqual(value)
  })
})
