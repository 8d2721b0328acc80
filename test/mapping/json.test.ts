// Safe JSON: the same values as the native parser, and the place of a fault instead of the body.
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { parseJson } from '../../core/mapping/format/json.ts'

function faultOf(text: string): string {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof QiaoError) return `${error.code} ${error.detail}`
    throw error
  }
  return 'none'
}

describe('JSON', () => {
  it('parses what the native parser parses', () => {
    const text = '{"a":[1,-2.5e3,null,true],"中":"\\u4e2d\\n","":{}}'
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })
  it.each([
    ['', 'body.json line 1, column 1'],
    ['{"a":1,}', 'body.json line 1, column 8'],
    ['{"a":1\n "b":2}', 'body.json line 2, column 2'],
    ['[1,2', 'body.json line 1, column 5'],
    ['{"a":tru}', 'body.json line 1, column 6'],
    ["{'a':1}", 'body.json line 1, column 2'],
    ['1 2', 'body.json line 1, column 3'],
    ['{"a"}', 'body.json line 1, column 5'],
    ['[1}', 'body.json line 1, column 3'],
    ['{"a":"x\ny"}', 'body.json line 1, column 6'],
    ['{"a":01}', 'body.json line 1, column 7'],
    ['{"__proto__":{}}', 'body.unsafe line 1, column 2'],
    ['{"a":[{"constructor":1}]}', 'body.unsafe line 1, column 8'],
    ['{"\\u005f_proto__":1}', 'body.unsafe line 1, column 2'],
    ['{"prototype":null}', 'body.unsafe line 1, column 2'],
  ])('%j: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })
  it('bounds the depth', () => {
    expect(faultOf(`${'['.repeat(64)}${']'.repeat(64)}`)).toBe('none')
    expect(faultOf(`${'['.repeat(65)}${']'.repeat(65)}`)).toBe('body.unsafe line 1, column 65')
    expect(faultOf('{"a":'.repeat(200_000))).toMatch(/^body\.(unsafe|json) /)
  })
  it('accepts the reserved words as values', () => {
    expect(parseJson('{"a":"__proto__"}')).toEqual({ a: '__proto__' })
  })
  it('finds a place for every damage of a good text', () => {
    const good = '{"a":[1,{"b":"x\\n"},null],"c":-1.5e2}'
    for (let i = 0; i < good.length; i++) {
      const damaged = good.slice(0, i) + good.slice(i + 1)
      let isNative = true
      try {
        JSON.parse(damaged)
      } catch {
        isNative = false
      }
      if (isNative) expect(parseJson(damaged)).toEqual(JSON.parse(damaged))
      else expect(faultOf(damaged)).toMatch(/^body\.json line 1, column \d+$/)
    }
  })
})
