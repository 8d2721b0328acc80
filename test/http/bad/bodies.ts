// Bodies that cannot be read: broken JSON and XML, bombs, wrong encodings, reserved names, depth, wrong formats.
import { gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { changed, message, posted, type Row, replaced, rewritten } from './row.ts'

const housing = message('housing', 'acceptance')
const market = message('market', 'acceptance')
const social = message('social', 'acceptance')
const json = housing.body.toString('utf8')
const xml = iconv.decode(social.body, 'gbk')
const inner = xml.slice(xml.indexOf('<sbslxx>'))
const bare = 'application/xml'

/** The XML record behind another prologue, as UTF-8. */
const behind = (prologue: string, body = inner) =>
  replaced(social, `<?xml version="1.0" encoding="UTF-8"?>\n${prologue}\n${body}`, bare)

const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`).join(
  '',
)

export const syntax: readonly Row[] = [
  posted('malformed JSON: no value', replaced(housing, '{"application": }'), 'body.json'),
  posted('malformed JSON: trailing comma', replaced(housing, json.replace(/\}$/, ',}')), 'body.json'),
  posted('malformed JSON: single quotes', replaced(housing, json.replaceAll('"', "'")), 'body.json'),
  posted('malformed JSON: two documents', replaced(housing, json + json), 'body.json'),
  posted('malformed JSON: NaN', changedText('"promiseDays":', '"promiseDays":NaN,"x":'), 'body.json'),
  posted('JSON cut off', replaced(housing, housing.body.subarray(0, -20)), 'body.json'),
  posted(
    'JSON cut off inside a text',
    replaced(housing, json.slice(0, json.indexOf('"name":"') + 9)),
    'body.json',
  ),
  posted('empty body for JSON', replaced(housing, ''), 'body.json'),
  posted('JSON that is a text', replaced(housing, '"受理"'), 'message.invalid'),
  posted('JSON that is null', replaced(housing, 'null'), 'message.invalid'),
  posted('JSON that is a list', replaced(housing, '[]'), 'message.invalid'),
  posted(
    'malformed XML: wrong end tag',
    rewritten(social, (t) => t.replace('</bjbh>', '</bjbhh>')),
    'body.xml',
  ),
  posted(
    'malformed XML: bare ampersand',
    rewritten(social, (t) => t.replace('<bjbh>', '<bjbh>& ')),
    'body.xml',
  ),
  posted(
    'malformed XML: control character',
    rewritten(social, (t) => t.replace('<bjbh>', '<bjbh>\u0001')),
    'body.xml',
  ),
  posted(
    'malformed XML: reference to NUL',
    rewritten(social, (t) => t.replace('<bjbh>', '<bjbh>&#0;')),
    'body.xml',
  ),
  posted(
    'malformed XML: two roots',
    rewritten(social, (t) => t + t.slice(t.indexOf('<sbslxx>'))),
    'body.xml',
  ),
  posted(
    'malformed XML: text behind the root',
    rewritten(social, (t) => `${t}tail`),
    'body.xml',
  ),
  posted('XML cut off', replaced(social, social.body.subarray(0, -15)), 'body.xml'),
  posted('empty body for XML', replaced(social, ''), 'body.xml'),
  posted(
    'XML with another root',
    rewritten(social, (t) => t.replaceAll('sbslxx', 'bjgcxx')),
    'body.xml',
  ),
  posted('JSON posted as XML', replaced(social, housing.body, bare), 'body.xml'),
  posted('XML posted as JSON', replaced(housing, inner), 'body.json'),
]

export const bombs: readonly Row[] = [
  posted('DOCTYPE alone', behind('<!DOCTYPE sbslxx>'), 'body.unsafe'),
  posted(
    'DOCTYPE with an external subset',
    behind('<!DOCTYPE sbslxx SYSTEM "http://127.0.0.1:1/x.dtd">'),
    'body.unsafe',
  ),
  posted(
    'billion laughs',
    behind(`<!DOCTYPE sbslxx [<!ENTITY lol0 "lol">${laughs}]>`, inner.replace('<bjzy>', '<bjzy>&lol9;')),
    'body.unsafe',
  ),
  posted(
    'external entity on a file',
    behind(
      '<!DOCTYPE sbslxx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      inner.replace('<bjzy>', '<bjzy>&x;'),
    ),
    'body.unsafe',
  ),
  posted(
    'parameter entity on the network',
    behind('<!DOCTYPE sbslxx [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]>'),
    'body.unsafe',
  ),
  posted('entity that nobody declared', behind('', inner.replace('<bjzy>', '<bjzy>&lol;')), 'body.xml'),
  posted('processing instruction', behind('<?php system("id") ?>'), 'body.unsafe'),
  posted(
    'more elements than a document may hold',
    behind('', inner.replace('<bjbh>', `${'<a/>'.repeat(200_001)}<bjbh>`)),
    'body.unsafe',
  ),
  posted('deep JSON lists', replaced(housing, `${'['.repeat(100)}${']'.repeat(100)}`), 'body.unsafe'),
  posted(
    'very deep JSON lists',
    replaced(housing, `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
    'body.unsafe',
  ),
  posted('very deep JSON, never closed', replaced(housing, '['.repeat(1_000_000)), 'body.unsafe'),
  posted(
    'deep JSON inside a good message',
    changedText('"summary":', `"extra":${'{"a":'.repeat(70)}1${'}'.repeat(70)},"summary":`),
    'body.unsafe',
  ),
  posted(
    'deep XML',
    behind('', inner.replace('<bjbh>', `${'<a>'.repeat(70)}${'</a>'.repeat(70)}<bjbh>`)),
    'body.unsafe',
  ),
  posted('very deep XML, never closed', behind('', '<sbslxx>'.repeat(100_000)), 'body.unsafe'),
]

export const encodings: readonly Row[] = [
  posted(
    'GBK bytes declared as UTF-8',
    replaced(social, iconv.encode(xml.replace('GBK', 'UTF-8'), 'gbk'), bare),
    'body.encoding',
  ),
  posted('GBK bytes in JSON', replaced(housing, iconv.encode(json, 'gbk')), 'body.encoding'),
  posted(
    'UTF-8 in the header, GBK in the declaration and bytes',
    replaced(social, social.body, 'application/xml; charset=UTF-8'),
    'body.encoding',
  ),
  posted('invalid GBK byte', replaced(social, spliced(social.body, '<bjbh>', [0xff])), 'body.encoding'),
  posted(
    'invalid GB18030 sequence',
    replaced(
      social,
      spliced(iconv.encode(xml.replace('GBK', 'GB18030'), 'gb18030'), '<bjbh>', [0x81, 0x30, 0x20]),
      bare,
    ),
    'body.encoding',
  ),
  posted(
    'lone UTF-8 byte',
    replaced(housing, spliced(housing.body, '"summary":"', [0xe5, 0x8f])),
    'body.encoding',
  ),
  posted(
    'overlong UTF-8',
    replaced(housing, spliced(housing.body, '"summary":"', [0xc0, 0x80])),
    'body.encoding',
  ),
  posted(
    'UTF-8 surrogate',
    replaced(housing, spliced(housing.body, '"summary":"', [0xed, 0xa0, 0x80])),
    'body.encoding',
  ),
  posted('JSON cut inside a character', replaced(housing, cutInside(housing.body)), 'body.encoding'),
  posted(
    'UTF-16 with byte order mark',
    replaced(housing, Buffer.from(`\ufeff${json}`, 'utf16le')),
    'body.encoding',
  ),
  posted('UTF-16 without byte order mark', replaced(housing, Buffer.from(json, 'utf16le')), 'body.encoding'),
  posted('UTF-16 of ASCII only', replaced(housing, Buffer.from('{"a":1}', 'utf16le')), 'body.json'),
  posted(
    'UTF-16 declared',
    replaced(housing, Buffer.from(json, 'utf16le'), 'application/json; charset=utf-16'),
    'body.encoding',
  ),
  posted('XML declared as UTF-16', replaced(social, xml.replace('GBK', 'UTF-16'), bare), 'body.encoding'),
  posted(
    'charset nobody knows',
    replaced(housing, housing.body, 'application/json; charset=big5'),
    'body.encoding',
  ),
  posted('UTF-7', replaced(housing, housing.body, 'application/json; charset=utf-7'), 'body.encoding'),
  posted('gzip bytes', replaced(housing, gzipSync(housing.body)), 'body.encoding'),
]

export const reserved: readonly Row[] = [
  ...['__proto__', 'constructor', 'prototype', '\\u005f_proto__'].flatMap((name) => [
    posted(
      `JSON key ${name} on top`,
      replaced(housing, json.replace('{', `{"${name}":{"admin":true},`)),
      'body.unsafe',
    ),
    posted(
      `JSON key ${name} inside`,
      changedText('"summary":', `"${name}":{"x":1},"summary":`),
      'body.unsafe',
    ),
    posted(
      `JSON key ${name} in a row of a batch`,
      replaced(market, market.body.toString('utf8').replace('"CASE_NO":', `"${name}":{"x":1},"CASE_NO":`)),
      'body.unsafe',
    ),
  ]),
  ...['__proto__', 'constructor', 'prototype', 'toString'].map((name) =>
    posted(
      `XML element ${name}`,
      rewritten(social, (t) => t.replace('<bjbh>', `<${name}>1</${name}><bjbh>`)),
      'body.unsafe',
    ),
  ),
  posted(
    'XML element __proto__ behind a prefix',
    rewritten(social, (t) => t.replace('<bjbh>', '<a:__proto__ xmlns:a="urn:a">1</a:__proto__><bjbh>')),
    'body.unsafe',
  ),
  posted(
    'XML root __proto__',
    replaced(social, '<__proto__><bjbh>1</bjbh></__proto__>', bare),
    'body.unsafe',
  ),
]

export const formats: readonly Row[] = [
  posted('JSON as text/plain', replaced(housing, housing.body, 'text/plain'), 'body.type'),
  posted('JSON as XML', replaced(housing, housing.body, bare), 'body.type'),
  posted('JSON as a form', replaced(housing, housing.body, 'application/x-www-form-urlencoded'), 'body.type'),
  posted('XML as JSON', replaced(social, social.body, 'application/json'), 'body.type'),
  posted('a content type that is none', replaced(housing, housing.body, ';;;'), 'body.type'),
  posted('empty list', changed(market, { rows: [] }), 'body.empty'),
  posted('no list', changed(market, { rows: undefined }), 'body.empty'),
  posted('list that is an object', changed(market, { rows: { a: 1 } }), 'message.invalid', {
    path: 'rows',
    rule: 'type',
  }),
]

function changedText(part: string, by: string) {
  return replaced(housing, json.replace(part, by))
}

/** `body` with bytes put in behind a mark. */
function spliced(body: Buffer, mark: string, bytes: readonly number[]): Buffer {
  const at = body.indexOf(mark) + mark.length
  return Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at)])
}

function cutInside(body: Buffer): Buffer {
  const at = body.findIndex((byte) => byte > 0xe0)
  return body.subarray(0, at + 1)
}
