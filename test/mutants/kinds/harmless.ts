// Changes that hurt nobody: the checker must not refuse them.
import type { Path } from '../../../core/yaml.ts'
import type { Book, RowData, Table } from '../book.ts'
import { rowsOf } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { type Edit, insertPair, remove, replace, setScalar, swapWithNext, valueAt } from '../page.ts'
import { touched } from './fields.ts'
import { harmlessFlows } from './harmless-flows.ts'

const sizeOf = (row: RowData): number | undefined => {
  const size = /^s(\d+)$/.exec(row.type)?.[1]
  return size === undefined ? undefined : Number(size)
}

/** Tables no canonical type: nothing is mapped from them, or nothing to them. */
const targets = (book: Book): Table[] => book.mappings.filter(({ isIntake }) => !isIntake).map(({ to }) => to)
const sources = (book: Book): Table[] =>
  book.mappings.filter(({ isIntake }) => isIntake).flatMap(({ from }) => from)

const longerTarget = kind('longer target', 15, function* (book) {
  for (const table of targets(book)) {
    for (const { path, row } of rowsOf(table)) {
      const size = sizeOf(row.data)
      if (size !== undefined)
        yield [
          row.page,
          setScalar(row.page, [...row.at, 'type'], `s${size * 2}`),
          `${path}: s${size} → s${size * 2}`,
        ]
    }
  }
})

const shorterSource = kind('shorter source', 10, function* (book) {
  const among = new Set(sources(book).map(({ page }) => page.file))
  for (const { path, row, mapping } of touched(book, false)) {
    const size = sizeOf(row.data)
    const isPlain = mapping.entries.every(
      ({ expression, uses }) => typeof expression === 'string' || !uses.some((use) => use.path === path),
    )
    if (size === undefined || size < 50 || !among.has(row.page.file) || !isPlain) continue
    yield [
      row.page,
      setScalar(row.page, [...row.at, 'type'], `s${size - 10}`),
      `${path}: s${size} → s${size - 10}`,
    ]
  }
})

const reordered = kind('lines in another order', 20, function* (book, random) {
  for (const { page, entries } of book.mappings) {
    const entry = random.shuffle(entries.filter(({ at }) => at.length === 2))[0]
    if (entry === undefined) continue
    yield [page, swapWithNext(page, entry.at), `${entry.target} after its neighbour`]
  }
  for (const table of [...book.schemas.values(), ...book.types.values()]) {
    const index = random.below(table.rows.length)
    yield [
      table.page,
      swapWithNext(table.page, ['fields', index]),
      `${table.rows[index]?.name} after its neighbour`,
    ]
  }
  for (const page of book.codes.values()) {
    const code = Object.keys((page.data as { codes: object }).codes)[0] ?? ''
    yield [page, swapWithNext(page, ['codes', code]), `code ${code} second`]
  }
})

const comment = kind('comments and blank lines', 12, function* (book, random) {
  for (const page of book.pages.values()) {
    const lines = page.text.split('\n')
    const way = random.pick(['# 说明\n', '\n', '# note\n\n'])
    const at = random.pick([0, lines.findIndex((line) => /^[a-z]+:$/.test(line))])
    const edit: Edit = {
      text: [...lines.slice(0, Math.max(at, 0)), way + lines.slice(Math.max(at, 0)).join('\n')].join('\n'),
      line: at + 1,
      lines: [],
    }
    yield [page, edit, 'a comment or blank line']
  }
})

const otherwise = kind('the same written otherwise', 20, function* (book, random) {
  for (const { page, entries } of book.mappings) {
    for (const entry of random.shuffle(entries).slice(0, 2)) {
      const place = valueAt(page, entry.at)
      if (place === undefined || typeof entry.expression !== 'string') continue
      const way = random.pick([
        `{ path: ${JSON.stringify(entry.expression)} }`,
        JSON.stringify(entry.expression),
        `{ first: [${JSON.stringify(entry.expression)}] }`,
      ])
      yield [page, replace(page, place, way), `${entry.target}: ${way}`]
    }
  }
})

const conditions = kind('the same condition written otherwise', 8, function* (book) {
  for (const { page, entries } of book.mappings) {
    for (const { at, expression, target } of entries) {
      const when = (expression as { when?: Record<string, unknown> } | null)?.when
      if (typeof expression !== 'object' || when === undefined) continue
      for (const [path, test] of Object.entries(when)) {
        const here: Path = [...at, 'when', path]
        const place = valueAt(page, here)
        if (place === undefined || !Array.isArray(test)) continue
        yield [page, replace(page, place, `{ in: ${place.raw} }`), `${target}: in`]
        yield [page, replace(page, place, JSON.stringify([...test].reverse())), `${target}: turned round`]
      }
    }
  }
})

const looser = kind('target that asks for less', 12, function* (book, random) {
  for (const table of targets(book)) {
    for (const { path, row } of random.shuffle([...rowsOf(table)]).slice(0, 3)) {
      if (row.data.req === 'Y')
        yield [row.page, setScalar(row.page, [...row.at, 'req'], 'N'), `${path}: req N`]
      if (row.data.min !== undefined)
        yield [row.page, remove(row.page, [...row.at, 'min']), `${path}: without min`]
    }
  }
})

const stricterSource = kind('source that promises more', 8, function* (book) {
  for (const table of sources(book)) {
    for (const { path, row } of rowsOf(table)) {
      if (row.data.req === 'N')
        yield [row.page, setScalar(row.page, [...row.at, 'req'], 'Y'), `${path}: req Y`]
    }
  }
})

const newField = kind('field nobody fills', 12, function* (book, random) {
  for (const table of [...targets(book), ...sources(book)]) {
    const { page } = table
    const place = valueAt(page, ['fields', 0])
    if (place === undefined) continue
    const indent = ' '.repeat(place.start - page.text.lastIndexOf('\n', place.start) - 1)
    const type = random.pick(['s20', 'int', 'date', 'bool'])
    const row = `{ name: extra, zh: 备用, type: ${type}, req: N }\n${indent.slice(2)}- `
    yield [page, replace(page, { ...place, end: place.start }, row), `a new field of type ${type}`]
  }
})

const protectedMore = kind('more personal data named', 10, function* (book, random) {
  for (const table of targets(book)) {
    for (const { path, row } of random.shuffle([...rowsOf(table)]).slice(0, 2)) {
      if (row.data.personal !== undefined || sizeOf(row.data) === undefined) continue
      yield [row.page, insertPair(row.page, row.at, 'personal: name'), `${path}: personal`]
    }
  }
})

/** Every kind of harmless change. */
export const harmless: readonly Kind[] = [
  longerTarget,
  shorterSource,
  reordered,
  comment,
  otherwise,
  conditions,
  looser,
  stricterSource,
  newField,
  protectedMore,
  ...harmlessFlows,
]
