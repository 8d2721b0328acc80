// From the field table to the layout that writers follow: tags, CDATA, order and namespaces of XML, columns of CSV.
import type { Path } from '../../yaml.ts'
import type { ElementLayout, Layout } from '../format/layout.ts'
import { isXmlName } from '../format/markup.ts'
import { Refusal, type Report } from '../problems.ts'
import { elementOf, type Field } from './field.ts'

/** XML options of a document; `root` undefined: it is never written as XML. */
export type LayoutOptions = {
  root?: string | undefined
  namespace?: string | undefined
  namespaces?: Readonly<Record<string, string>> | undefined
  prefix?: string | undefined
  declaration?: boolean | undefined
}

/** Compiles the layout of documents of these fields; names and prefixes XML does not know are reported. */
export function compileLayout(
  fields: readonly Field[],
  options: LayoutOptions,
  report: Report,
  at: Path,
): Layout {
  const { root, namespace, prefix, declaration = true } = options
  const namespaces = options.namespaces ?? (namespace === undefined ? {} : { '': namespace })
  for (const name of Object.keys(namespaces)) {
    if (name === '' || (isXmlName(name) && !name.includes(':') && !/^xml/i.test(name))) continue
    report([...at, 'namespaces', name], `"${name}" is no prefix`, `“${name}”不是有效的前缀`)
  }
  const known = new Set(Object.keys(namespaces))
  const { rows, columns } = tableOf(fields)
  if (root === undefined) return { root, namespaces: '', declaration, columns, rows }
  if (prefix !== undefined) checkPrefix(prefix, known, report, [...at, 'prefix'])
  return {
    root: {
      tag: qualified(prefix, root),
      cdata: false,
      members: membersOf(fields, known, report, [...at, 'fields']),
    },
    namespaces: Object.entries(namespaces)
      .map(([name, uri]) => ` xmlns${name === '' ? '' : `:${name}`}="${escapeUri(uri)}"`)
      .join(''),
    declaration,
    columns,
    rows,
  }
}

/** A schema of nothing but one list of objects is a table of its elements; any other is one row. */
function tableOf(fields: readonly Field[]): Pick<Layout, 'rows' | 'columns'> {
  const [only, ...rest] = fields
  const isTable = rest.length === 0 && only?.type.kind === 'list' && only.holds === undefined
  const inner = isTable ? only.fields : undefined
  return { rows: inner && only?.name, columns: (inner ?? fields).map(({ name }) => name) }
}

/** Refuses columns that hold structure: CSV has no place for it. */
export function checkColumns(fields: readonly Field[], at: Path): void {
  for (const field of fields) {
    const isFlat = field.holds !== undefined || !['object', 'list'].includes(field.type.kind)
    if (isFlat) continue
    throw new Refusal(
      at,
      `"${field.name}" is no text or number; CSV cannot hold it`,
      `“${field.name}”不是文本或数值，无法写入 CSV`,
    )
  }
}

function membersOf(
  fields: readonly Field[],
  known: ReadonlySet<string>,
  report: Report,
  at: Path,
): ReadonlyMap<string, ElementLayout> {
  return new Map(fields.map((field, i) => [field.name, elementLayout(field, known, report, [...at, i])]))
}

function elementLayout(field: Field, known: ReadonlySet<string>, report: Report, at: Path): ElementLayout {
  const name = field.name.startsWith('@') ? field.name.slice(1) : field.name
  if (!isXmlName(name) && name !== '#text') {
    report([...at, 'name'], `"${field.name}" is no XML name`, `“${field.name}”不是有效的 XML 名称`)
  }
  if (field.prefix !== undefined) checkPrefix(field.prefix, known, report, [...at, 'prefix'])
  const { fields } = field.type.kind === 'list' ? elementOf(field) : field
  const inside = field.holds === undefined && fields !== undefined
  return {
    tag: qualified(field.prefix, name),
    cdata: field.cdata === true,
    members: inside ? membersOf(fields, known, report, [...at, 'fields']) : undefined,
  }
}

function qualified(prefix: string | undefined, name: string): string {
  return prefix === undefined ? name : `${prefix}:${name}`
}

function checkPrefix(prefix: string, known: ReadonlySet<string>, report: Report, at: Path): void {
  if (known.has(prefix)) return
  report(at, `prefix "${prefix}" is not in namespaces`, `前缀“${prefix}”未在 namespaces 中声明`)
}

function escapeUri(uri: string): string {
  return uri.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
