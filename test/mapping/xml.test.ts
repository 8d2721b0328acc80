// XML: reading safely, writing exactly.
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { writeElement } from '../../core/mapping/format/markup.ts'
import { parseXml } from '../../core/mapping/format/xml.ts'

function faultOf(text: string): string {
  try {
    parseXml(text)
  } catch (error) {
    if (error instanceof QiaoError) return `${error.code} ${error.detail}`
    throw error
  }
  return 'none'
}

describe('reading', () => {
  it('gives text, attributes, lists, CDATA and local names', () => {
    const text = `<?xml version="1.0"?><!-- c --><n:R xmlns:n="u" xmlns:xsi="x" id="7">
      <a>1 &lt; 2 &#20013;</a><b/><c><![CDATA[<x>&amp;]]></c><n:d t="2">v</n:d>
      <e>1</e><e><f>2</f></e><g xsi:nil="true"/></n:R>`
    expect(parseXml(text)).toEqual({
      root: 'R',
      value: {
        '@id': '7',
        a: '1 < 2 中',
        b: '',
        c: '<x>&amp;',
        d: { '@t': '2', '#text': 'v' },
        e: ['1', { f: '2' }],
        g: '',
      },
    })
  })
  it.each([
    ['<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', 'body.unsafe'],
    ['<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', 'body.unsafe'],
    ['<?xml-stylesheet href="x"?><r/>', 'body.unsafe'],
    ['<r><?php x?></r>', 'body.unsafe'],
    ['<r><__proto__>1</__proto__></r>', 'body.unsafe'],
    ['<r><x:constructor xmlns:x="u"/></r>', 'body.unsafe'],
    ['<r><toString/></r>', 'body.unsafe'],
    [`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 'body.unsafe'],
    [`<r>${'<a/>'.repeat(200_001)}</r>`, 'body.unsafe'],
    ['<r>&a;</r>', 'body.xml'],
    ['<?xml version="1.1"?><r>&#1;</r>', 'body.xml'],
    ['<r><a></r>', 'body.xml'],
    ['<r/><r/>', 'body.xml'],
    ['', 'body.xml'],
    ['plain', 'body.xml'],
    ['<r a="1" a="2"/>', 'body.xml'],
  ])('refuses %.40s', (text, code) => {
    expect(faultOf(text).split(' ')[0]).toBe(code)
  })
  it('names the place and nothing of the content', () => {
    expect(faultOf('<r>\n<secret>1</other></r>')).toMatch(/^body\.xml line 2, column \d+$/)
  })
})

describe('writing', () => {
  it('escapes, keeps order, repeats lists, leaves undefined out', () => {
    const value = {
      b: 'x & <y> "z"',
      a: ['1', { '@k': 'q"', '#text': 't' }],
      c: undefined,
      d: { e: 1, f: true },
      g: '',
    }
    expect(writeElement('r', value)).toBe(
      '<r><b>x &amp; &lt;y&gt; &quot;z&quot;</b><a>1</a><a k="q&quot;">t</a><d><e>1</e><f>true</f></d><g></g></r>',
    )
  })
  it('puts one element on a line when pretty', () => {
    expect(writeElement('r', { a: '1', b: { c: '2' } }, { pretty: true })).toBe(
      '<r>\n  <a>1</a>\n  <b>\n    <c>2</c>\n  </b>\n</r>\n',
    )
  })
  it.each(['\u0000', 'a\u001fb', '\ud800', '\uffff'])('refuses the character %j', (text) => {
    expect(() => writeElement('r', { a: text })).toThrow('message.invalid')
  })
  it('refuses names that are none', () => {
    expect(() => writeElement('r', { 'a b': 1 })).toThrow('no XML name')
  })
  it('reads back what it wrote', () => {
    const value = { a: 'é 中 𬭎 &amp; \r\n\t<', list: ['1', '2'], o: { '@x': '1', y: ']]>' } }
    expect(parseXml(writeElement('r', value))).toEqual({ root: 'r', value })
  })
})
