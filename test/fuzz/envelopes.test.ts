// Documents inside text fields of other documents, every format in every format: what a mapping sends, another takes in.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { encodeDocument, type Format } from '../../core/mapping/format/format.ts'
import type { CanonicalRecord } from '../../core/mapping/intake.ts'
import type { Outbound } from '../../core/mapping/outbound.ts'
import { context, load } from '../mapping/small.ts'
import { xmlTexts } from './documents.ts'
import { fuzz } from './watch.ts'

const formats: readonly Format[] = ['json', 'xml', 'form', 'csv']

const row = '{ name: a, type: s200 }, { name: b, type: s200 }'
const inside = `{ name: note, type: s200 }, { name: rows, type: list, fields: [${row}] }`
const canonical = `
title: c
key: no
deduplication: [no]
fields: [{ name: no, type: s200, req: Y }, ${inside}]`

/** What each format can hold, and how it is filled and read. */
const held: Readonly<Record<Format, { fields: string; out: string; back: string }>> = {
  json: {
    fields: inside,
    out: 'data.note: note, data.rows: { each: rows, fields: { a: a, b: b } }',
    back: 'note: data.note, rows: { each: data.rows, fields: { a: a, b: b } }',
  },
  xml: {
    fields: inside,
    out: 'data.note: note, data.rows: { each: rows, fields: { a: a, b: b } }',
    back: 'note: data.note, rows: { each: data.rows, fields: { a: a, b: b } }',
  },
  form: { fields: '{ name: note, type: s200 }', out: 'data.note: note', back: 'note: data.note' },
  csv: {
    fields: row,
    out: 'data: { each: rows, fields: { a: a, b: b } }',
    back: 'rows: { each: data, fields: { a: a, b: b } }',
  },
}

/** A library whose mapping d/out writes an envelope, and d/back reads it. */
function libraryOf(outer: Format, inner: Format, encoding: string, charset: string) {
  const { fields, out, back } = held[inner]
  const root = inner === 'xml' ? ', root: Inside' : ''
  return load({
    'canonical/c.yaml': canonical,
    'schemas/d/s.yaml': `
title: s
root: Envelope
fields:
  - { name: id, type: s200, req: Y }
  - { name: data, type: document, holds: { format: ${inner}, encoding: ${encoding}, charset: ${charset}${root} }, fields: [${fields}] }`,
    'd/out.yaml': `
from: c
to: d/s
format: ${outer}
charset: ${charset}
fields: { id: no, ${out} }`,
    'd/back.yaml': `
from: d/s
to: c
format: ${outer}
charset: ${charset}
${outer === 'csv' ? 'split: "$"' : ''}
fields: { no: id, ${back} }`,
  })
}

const inkTexts = xmlTexts.filter((text) => text.trim() !== '')
const values = fc.record(
  {
    no: inkTexts,
    note: inkTexts,
    rows: fc.array(fc.record({ a: inkTexts, b: inkTexts }), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['no', 'note', 'rows'] },
)

/** The bytes of a value; undefined when the charset lacks a character and the format has no escape for it. */
function send(outbound: Outbound, value: Record<string, unknown>) {
  try {
    const { format, charset, root, layout, csv } = outbound
    const result = outbound.apply(value, context) as Record<string, unknown>
    return encodeDocument(format, result, { charset, root, layout, csv })
  } catch (error) {
    const lacks =
      error instanceof QiaoError && (error.code === 'body.encoding' || error.issues[0]?.rule === 'document')
    if (lacks && outbound.charset === 'gbk') return undefined
    throw error
  }
}

describe.each(formats)('in %s', (outer) => {
  it.each(formats)('%s', (inner) => {
    for (const encoding of ['text', 'base64']) {
      for (const charset of ['utf-8', 'gbk']) {
        const library = libraryOf(outer, inner, encoding, charset)
        const [out, back] = [library.outbound('d/out'), library.intake('d/back')]
        if (out === undefined || back === undefined) throw new Error('a mapping is missing')
        fuzz(60, values, (value) => {
          const sent = send(out, value)
          if (sent === undefined) return
          const [record] = back.accept(sent.content, sent.contentType, context) as CanonicalRecord[]
          const { note, rows, no } = value
          const kept = { json: { note, rows }, xml: { note, rows }, form: { note }, csv: { rows } }[inner]
          expect(record?.value).toEqual({ no, ...kept })
          expect(send(out, record?.value ?? {})?.content.equals(sent.content)).toBe(true)
        })
      }
    }
  })
})
