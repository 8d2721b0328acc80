// Opens the documents that stand as text in fields when a message comes, and writes them as text when one is sent, so
// that mappings walk into them as into objects. Schemas that hold none have neither function and pay nothing.
import { QiaoError } from '../../errors.ts'
import type { Path } from '../../yaml.ts'
import { encodeDocument, parseDocument, parseText, type ReadOptions, writeText } from '../format/format.ts'
import type { Layout } from '../format/layout.ts'
import { attempt, type Report } from '../problems.ts'
import { fail, INVALID, isAbsent, prefixIssues, type Run } from '../run.ts'
import { countCharacters } from '../text.ts'
import { failType } from './faults.ts'
import type { Field } from './field.ts'
import type { Holds } from './holds.ts'
import { checkColumns, compileLayout } from './layout.ts'

/** Works on the value of a document or of one of its fields; issues are noted in the run with paths below it. */
export type Conversion = (value: unknown, run: Run) => unknown

/** Parses held documents in place. Undefined when the fields hold none. */
export function compileOpen(fields: readonly Field[]): Conversion | undefined {
  return compileMembers(
    fields,
    (field) => {
      const inner = field.fields && compileOpen(field.fields)
      return field.holds === undefined ? inner : openField(field, field.holds, inner)
    },
    (object) => object,
  )
}

/** Writes held documents as text, in a copy: what a mapping built may be shared. Undefined when the fields hold none. */
export function compileFold(fields: readonly Field[], report: Report, at: Path): Conversion | undefined {
  return compileMembers(
    fields,
    (field, i) => {
      const inner = field.fields && compileFold(field.fields, report, [...at, i, 'fields'])
      if (field.holds === undefined) return inner
      return foldField(field, field.holds, inner, layoutOf(field, field.holds, report, [...at, i]))
    },
    (object) => ({ ...object }),
  )
}

type Members = Record<string, unknown>

/** Applies conversions to the members of an object, or of each object of a list; `own` gives the object to change. */
function compileMembers(
  fields: readonly Field[],
  convert: (field: Field, index: number) => Conversion | undefined,
  own: (object: Members) => Members,
): Conversion | undefined {
  const members = fields.flatMap((field, i) => {
    const conversion = convert(field, i)
    return conversion === undefined ? [] : [{ name: field.name, conversion }]
  })
  if (members.length === 0) return undefined
  const one = (value: unknown, run: Run): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const object = own(value as Members)
    for (const { name, conversion } of members) {
      const found = object[name]
      if (isAbsent(found)) continue
      const mark = run.issues.length
      object[name] = conversion(found, run)
      if (run.issues.length > mark) prefixIssues(run, mark, name)
    }
    return object
  }
  return (value, run) => {
    if (!Array.isArray(value)) return one(value, run)
    return value.map((element, i) => {
      const mark = run.issues.length
      const result = one(element, run)
      if (run.issues.length > mark) prefixIssues(run, mark, `[${i}]`)
      return result
    })
  }
}

function openField(field: Field, holds: Holds, inner: Conversion | undefined): Conversion {
  const options: ReadOptions = {
    namespace: holds.namespace,
    csv: holds.csv,
    columns: field.fields?.map(({ name }) => name),
  }
  const gather =
    holds.format === 'xml' && field.fields !== undefined ? compileGather(field.fields) : undefined
  return (value, run) => {
    const text = heldText(value)
    if (text === undefined) return failType(run, field, '应为文本', 'must be text')
    if (text.trim() === '') return undefined
    const found = readHeld(text, field, holds, options, run)
    if (found === INVALID || isAbsent(found)) return found
    if (Array.isArray(found) !== (field.type.kind === 'list') || typeof found !== 'object') {
      return field.type.kind === 'list'
        ? failType(run, field, '中应为列表', 'must hold a list')
        : failType(run, field, '中应为对象', 'must hold an object')
    }
    gather?.(found)
    return inner === undefined ? found : inner(found, run)
  }
}

/** The text of a value; of an XML element with attributes, the text beside them. */
function heldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  const text = typeof value === 'object' && value !== null ? (value as Members)['#text'] : undefined
  return typeof text === 'string' ? text : undefined
}

function readHeld(text: string, field: Field, holds: Holds, options: ReadOptions, run: Run): unknown {
  const { format, charset } = holds
  try {
    const bytes = holds.encoding === 'base64' ? readBase64(text) : undefined
    if (bytes === null) return failType(run, field, '不是有效的 Base64', 'is not Base64', 'document')
    const { root, value } =
      bytes === undefined
        ? parseText(format, format === 'csv' ? text : text.trim(), charset, options)
        : parseDocument(format, bytes, undefined, charset, options)
    if (holds.root === undefined || root === holds.root) return value
    return failType(
      run,
      field,
      `的根元素应为 ${holds.root}`,
      `must have the root element ${holds.root}`,
      'document',
    )
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    if (error.issues.length > 0) return failInside(error, run)
    const place = error.detail === undefined ? '' : ` (${error.detail})`
    const kind = format.toUpperCase()
    return failType(
      run,
      field,
      `中不是可接受的 ${kind} 文本${place}`,
      `does not hold acceptable ${kind}${place}`,
      'document',
    )
  }
}

/** Bytes of Base64 text, line breaks allowed; null when it is none. */
function readBase64(text: string): Buffer | null {
  const bare = text.replace(/\s+/g, '')
  return /^[A-Za-z0-9+/]+={0,2}$/.test(bare) && bare.replace(/=+$/, '').length % 4 !== 1
    ? Buffer.from(bare, 'base64')
    : null
}

/** Changes a value read from XML: an element that came once is a list of one where the fields say list. */
export function compileGather(fields: readonly Field[]): ((value: unknown) => void) | undefined {
  const members = fields.flatMap((field) => {
    const isList = field.type.kind === 'list'
    const inner = field.fields && compileGather(field.fields)
    if (field.holds !== undefined || (!isList && inner === undefined)) return []
    return [{ name: field.name, isList, inner }]
  })
  if (members.length === 0) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return
    const object = value as Members
    for (const { name, isList, inner } of members) {
      if (isAbsent(object[name])) continue
      if (isList && !Array.isArray(object[name])) object[name] = [object[name]]
      const found = object[name]
      if (inner !== undefined) for (const each of Array.isArray(found) ? found : [found]) inner(each)
    }
  }
}

function layoutOf(field: Field, holds: Holds, report: Report, at: Path): Layout {
  const fields = field.fields ?? []
  // places of the fields are those of the row, places of options those of holds
  const place: Report = Object.assign(
    (path: Path, en: string, zh: string) =>
      report(path[0] === 'fields' ? [...at, ...path] : [...at, 'holds', ...path], en, zh),
    { placeOf: report.placeOf },
  )
  if (holds.format === 'csv') attempt(report, undefined, () => checkColumns(fields, [...at, 'fields']))
  const layout = compileLayout(fields, holds, place, [])
  return holds.format === 'csv'
    ? { ...layout, rows: undefined, columns: fields.map(({ name }) => name) }
    : layout
}

function foldField(field: Field, holds: Holds, inner: Conversion | undefined, layout: Layout): Conversion {
  const { format, charset, root, csv, max = Number.POSITIVE_INFINITY } = holds
  const options = { charset, root, csv, layout }
  return (value, run) => {
    const mark = run.issues.length
    const whole = inner === undefined ? value : inner(value, run)
    if (run.issues.length > mark) return INVALID
    try {
      const text =
        holds.encoding === 'base64'
          ? encodeDocument(format, whole, options).content.toString('base64')
          : writeText(format, whole, options)
      if (text.length <= max || countCharacters(text) <= max) return text
      return failType(run, field, `长度不得超过 ${max} 个字符`, `must not exceed ${max} characters`, 'length')
    } catch (error) {
      if (!(error instanceof QiaoError)) throw error
      if (error.issues.length > 0) return failInside(error, run)
      return failType(
        run,
        field,
        `无法写为 ${format.toUpperCase()}`,
        `cannot be written as ${format.toUpperCase()}`,
        'document',
      )
    }
  }
}

function failInside(error: QiaoError, run: Run): typeof INVALID {
  for (const { path, rule, zh, en } of error.issues) fail(run, path, rule, zh, en)
  return INVALID
}
