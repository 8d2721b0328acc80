// Documents of a field table: good examples, each varied in one field at a time, so that every length, code, date and
// number the table promises comes by.
import { checks } from '../../core/mapping/checks/table.ts'
import { compileDateConversion } from '../../core/mapping/dates.ts'
import { isInForce } from '../../core/mapping/schema/codes.ts'
import type { Field } from '../../core/mapping/schema/field.ts'

/** Values worth trying at a path, beside those its field promises. */
export type Hints = ReadonlyMap<string, readonly unknown[]>

type Patch = readonly { path: string; value: unknown }[]

const credit = complete('91510700MA6250000', 'credit-code')
const basic = '510118001000'
const sample = '测'

/** Puts the right check character behind a body. */
function complete(body: string, check: string): string {
  const test = checks.get(check)?.test
  for (const last of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') if (test?.(body + last)) return body + last
  return body
}

/** Valid numbers of each validator, short and long. */
const valid: Readonly<Record<string, readonly string[]>> = {
  'citizen-id': [complete('51070319900307001', 'citizen-id'), complete('11010520010229100', 'citizen-id')],
  'credit-code': [credit],
  'organisation-code': [
    complete('MA625000', 'organisation-code'),
    complete('MA625000-', 'organisation-code'),
  ],
  'implementation-code': [`${credit}2${basic}`, `${credit}7000118001000`],
  'sichuan-item-code': [
    `511A12345678-${basic}-000-${credit}-1-00`,
    `511A1234567890-${basic}-000-${credit}-null-00`,
  ],
  'licence-identifier': [
    complete(`1.2.156.3005.2.${credit}001.510700.1.001.`, 'licence-identifier'),
    complete(`1.2.156.3005.2.${credit}001.${credit}.${'A'.repeat(32)}.001.`, 'licence-identifier'),
  ],
  'licence-type-code': [`${credit}001`, `${credit}999`],
  mobile: ['13900000000', '19999999999'],
  postcode: ['621000'],
  'area-code': ['510703', '510703001', '510703000000'],
  'case-number': ['510703-20260601-000001', '510700-20240229-999999'],
}

/** Texts that common patterns ask for. */
const patterned = [
  '1',
  '3',
  '123',
  '001',
  '510700000000',
  '51070000000000',
  '0'.repeat(32),
  'a'.repeat(32),
  `${'A'.repeat(43)}=`,
  'I',
  'i',
  'U',
  '2026030100001',
  'SM3',
  '310',
  '5107001234567',
  '9'.repeat(19),
  '甲,乙',
  `${credit}1`,
  `${credit}1${'A'.repeat(700)}`,
]

/** Values a field promises: full length, each code, boundary numbers and dates. */
export function alternatives(field: Field): unknown[] {
  const { type, codes, check, min } = field
  if (codes !== undefined) {
    const inForce = [...codes.codes].filter(([, code]) => isInForce(code, '2026-03-02')).map(([code]) => code)
    return inForce.slice(0, 40)
  }
  if (check !== undefined) return [...(valid[check.name] ?? [])]
  switch (type.kind) {
    case 'text':
      return texts(type.max, field.pattern)
    case 'int':
      return [min ?? -1, 0, 1, 2, 5, 123456, 9007199254740991]
    case 'decimal':
      return [
        0,
        1,
        Number(`${'9'.repeat(Math.min(type.digits - type.scale, 14)) || '0'}`),
        Number(`0.${'0'.repeat(Math.max(type.scale - 1, 0))}1`),
        10 ** -type.scale,
      ]
    case 'bool':
      return [true, false]
    case 'date':
    case 'datetime':
      return ['2024-02-29 23:59:59', '1990-12-31 00:00:00', '2026-03-01 09:30:00'].map((text) =>
        write(text, type.format),
      )
    case 'object':
      return field.fields === undefined ? [{ a: 1 }] : []
    case 'list':
      return lists(field)
    default:
      return ['x', 1]
  }
}

function write(text: string, format: string): unknown {
  return compileDateConversion('yyyy-MM-dd HH:mm:ss', format)(text)
}

function texts(max: number, pattern: RegExp | undefined): string[] {
  const list = [
    sample,
    sample.repeat(Math.min(max, 70000)),
    'Aa'.repeat(Math.min(max, 70000)).slice(0, max),
    '1'.repeat(Math.min(max, 50)),
  ]
  if (pattern === undefined) return list
  return [...list, ...patterned, 'abc'].filter((text) => text.length <= max && pattern.test(text))
}

function lists(field: Field): unknown[] {
  if (field.item === undefined) return [[]]
  const items = alternatives(field.item)
  return [[], items.slice(0, 1), items.slice(0, 3), ...items.map((item) => [item])]
}

/** Every field below a table with its path; inside lists `list[*].name`. */
export function* leaves(fields: readonly Field[], prefix: string): Generator<{ path: string; field: Field }> {
  for (const field of fields) {
    const path = prefix + field.name
    yield { path, field }
    if (field.fields !== undefined)
      yield* leaves(field.fields, `${path}${field.type.kind === 'list' ? '[*]' : ''}.`)
  }
}

/** Good documents and their variations; `only` at these paths. */
export function samples(
  fields: readonly Field[],
  bases: readonly unknown[],
  hints: Hints,
  only?: readonly string[],
): unknown[] {
  const documents: unknown[] = [...bases]
  for (const { path, field } of leaves(fields, '')) {
    if (only !== undefined && !only.includes(path)) continue
    const values = [undefined, ...alternatives(field), ...(hints.get(path) ?? [])]
    const holders = bases.filter((base) => holderOf(base, path) !== undefined)
    const chosen = (holders.length > 0 ? holders : bases).slice(0, 3)
    for (const value of values) for (const base of chosen) documents.push(patch(base, [{ path, value }]))
    for (const base of chosen) for (const long of certificate(field, path)) documents.push(patch(base, long))
  }
  return documents
}

/** A number of full length needs a type whose numbers nobody checks. */
function certificate(field: Field, path: string): Patch[] {
  const of = field.check?.of
  if (of === undefined || field.type.kind !== 'text') return []
  const long = 'P'.repeat(field.type.max)
  return ['414', '099'].map((type) => [
    { path, value: long },
    { path: of, value: type },
  ])
}

/** The value at a path; in lists that of the first element. */
export function valueIn(document: unknown, path: string): unknown {
  return holderOf(document, path)?.[path.split('.').at(-1)?.replace('[*]', '') ?? '']
}

type Tree = Record<string, unknown>
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

function holderOf(document: unknown, path: string): Tree | undefined {
  let at: unknown = document
  for (const step of path.split('.').slice(0, -1)) {
    const name = step.replace('[*]', '')
    at = isTree(at) ? at[name] : undefined
    if (step.endsWith('[*]') && Array.isArray(at)) at = at[0]
  }
  return isTree(at) && !Array.isArray(at) ? at : undefined
}

/** A copy with other values at some paths; in lists the first element is changed. */
function patch(base: unknown, changes: Patch): unknown {
  const copy = structuredClone(base)
  for (const { path, value } of changes) {
    const holder = holderOf(copy, path)
    const name = path.split('.').at(-1)?.replace('[*]', '') ?? ''
    if (holder === undefined) continue
    if (value === undefined) delete holder[name]
    else holder[name] = value
  }
  return copy
}
