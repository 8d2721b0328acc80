// All files of the mappings folder as the generators see them: pages, field tables by name, and the targets of each
// mapping with the sources they read. Read from the YAML alone, so that a fault of the checker cannot hide here.
import type { Files } from '../../core/flow/bundle.ts'
import type { Path } from '../../core/yaml.ts'
import { openPage, type Page } from './page.ts'
import { type Use, usesOf } from './uses.ts'

/** One row of a field table, as it is written. */
export type RowData = {
  name: string
  type: string
  of?: string
  req?: string
  format?: string
  codes?: string
  check?: unknown
  min?: number
  pattern?: string
  personal?: string
  fields?: RowData[]
}

/** A row and where it stands. */
export type Row = { page: Page; at: Path; data: RowData }

/** A field table: a schema of a system, or a canonical type. */
export type Table = { name: string; page: Page; rows: readonly RowData[] }

/** One leaf target of a mapping. */
export type Entry = {
  mapping: Mapping
  /** `applicant.name`; members of list elements as `inspectors[*].name` */
  target: string
  /** place of the expression */
  at: Path
  expression: unknown
  field: Row | undefined
  uses: readonly SourceUse[]
}

/** A source path an expression reads, with the row it leads to. */
export type SourceUse = Use & { row: Row | undefined }

export type Mapping = {
  name: string
  page: Page
  from: readonly Table[]
  to: Table
  isIntake: boolean
  entries: readonly Entry[]
}

export type Book = {
  pages: ReadonlyMap<string, Page>
  /** by name: `housing/acceptance` */
  schemas: ReadonlyMap<string, Table>
  /** by name: `case.accepted` */
  types: ReadonlyMap<string, Table>
  codes: ReadonlyMap<string, Page>
  mappings: readonly Mapping[]
  /** pages of a folder */
  folder(name: string): Page[]
}

const inFolder = (pages: ReadonlyMap<string, Page>, folder: string): Page[] =>
  [...pages.values()].filter(({ file }) => file.startsWith(`${folder}/`))

const nameOf = (page: Page): string =>
  page.file.replace(/^(schemas|canonical|codes|systems|flows|signing)\//, '').replace(/\.yaml$/, '')

/** Opens all files; cases are left out. */
export function openBook(files: Files): Book {
  const pages = new Map(
    Object.entries(files)
      .filter(([file]) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'))
      .map(([file, text]) => [file, openPage(file, text)]),
  )
  const tables = (folder: string): Map<string, Table> =>
    new Map(
      inFolder(pages, folder).map((page) => {
        const rows = (page.data as { fields?: RowData[] }).fields ?? []
        return [nameOf(page), { name: nameOf(page), page, rows }]
      }),
    )
  const schemas = tables('schemas')
  const types = tables('canonical')
  const codes = new Map(inFolder(pages, 'codes').map((page) => [nameOf(page), page]))
  const known = ['schemas', 'canonical', 'codes', 'systems', 'flows', 'signing']
  const mappings = [...pages.values()]
    .filter(({ file }) => !known.includes(file.split('/')[0] ?? ''))
    .flatMap((page) => openMapping(page, schemas, types) ?? [])
  return { pages, schemas, types, codes, mappings, folder: (name) => inFolder(pages, name) }
}

/** The name a page's thing is called by elsewhere. */
export { nameOf }

function openMapping(
  page: Page,
  schemas: ReadonlyMap<string, Table>,
  types: ReadonlyMap<string, Table>,
): Mapping | undefined {
  const data = page.data as {
    from: string | string[]
    to: string
    split?: string
    fields: Record<string, unknown>
  }
  const isIntake = types.has(data.to)
  const to = types.get(data.to) ?? schemas.get(data.to)
  const names = typeof data.from === 'string' ? [data.from] : data.from
  const from = names.flatMap((name) => (isIntake ? schemas : types).get(name) ?? [])
  if (to === undefined || from.length < names.length) return undefined
  const mapping = { name: nameOf(page), page, from, to, isIntake, entries: [] as Entry[] }
  const prefix = data.split === undefined || data.split === '$' ? '' : `${data.split}[*].`
  collect(mapping, data.fields, ['fields'], '', prefix, mapping.entries)
  return mapping
}

type Draft = Omit<Mapping, 'entries'> & { entries: Entry[] }

function collect(
  mapping: Draft,
  fields: unknown,
  at: Path,
  targetPrefix: string,
  sourcePrefix: string,
  into: Entry[],
): void {
  if (typeof fields !== 'object' || fields === null) return
  for (const [name, expression] of Object.entries(fields)) {
    const here = [...at, name]
    const target = targetPrefix + name
    const row = expression as { fields?: unknown; each?: unknown } | null
    if (typeof row === 'object' && row !== null && row.fields !== undefined) {
      const isEach = typeof row.each === 'string'
      const inner = isEach ? `${sourcePrefix}${row.each}[*].` : sourcePrefix
      collect(mapping, row.fields, [...here, 'fields'], `${target}${isEach ? '[*]' : ''}.`, inner, into)
      if (!isEach) continue
    }
    const uses = usesOf(expression, here, sourcePrefix).map((use) => ({
      ...use,
      row: resolveAny(mapping.from, use.path),
    }))
    into.push({
      mapping: mapping as Mapping,
      target,
      at: here,
      expression,
      field: resolve(mapping.to, target),
      uses,
    })
  }
}

function resolveAny(tables: readonly Table[], path: string): Row | undefined {
  for (const table of tables) {
    const row = resolve(table, path)
    if (row !== undefined) return row
  }
  return undefined
}

/** The row a dotted path leads to; indexes and `[*]` are of no matter. */
export function resolve(table: Table, path: string): Row | undefined {
  let rows: readonly RowData[] | undefined = table.rows
  let at: Path = []
  let data: RowData | undefined
  for (const name of path.replace(/\[[^\]]*\]/g, '').split('.')) {
    const index: number = rows?.findIndex((row) => row.name === name) ?? -1
    data = rows?.[index]
    if (data === undefined) return undefined
    at = [...at, 'fields', index]
    rows = data.fields
  }
  return data && { page: table.page, at, data }
}

/** Every row of a table with its dotted path, lists as `list[*]`. */
export function* rowsOf(table: Table): Generator<{ path: string; row: Row }> {
  yield* below(table.page, table.rows, ['fields'], '')
}

function* below(
  page: Page,
  rows: readonly RowData[],
  at: Path,
  prefix: string,
): Generator<{ path: string; row: Row }> {
  for (const [i, data] of rows.entries()) {
    const here = [...at, i]
    const path = prefix + data.name
    yield { path, row: { page, at: here, data } }
    if (data.fields === undefined) continue
    yield* below(page, data.fields, [...here, 'fields'], `${path}${data.type === 'list' ? '[*]' : ''}.`)
  }
}
