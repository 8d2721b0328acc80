// Random bytes and damaged documents into every parser: a value without reserved names, or a refusal with a code that
// callers know. The stream scanner and the parser of whole documents take the same XML and refuse the same.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { type Format, parseDocument, parseText, readDocument } from '../../core/mapping/format/format.ts'
import { type StreamOptions, streamRecords } from '../../core/mapping/format/stream.ts'
import { parseXml } from '../../core/mapping/format/xml.ts'
import { chunked, chunkSizes } from './documents.ts'
import { mutated, reservedNames, texts } from './inputs.ts'
import { fuzz, fuzzLater } from './watch.ts'

const codes = ['body.encoding', 'body.json', 'body.xml', 'body.csv', 'body.unsafe', 'message.invalid']

const samples: Readonly<Record<Format | 'jsonl', readonly string[]>> = {
  json: ['{"a":[1,-2.5e3,null,true,"x\\n\\u4e2d"],"中":{"b":""}}', '[[[]]]', '"\\ud800"', '1e999'],
  xml: [
    '<?xml version="1.0" encoding="UTF-8"?>\n<r xmlns="u"><a x="1" y=\'2\'>1 &lt; &#20013;</a><a/><!-- c --><b><![CDATA[<x>]]></b></r>',
    '<n:r xmlns:n="u"><n:a>\r\n</n:a></n:r>',
    '<r><a>]]&gt;</a><b/>text<c d="&quot;&#xA;"/></r>',
  ],
  form: ['a=1&b=%E4%B8%AD+x&a=2&c&d=%zz', '%F0%9F%98%80=&&=', 'a=%D6%D0'],
  csv: ['a,b\r\n1,"x ""y"" \n z"\r\n2,\r\n', 'a;b\n1;2\n', '"a"\n\n"b"'],
  jsonl: ['{"a":1}\n\n"x"\r\n[1]\n', '1'],
}
const pieces: Readonly<Record<Format | 'jsonl', readonly string[]>> = {
  json: [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '"__proto__":',
    '{"a":'.repeat(70),
    '0',
    '-',
    '/*',
  ],
  xml: [
    '<',
    '>',
    '</',
    '/>',
    '&',
    ';',
    '<a>',
    '</a>',
    '<!--',
    '-->',
    '--',
    '<![CDATA[',
    ']]>',
    '<?x y?>',
    '="',
    "='",
    '<!DOCTYPE r [<!ENTITY e "x">]>',
    '&e;',
    '&#0;',
    '&#x1F600;',
    '&#55296;',
    '<__proto__/>',
    '<constructor>',
    ' __proto__="1"',
    ' xmlns:a="b"',
    '<a:b/>',
    '<a>'.repeat(70),
    '\u0085',
    '<?xml version="1.1"?>',
  ],
  form: ['&', '=', '%', '+', '%00', '%FF', '__proto__=1', 'constructor=1', '%5F%5Fproto%5F%5F='],
  csv: [',', '"', '""', '\n', '\r\n', '\r', ';', '__proto__', 'constructor', '"\n"', '\0'],
  jsonl: ['\n', '{"__proto__":{}}\n', '"', '{', '\r'],
}
const damaged = (format: Format | 'jsonl'): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: mutated(fc.constantFrom(...samples[format]), pieces[format]) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.oneof(fc.constantFrom(...pieces[format]), fc.constantFrom(...samples[format])), {
          maxLength: 8,
        })
        .map((list) => list.join('')),
    },
    { weight: 1, arbitrary: texts },
  )
const charsets = fc.constantFrom('utf-8', 'gbk', 'gb18030', undefined, 'utf-16', 'x')
const encoded = fc.tuple(fc.constantFrom('utf8', 'latin1', 'utf16le'), fc.boolean())

/** Bytes of damaged texts, and any bytes. */
const bytesOf = (format: Format | 'jsonl'): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 5, arbitrary: damaged(format).map((text) => Buffer.from(text)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(damaged(format), encoded)
        .map(([text, [encoding, marked]]) =>
          Buffer.from((marked ? '\ufeff' : '') + text, encoding as 'utf8'),
        ),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  )

/** The value, or the code of the refusal; anything else that is thrown fails the test. */
function outcome<T>(work: () => T): { value: T } | { code: string } {
  try {
    return { value: work() }
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): { code: string } {
  if (!(error instanceof QiaoError)) throw error
  expect(codes).toContain(error.code)
  expect(error.code === 'message.invalid' ? error.issues.length > 0 : error.detail).toBeTruthy()
  return { code: error.code }
}

/** Reads every member of a parsed value: none may have a name that reaches into JavaScript. */
function expectSafe(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value))
  for (const [name, member] of Object.entries(value)) {
    if (['__proto__', 'constructor', 'prototype'].includes(name)) throw new Error(`${name} came through`)
    expectSafe(member)
  }
}

describe.each(['json', 'xml', 'form', 'csv'] as const)('%s', (format) => {
  it('a value or a refusal, for any bytes in any charset', () => {
    const types = fc.constantFrom(
      undefined,
      'text/plain',
      'a/b; charset=gbk',
      'a/b; charset="utf-8"',
      ';charset=',
    )
    fuzz(2_500, fc.tuple(bytesOf(format), types, charsets), ([bytes, type, charset]) => {
      const read = outcome(() => parseDocument(format, bytes, type, charset))
      if ('value' in read) expectSafe(read.value)
    })
  })

  it('a text that was decoded already', () => {
    fuzz(800, fc.tuple(damaged(format), charsets), ([text, charset]) => {
      const read = outcome(() => parseText(format, text, charset))
      if ('value' in read) expectSafe(read.value)
    })
  })

  it('no reserved name, wherever it stands', () => {
    const names = fc.constantFrom(...reservedNames.slice(0, 3))
    const around: Record<Format, (name: string) => string[]> = {
      json: (name) => [
        `{"${name}":1}`,
        `[{"a":{"${name}":{}}}]`,
        `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":1}`,
      ],
      xml: (name) => [`<r><${name}/></r>`, `<${name}/>`, `<r><x:${name} xmlns:x="u">1</x:${name}></r>`],
      form: (name) => [`${name}=1`, `a=1&${name}`, `%${name.charCodeAt(0).toString(16)}${name.slice(1)}=1`],
      csv: (name) => [`${name}\n1`, `a, ${name} \n1,2`, `"${name}"\n1`],
    }
    fuzz(60, names, (name) => {
      for (const text of around[format](name)) {
        expect([text, outcome(() => parseText(format, text))]).toEqual([text, { code: 'body.unsafe' }])
      }
    })
  })
})

it('a reply is read somehow, whatever it is', () => {
  const bytes = fc.oneof(bytesOf('json'), bytesOf('xml'))
  const types = fc.constantFrom(undefined, 'application/json', 'text/xml; charset=gbk', 'x;charset=zzz')
  fuzz(1_500, fc.tuple(bytes, types, charsets), ([content, type, charset]) => {
    expectSafe(readDocument(content, type, charset))
  })
})

describe('streams', () => {
  const options: Readonly<Record<string, StreamOptions>> = {
    xml: { format: 'xml', split: 'a' },
    csv: { format: 'csv' },
    jsonl: { format: 'jsonl' },
  }

  it.each(['xml', 'csv', 'jsonl'] as const)('%s: records or a refusal', async (format) => {
    const inputs = fc.tuple(bytesOf(format), charsets, chunkSizes)
    await fuzzLater(800, inputs, async ([bytes, charset, sizes]) => {
      try {
        for await (const record of streamRecords(chunked(bytes, sizes), {
          ...(options[format] as StreamOptions),
          charset,
        })) {
          expectSafe(record)
        }
      } catch (error) {
        refused(error)
      }
    })
  })

  it('XML is taken and refused as the parser of whole documents does', async () => {
    await fuzzLater(3_000, fc.tuple(damaged('xml'), chunkSizes), async ([text, sizes]) => {
      const bytes = Buffer.from(text)
      const whole = outcome(() => parseXml(bytes.toString().replace(/^\ufeff/, '')))
      const records: unknown[] = []
      let refusal: { code: string } | undefined
      try {
        for await (const record of streamRecords(chunked(bytes, sizes), { format: 'xml', split: 'a' }))
          records.push(record)
      } catch (error) {
        refusal = refused(error)
      }
      if (refusal?.code === 'body.encoding') return
      expect([text, refusal === undefined]).toEqual([text, 'value' in whole])
      if (!('value' in whole)) return
      const { value } = whole.value
      const expected = typeof value === 'object' && value !== null && 'a' in value ? [value.a].flat() : []
      expect([text, records]).toEqual([text, expected])
    })
  })
})
