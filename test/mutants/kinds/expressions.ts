// Wrong expressions of mappings: date formats, dropped conversions, personal data in free text, conditions that never hold.
import type { Book, Entry, Mapping, RowData, Table } from '../book.ts'
import { rowsOf } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { replace, scalar, setScalar, valueAt } from '../page.ts'
import { conditionUses } from '../uses.ts'
import { otherFormats } from './fields.ts'

type DateExpression = { date: unknown; from?: string; to?: string }

/** Every `{ date: … }` of the mappings with its place. */
function* dates(book: Book): Generator<{ entry: Entry; at: Entry['at']; date: DateExpression }> {
  const within = function* (
    data: unknown,
    at: Entry['at'],
  ): Generator<{ at: Entry['at']; date: DateExpression }> {
    if (typeof data !== 'object' || data === null) return
    const row = data as Record<string, unknown>
    if (row.date !== undefined) yield { at, date: row as DateExpression }
    for (const [key, value] of Object.entries(row)) {
      if (key !== 'const' && key !== 'fields')
        yield* within(value, [...at, Array.isArray(data) ? Number(key) : key])
    }
  }
  for (const mapping of book.mappings) {
    for (const entry of mapping.entries)
      for (const found of within(entry.expression, entry.at)) yield { entry, ...found }
  }
}

const epochs = ['epochMillis', 'epochSeconds']

export const wrongFrom: Kind = kind('date format of the source', 40, function* (book, random) {
  for (const { entry, at, date } of dates(book)) {
    if (typeof date.from !== 'string') continue
    const { page } = entry.mapping
    const others = [...otherFormats, ...epochs, 'YYYY-MM-DD'].filter((each) => each !== date.from)
    const wrong = random.pick(
      epochs.includes(date.from)
        ? others
        : others.filter((each) => !epochs.includes(each) || random.below(4) === 0),
    )
    yield [page, setScalar(page, [...at, 'from'], wrong), `${entry.target}: from ${date.from} → ${wrong}`]
  }
})

export const wrongTo: Kind = kind('date format of the target', 20, function* (book, random) {
  for (const { entry, at, date } of dates(book)) {
    const { page } = entry.mapping
    if (date.to === undefined) continue
    const wrong = random.pick([...otherFormats, 'epochMillis'].filter((each) => each !== date.to))
    yield [page, setScalar(page, [...at, 'to'], wrong), `${entry.target}: to ${date.to} → ${wrong}`]
  }
})

export const droppedDate: Kind = kind('date conversion dropped', 30, function* (book) {
  for (const { entry, at, date } of dates(book)) {
    const { page } = entry.mapping
    const whole = valueAt(page, at)
    const path = valueAt(page, [...at, 'date'])
    if (whole === undefined || path === undefined || typeof date.date !== 'string') continue
    yield [page, replace(page, whole, path.raw), `${entry.target}: ${date.date} without its date conversion`]
  }
})

const isFree = (row: RowData | undefined): boolean =>
  row !== undefined &&
  /^s\d+$/.test(row.type) &&
  row.personal === undefined &&
  row.codes === undefined &&
  row.pattern === undefined &&
  row.check === undefined

/** Fields that hold no personal data and take any text, with the personal sources that could slip into them. */
function* freeTargets(book: Book): Generator<{ entry: Entry; personal: { path: string; data: RowData }[] }> {
  for (const mapping of book.mappings) {
    const table = mapping.from[0] as Table
    const prefix =
      (mapping.page.data as { split?: string }).split === undefined
        ? ''
        : `${(mapping.page.data as { split: string }).split}[*].`
    const personal = [...rowsOf(table)]
      .filter(
        ({ path, row }) =>
          row.data.personal !== undefined &&
          path.startsWith(prefix) &&
          !path.slice(prefix.length).includes('[*]'),
      )
      .map(({ path, row }) => ({ path: path.slice(prefix.length), data: row.data }))
    if (personal.length === 0 || mapping.from.length > 1) continue
    for (const entry of mapping.entries) {
      if (isFree(entry.field?.data) && typeof entry.expression === 'string' && entry.at.length === 2)
        yield { entry, personal }
    }
  }
}

export const personalDirect: Kind = kind('personal data into free text', 30, function* (book, random) {
  for (const { entry, personal } of freeTargets(book)) {
    const { path } = random.pick(personal)
    const { page } = entry.mapping
    yield [page, setScalar(page, entry.at, path), `${entry.target}: ${path}`]
  }
})

export const personalTemplate: Kind = kind('personal data into a template', 20, function* (book, random) {
  for (const { entry, personal } of freeTargets(book)) {
    const { page } = entry.mapping
    const place = valueAt(page, entry.at)
    const { path } = random.pick(personal)
    const template = `{ template: ${JSON.stringify(`{${String(entry.expression)}} {${path}}`)} }`
    yield [page, place && replace(page, place, template), `${entry.target}: ${template}`]
  }
})

export const personalJoin: Kind = kind('personal data into a join', 20, function* (book, random) {
  for (const { entry, personal } of freeTargets(book)) {
    const { page } = entry.mapping
    const place = valueAt(page, entry.at)
    const { path } = random.pick(personal)
    const join = random.pick([
      `{ join: [${scalar(String(entry.expression))}, ${scalar(path)}], with: " " }`,
      `{ first: [${scalar(path)}, ${scalar(String(entry.expression))}] }`,
      `{ text: ${scalar(path)}, cut: 6 }`,
    ])
    yield [page, place && replace(page, place, join), `${entry.target}: ${join}`]
  }
})

type Found = { page: Mapping['page']; at: Entry['at']; path: string; test: unknown; row: RowData | undefined }

/** Every test of every condition over a document, with the row it judges. */
function* tests(book: Book): Generator<Found> {
  const inside = function* (
    page: Mapping['page'],
    data: unknown,
    at: Entry['at'],
    find: (path: string) => RowData | undefined,
  ): Generator<Found> {
    for (const use of conditionUses(data, at, '')) {
      let test: unknown = page.data
      for (const step of use.at) test = (test as Record<string | number, unknown>)[step]
      yield { page, at: use.at, path: use.path, test, row: find(use.path) }
    }
  }
  for (const table of [...book.types.values(), ...book.schemas.values()]) {
    const rows = new Map(
      [...rowsOf(table)].map(({ path, row }) => [path.replace(/\[[^\]]*\]/g, ''), row.data]),
    )
    const find = (path: string): RowData | undefined => rows.get(path.replace(/\[[^\]]*\]/g, ''))
    for (const [i, rule] of (
      (table.page.data as { rules?: Record<string, unknown>[] }).rules ?? []
    ).entries()) {
      for (const part of ['when', 'check']) yield* inside(table.page, rule[part], ['rules', i, part], find)
    }
  }
  for (const mapping of book.mappings) {
    for (const { expression, at } of mapping.entries) {
      const when = (expression as { when?: unknown } | null)?.when
      const find = (path: string): RowData | undefined =>
        mapping.from
          .map((table) => [...rowsOf(table)].find((each) => each.path === path)?.row.data)
          .find((row) => row !== undefined)
      if (typeof expression === 'object' && when !== undefined)
        yield* inside(mapping.page, when, [...at, 'when'], find)
    }
  }
}

/** A value in a condition that the field can never have: no code of its table, too long, no number. */
export const impossibleValue: Kind = kind(
  'condition with a value that cannot come',
  40,
  function* (book, random) {
    for (const { page, at, path, test, row } of tests(book)) {
      if (row === undefined || row.codes === undefined) continue
      const table = book.codes.get(row.codes)?.data as { codes: object } | undefined
      const codes = Object.keys(table?.codes ?? {})
      for (const place of values(test, at)) {
        const wrong = `${place.value}${random.pick(['1', '0', 'x'])}`
        if (!codes.includes(wrong))
          yield [page, setScalar(page, place.at, wrong), `${path}: ${place.value} → ${wrong}`]
      }
    }
  },
)

function values(test: unknown, at: Entry['at']): { value: string; at: Entry['at'] }[] {
  if (typeof test === 'string') return [{ value: test, at }]
  if (Array.isArray(test)) return test.flatMap((each, i) => values(each, [...at, i]))
  if (typeof test !== 'object' || test === null) return []
  const row = test as Record<string, unknown>
  return ['equals', 'not', 'in'].flatMap((key) => values(row[key], [...at, key]))
}

/** Two demands that exclude each other. */
export const contradiction: Kind = kind('condition that contradicts itself', 20, function* (book) {
  for (const { page, at, path, test } of tests(book)) {
    const place = valueAt(page, at)
    if (place === undefined) continue
    if (Array.isArray(test))
      yield [
        page,
        replace(page, place, `{ in: ${place.raw}, not: ${place.raw} }`),
        `${path}: in and not the same`,
      ]
    else if (typeof test === 'string')
      yield [
        page,
        replace(page, place, `{ equals: ${place.raw}, exists: false }`),
        `${path}: equals and absent`,
      ]
    else if (JSON.stringify(test).startsWith('{"gte":') && !Array.isArray(test)) {
      const bound = valueAt(page, [...at, 'gte'])
      if (bound !== undefined)
        yield [
          page,
          replace(page, place, `{ gte: ${bound.raw}, lt: ${bound.raw} }`),
          `${path}: at least and less than the same`,
        ]
    } else if (JSON.stringify(test) === '{"exists":true}') {
      yield [page, replace(page, place, '{ exists: true, equals: "" }'), `${path}: present and empty`]
    }
  }
})
