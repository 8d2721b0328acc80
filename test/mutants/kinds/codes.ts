// Wrong codes: another table, another map, no conversion at all, and values without a counterpart.
import type { Book, Entry, RowData } from '../book.ts'
import { rowsOf } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { insertPair, remove, replace, setKey, setScalar, valueAt } from '../page.ts'
import { misspell } from '../random.ts'

type CodeExpression = { code: string; map?: string; path?: string; reverse?: boolean }
type CodeFile = { codes: Record<string, { until?: string }>; maps?: Record<string, Record<string, string>> }

/** Every `{ code: … }` of the mappings with its place. */
function* codeExpressions(book: Book): Generator<{ entry: Entry; at: Entry['at']; code: CodeExpression }> {
  const seen = function* (
    data: unknown,
    at: Entry['at'],
  ): Generator<{ at: Entry['at']; code: CodeExpression }> {
    if (typeof data !== 'object' || data === null) return
    const row = data as Record<string, unknown>
    if (typeof row.code === 'string') yield { at, code: row as CodeExpression }
    for (const [key, value] of Object.entries(row)) {
      if (key !== 'const' && key !== 'fields')
        yield* seen(value, [...at, Array.isArray(data) ? Number(key) : key])
    }
  }
  for (const mapping of book.mappings) {
    for (const entry of mapping.entries)
      for (const found of seen(entry.expression, entry.at)) yield { entry, ...found }
  }
}

const fileOf = (book: Book, table: string): CodeFile | undefined =>
  book.codes.get(table)?.data as CodeFile | undefined

export const misspeltTable: Kind = kind('code table misspelt', 15, function* (book, random) {
  for (const { entry, at, code } of codeExpressions(book)) {
    const { page } = entry.mapping
    const wrong = misspell(code.code, random, book.codes.keys())
    yield [page, setScalar(page, [...at, 'code'], wrong), `code ${code.code} → ${wrong}`]
  }
})

export const otherTable: Kind = kind('other code table', 45, function* (book, random) {
  for (const { entry, at, code } of codeExpressions(book)) {
    const { page } = entry.mapping
    const others = [...book.codes.keys()].filter((name) => name !== code.code)
    const alike = others.filter(
      (name) => code.map === undefined || fileOf(book, name)?.maps?.[code.map] !== undefined,
    )
    const wrong = random.pick(random.below(3) > 0 && alike.length > 0 ? alike : others)
    yield [page, setScalar(page, [...at, 'code'], wrong), `code ${code.code} → ${wrong}`]
  }
})

export const otherTableOfField: Kind = kind(
  'other code table in a field table',
  35,
  function* (book, random) {
    for (const table of [...book.types.values(), ...book.schemas.values()]) {
      for (const { path, row } of rowsOf(table)) {
        if (row.data.codes === undefined) continue
        const wrong = random.pick([...book.codes.keys()].filter((name) => name !== row.data.codes))
        yield [
          table.page,
          setScalar(table.page, [...row.at, 'codes'], wrong),
          `${path}: codes ${row.data.codes} → ${wrong}`,
        ]
      }
    }
  },
)

export const misspeltMap: Kind = kind('map misspelt', 15, function* (book, random) {
  for (const { entry, at, code } of codeExpressions(book)) {
    if (code.map === undefined) continue
    const { page } = entry.mapping
    const wrong = misspell(code.map, random, Object.keys(fileOf(book, code.code)?.maps ?? {}))
    yield [page, setScalar(page, [...at, 'map'], wrong), `map ${code.map} → ${wrong}`]
  }
})

export const otherMap: Kind = kind('other map', 25, function* (book, random) {
  for (const { entry, at, code } of codeExpressions(book)) {
    const others = Object.keys(fileOf(book, code.code)?.maps ?? {}).filter((name) => name !== code.map)
    if (code.map === undefined || others.length === 0) continue
    const wrong = random.pick(others)
    const { page } = entry.mapping
    yield [page, setScalar(page, [...at, 'map'], wrong), `${code.code}: map ${code.map} → ${wrong}`]
  }
})

/** The raw value goes where a standard code is asked for. */
export const droppedCode: Kind = kind('code conversion dropped', 45, function* (book) {
  for (const { entry, at, code } of codeExpressions(book)) {
    const { page } = entry.mapping
    const whole = valueAt(page, at)
    const path = valueAt(page, [...at, 'path'])
    if (whole === undefined || path === undefined) continue
    yield [page, replace(page, whole, path.raw), `${entry.target}: ${code.path} without its code`]
  }
})

export const droppedMap: Kind = kind('map dropped', 20, function* (book) {
  for (const { entry, at, code } of codeExpressions(book)) {
    if (code.map === undefined) continue
    const { page } = entry.mapping
    yield [page, remove(page, [...at, 'map']), `${entry.target}: ${code.code} without map ${code.map}`]
  }
})

/** Codes other files count on: targets of a map of the same table, or texts of conditions and constants. */
export const removedCode: Kind = kind('code removed from a table', 30, function* (book) {
  for (const page of book.codes.values()) {
    const data = page.data as CodeFile
    const used = new Set(Object.values(data.maps ?? {}).flatMap((map) => Object.values(map)))
    for (const code of Object.keys(data.codes)) {
      if (used.has(code)) yield [page, remove(page, ['codes', code]), `without code ${code}`]
    }
  }
})

/** Entries of maps whose outside values are known: the source field has a code table of its own. */
export const removedEntry: Kind = kind('entry removed from a map', 25, function* (book) {
  const seen = new Set<string>()
  for (const { entry, code } of codeExpressions(book)) {
    const source = entry.uses[0]?.row?.data.codes
    const page = book.codes.get(code.code)
    const known = source === undefined ? undefined : fileOf(book, source)
    if (code.map === undefined || page === undefined || known === undefined || code.reverse) continue
    for (const outside of Object.keys((page.data as CodeFile).maps?.[code.map] ?? {})) {
      const id = `${page.file} ${code.map} ${outside}`
      if (seen.has(id) || known.codes[outside] === undefined) continue
      seen.add(id)
      yield [page, remove(page, ['maps', code.map, outside]), `${code.map} without ${outside}`]
    }
  }
})

export const misspeltCode: Kind = kind('code misspelt in its table', 25, function* (book, random) {
  for (const page of book.codes.values()) {
    const data = page.data as CodeFile
    const used = new Set(Object.values(data.maps ?? {}).flatMap((map) => Object.values(map)))
    for (const code of Object.keys(data.codes)) {
      const wrong = misspell(code, random, Object.keys(data.codes))
      if (used.has(code)) yield [page, setKey(page, ['codes', code], wrong), `code ${code} → ${wrong}`]
    }
    for (const [map, pairs] of Object.entries(data.maps ?? {})) {
      for (const [outside, code] of Object.entries(pairs)) {
        const wrong = misspell(code, random, Object.keys(data.codes))
        yield [page, setScalar(page, ['maps', map, outside], wrong), `map ${map}: ${code} → ${wrong}`]
      }
    }
  }
})

const sizeOf = (row: RowData | undefined): number | undefined => {
  const size = /^s(\d+)$/.exec(row?.type ?? '')?.[1]
  return size === undefined ? undefined : Number(size)
}

/** A fixed value the target cannot hold: no code of its table, against its pattern, too long, or of another type. */
function wrongConstants(book: Book, row: RowData | undefined): (string | number)[] {
  const values: (string | number)[] = []
  const size = sizeOf(row)
  if (row?.codes !== undefined && fileOf(book, row.codes)?.codes['7Q'] === undefined) values.push('7Q')
  if (row?.pattern !== undefined && !new RegExp(row.pattern, 'u').test('~')) values.push('~')
  if (size !== undefined && size <= 500) values.push('X'.repeat(size + 1))
  if (row?.type === 'int') values.push('one')
  if (row?.type === 'date' || row?.type === 'datetime') values.push('2026/01/31')
  return values
}

export const wrongConstant: Kind = kind('fixed value the target cannot hold', 35, function* (book, random) {
  for (const mapping of book.mappings) {
    for (const { at, expression, field, target } of mapping.entries) {
      const row = expression as { const?: unknown; then?: { const?: unknown }; else?: { const?: unknown } }
      const values = wrongConstants(book, field?.data)
      if (typeof row !== 'object' || row === null || values.length === 0) continue
      for (const inner of [[], ['then'], ['else']]) {
        const holder = inner.length === 0 ? row : row[inner[0] as 'then']
        if (holder?.const === undefined) continue
        const value = random.pick(values)
        yield [
          mapping.page,
          setScalar(mapping.page, [...at, ...inner, 'const'], value),
          `${target}: const ${String(holder.const)} → ${String(value).slice(0, 20)}`,
        ]
      }
    }
  }
})

export const wrongDefault: Kind = kind('default the target cannot hold', 20, function* (book, random) {
  for (const mapping of book.mappings) {
    for (const { at, expression, field, target, uses } of mapping.entries) {
      const values = wrongConstants(book, field?.data)
      if (values.length === 0 || typeof expression !== 'object' || expression === null) continue
      // a value that always comes never needs its default
      if ('const' in expression || uses.every(({ row }) => row?.data.req === 'Y')) continue
      const value = random.pick(values)
      yield [
        mapping.page,
        insertDefault(mapping.page, at, value),
        `${target}: default ${String(value).slice(0, 20)}`,
      ]
    }
  }
})

function insertDefault(
  page: Entry['mapping']['page'],
  at: Entry['at'],
  value: string | number,
): ReturnType<typeof insertPair> {
  return insertPair(page, at, `default: ${typeof value === 'string' ? JSON.stringify(value) : value}`)
}
