// The cases stub: the sample with everything that could be somebody's replaced by made-up values. What is kept is what
// is known to be nobody's (dates, flags, small numbers, public codes, words of code fields); all else is replaced.
import { stringify } from 'yaml'
import { checks } from '../checks/table.ts'
import { encodeDocument } from '../format/format.ts'
import { normaliseCode } from '../text.ts'
import type { DraftField } from './draft.ts'
import { dateFormat, epochUnit, shapeOfValues } from './infer.ts'
import { type Said, say } from './leaf.ts'
import type { Ideas } from './names.ts'
import type { Sample } from './sample.ts'
import { kinds } from './words.ts'

/** Made-up values of reference 08: births in 1901–1902, all-zero bodies; they point at nobody. */
const persons = ['510700190101010012', '51070019010101008X', '510722190108080038']
const companies = ['91510700MA00000151', '91510703MA000004XR', '93510722MA0000023H']
const body = '11510700000000000M'
const stems = '甲乙丙丁戊己庚辛壬癸'

/** Heads of fields that hold words or numbers of a code table. */
const coded = new Set([
  'type',
  'method',
  'channel',
  'shape',
  'status',
  'action',
  'result',
  'satisfaction',
  'level',
  'version',
  'times',
  'quantity',
  'days',
  'whether',
  'sex',
  'area',
])

/** Text of `<name>.cases.yaml`. It fails until its `expect` is written. */
export function writeStub(sample: Sample, fields: readonly DraftField[]): string {
  const document = replaceAll(sample.document, fields)
  const head = [
    '# Draft by qiao mapping scaffold: the sample with made-up values. 草稿：样例中的个人数据已替换。',
    '# GAP 待补: write what it should become as `expect:`; without it the case fails.',
  ]
  if (sample.format === 'json')
    return `${head.join('\n')}\n${stringify([{ case: 'as the sample', given: document }], { lineWidth: 0 })}`
  const { content } = encodeDocument(sample.format, document, {
    root: sample.root ?? 'root',
    pretty: true,
    csv:
      sample.delimiter === undefined ? undefined : { delimiter: sample.delimiter, quote: '"', header: true },
  })
  return `${head.join('\n')}\n${stringify([{ case: 'as the sample', text: content.toString('utf8') }], { lineWidth: 0 })}`
}

type Made = { values: Map<string, string>; counts: Map<string, number>; items: readonly string[] }

function replaceAll(document: unknown, fields: readonly DraftField[]): unknown {
  const made: Made = { values: new Map(), counts: new Map(), items: [...itemCodes(fields)] }
  // two records show a list as well as two thousand
  return Array.isArray(document)
    ? document.slice(0, 2).map((each) => replaceObject(each, fields, made, []))
    : replaceObject(document, fields, made, [])
}

/** Implementation codes of the sample; basic codes are their ends. */
function* itemCodes(fields: readonly DraftField[]): Generator<string> {
  for (const field of fields) {
    if (shapeOfValues(field.values) === 'implementation-code') yield* field.values
    if (field.fields !== undefined) yield* itemCodes(field.fields)
  }
}

function replaceObject(
  value: unknown,
  fields: readonly DraftField[],
  made: Made,
  above: readonly Said[],
): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = new Map(fields.map((field) => [field.name.toLowerCase(), field]))
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const field = known.get(name.toLowerCase())
    // a name no field has may itself be data
    return field === undefined
      ? []
      : [[name, replaceMember(member, field, made, [...above, say(field.name, field.zh)])]]
  })
  return Object.fromEntries(members)
}

function replaceMember(value: unknown, field: DraftField, made: Made, chain: readonly Said[]): unknown {
  if (field.type.kind === 'any') return {}
  if (Array.isArray(value)) return value.slice(0, 2).map((each) => replaceMember(each, field, made, chain))
  if (typeof value === 'object' && value !== null)
    return replaceObject(value, field.fields ?? [], made, chain)
  if (typeof value === 'boolean' || value === null || value === '') return value
  if (typeof value === 'number') return isHarmless(value) && field.personal === undefined ? value : 1
  if (typeof value !== 'string') return value
  const text = made.values.get(value) ?? replaceText(value, field, made, chain)
  made.values.set(value, text)
  return text
}

/** Small numbers and moments. */
const isHarmless = (value: number): boolean =>
  Math.abs(value) < 1e6 || epochUnit([String(value)]) !== undefined

function next(made: Made, kind: string): number {
  const count = made.counts.get(kind) ?? 0
  made.counts.set(kind, count + 1)
  return count
}

function pick(list: readonly string[], made: Made, kind: string): string {
  return list[next(made, kind) % list.length] ?? ''
}

function replaceText(value: string, field: DraftField, made: Made, chain: readonly Said[]): string {
  const said = chain.at(-1)
  const ideas: Ideas = said === undefined ? [] : said.label.length > 0 ? said.label : (said.readings[0] ?? [])
  const shape = shapeOfValues(new Set([value]))
  if (shape === 'citizen-id' || (field.personal === 'id' && shape !== 'credit-code'))
    return pick(persons, made, 'id')
  if (shape === 'credit-code')
    return normaliseCode(value).startsWith('11') ? body : pick(companies, made, 'company')
  if (shape === 'mobile' || field.personal === 'mobile')
    return `1990000${String(next(made, 'mobile') + 1).padStart(4, '0')}`
  if (shape === 'case-number') return `510703-20260601-${String(next(made, 'case') + 1).padStart(6, '0')}`
  if (field.personal === 'name') return madeName(value, made)
  if (field.personal === 'address') return `四川省绵阳市样例路${next(made, 'address') + 1}号`
  if (shape === 'implementation-code' || shape === 'sichuan-item-code' || shape === 'licence-type-code')
    return value
  if (dateFormat([value]) !== undefined && !ideas.includes('birth')) return value
  if (/^\d{1,6}$/.test(value) || (checks.get('area-code')?.test(value) === true && ideas.includes('area')))
    return value
  if (value.length === 12 && made.items.some((code) => code.endsWith(value))) return value
  if (isCodeWord(value, ideas)) return value
  if (ideas.some((idea) => kinds.get(idea) === 'role') || ideas.at(-1) === 'name')
    return madeName(value, made)
  return /\p{Script=Han}/u.test(value) ? `示例${field.zh === '' ? field.name : field.zh}` : mask(value)
}

function isCodeWord(value: string, ideas: Ideas): boolean {
  const head = ideas.findLast((idea) => kinds.get(idea) === 'head') ?? ideas.at(-1) ?? ''
  const named = ideas.includes('whether') || coded.has(head)
  return named && value.length <= 16 && !/\d{7}/.test(value)
}

function madeName(value: string, made: Made): string {
  const n = next(made, 'name')
  const stem = `${stems[n % 10] ?? ''}${n < 10 ? '' : Math.floor(n / 10)}`
  return /公司|厂|店|合作社|中心|局|院|所|部|会|委/.test(value) && value.length > 4
    ? `绵阳样例${stem}单位`
    : `样例${stem}`
}

/** The shape of a text without its content. */
function mask(value: string): string {
  return value
    .replace(/\d/g, '1')
    .replace(/[a-z]/g, 'a')
    .replace(/[A-Z]/g, 'A')
    .replace(/[^\x20-\x7e]/g, '-')
}
