// Wrong field tables: lengths, precision, types, date formats and personal classes that the mappings no longer fit.
import type { Book, Mapping, Row, RowData, Table } from '../book.ts'
import { rowsOf } from '../book.ts'
import { type Draft, type Kind, kind } from '../mutant.ts'
import { remove, replace, setScalar, valueAt } from '../page.ts'
import type { Random } from '../random.ts'

/** Rows that mappings write (true) or read (false), each once, with its path and what stands on the other side. */
function* touched(
  book: Book,
  written: boolean,
): Generator<{ path: string; row: Row; others: RowData[]; mapping: Mapping }> {
  const seen = new Map<string, { path: string; row: Row; others: RowData[]; mapping: Mapping }>()
  for (const mapping of book.mappings) {
    for (const { target, field, uses } of mapping.entries) {
      const sources = uses.flatMap((use) => (use.row === undefined ? [] : [{ path: use.path, row: use.row }]))
      const rows = written ? (field === undefined ? [] : [{ path: target, row: field }]) : sources
      const others = written ? sources.map(({ row }) => row.data) : field === undefined ? [] : [field.data]
      for (const { path, row } of rows) {
        const id = `${row.page.file} ${row.at.join('.')}`
        const known = seen.get(id)
        if (known === undefined) seen.set(id, { path, row, others: [...others], mapping })
        else known.others.push(...others)
      }
    }
  }
  yield* seen.values()
}

const sizeOf = (row: RowData): number | undefined => {
  const size = /^s(\d+)$/.exec(row.of ?? row.type)?.[1]
  return size === undefined ? undefined : Number(size)
}

function setType(row: Row, type: string): ReturnType<typeof setScalar> {
  return setScalar(row.page, [...row.at, row.data.of === undefined ? 'type' : 'of'], type)
}

export const shortenedTarget: Kind = kind('length shortened in the target', 70, function* (book, random) {
  for (const { path, row } of touched(book, true)) {
    const size = sizeOf(row.data)
    if (size === undefined || size < 2) continue
    const shorter = Math.max(1, Math.floor(size / random.pick([2, 4, 10])))
    yield [row.page, setType(row, `s${shorter}`), `${path}: s${size} → s${shorter}`]
  }
})

export const lengthenedSource: Kind = kind('length grown in the source', 60, function* (book, random) {
  for (const { path, row } of touched(book, false)) {
    const size = sizeOf(row.data)
    if (size === undefined) continue
    const longer = size * random.pick([2, 3, 10])
    yield [row.page, setType(row, `s${longer}`), `${path}: s${size} → s${longer}`]
  }
})

export const wrongPrecision: Kind = kind('precision', 20, function* (book, random) {
  for (const written of [true, false]) {
    for (const { path, row } of touched(book, written)) {
      const [, digits, scale] = /^n(\d+),(\d+)$/.exec(row.data.type) ?? []
      if (digits === undefined || scale === undefined) continue
      const change = random.pick([2, 3])
      const type = written
        ? `n${Math.max(1, Number(digits) - change)},${Math.max(0, Number(scale) - 2)}`
        : `n${Number(digits) + change},${Number(scale) + 1}`
      yield [row.page, setScalar(row.page, [...row.at, 'type'], type), `${path}: ${row.data.type} → ${type}`]
    }
  }
})

const exchanges: Readonly<Record<string, readonly string[]>> = {
  text: ['int', 'date', 'datetime', 'bool', 'object', 'list'],
  int: ['s10', 's4', 'date', 'bool', 'list', 'object'],
  bool: ['int', 's1', 'datetime', 'list'],
  date: ['datetime', 'int', 's8', 'bool', 'list'],
  datetime: ['date', 'int', 's10', 'bool', 'list'],
  decimal: ['int', 's4', 'date', 'bool'],
  list: ['s100', 'object', 'int'],
}

function kindOf({ type }: RowData): string {
  if (/^s\d/.test(type)) return 'text'
  return /^n\d/.test(type) ? 'decimal' : type
}

/** Types that need members get none or one text each, so that the table itself is right. */
function writeType(row: Row, type: string): ReturnType<typeof setScalar> {
  const { page, at, data } = row
  const place = valueAt(page, [...at, 'type'])
  if (place === undefined || data.fields !== undefined) return undefined
  if (data.of !== undefined) {
    const whole = /type:\s*list\s*,\s*of:\s*[^,}]+/.exec(page.text.slice(place.start - 10, place.start + 60))
    return whole === null
      ? undefined
      : replace(
          page,
          {
            ...place,
            start: place.start - 10 + whole.index,
            end: place.start - 10 + whole.index + whole[0].length,
          },
          `type: ${type}`,
        )
  }
  return replace(page, place, type === 'list' ? 'list, of: s50' : type)
}

function swapped(tables: (book: Book) => Iterable<Table>, written: boolean) {
  return function* (book: Book, random: Random): Generator<Draft> {
    const among = new Set([...tables(book)].map(({ page }) => page.file))
    for (const { path, row } of touched(book, written)) {
      const types = exchanges[kindOf(row.data)]
      // a format, code table or check would make most other types wrong in themselves
      if (!among.has(row.page.file) || types === undefined) continue
      const type = random.pick(types)
      yield [row.page, writeType(row, type), `${path}: ${row.data.type} → ${type}`]
    }
  }
}

const intakeSources = (book: Book): Table[] =>
  book.mappings.filter(({ isIntake }) => isIntake).flatMap(({ from }) => from)
const outboundTargets = (book: Book): Table[] =>
  book.mappings.filter(({ isIntake }) => !isIntake).map(({ to }) => to)

export const swappedSourceType: Kind = kind('type swapped in a source', 40, swapped(intakeSources, false))
export const swappedCanonicalType: Kind = kind(
  'type swapped in a canonical type',
  40,
  swapped((book) => book.types.values(), true),
)
export const swappedTargetType: Kind = kind('type swapped in a target', 40, swapped(outboundTargets, true))

/** Personal data then flows into a field nobody masks. */
export const removedClass: Kind = kind('personal class removed', 40, function* (book) {
  for (const { path, row, others } of touched(book, true)) {
    if (row.data.personal === undefined || others.every(({ personal }) => personal === undefined)) continue
    yield [
      row.page,
      remove(row.page, [...row.at, 'personal']),
      `${path}: without personal ${row.data.personal}`,
    ]
  }
})

const otherFormats = [
  'yyyy-MM-dd HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss",
  'yyyyMMddHHmmss',
  'yyyy-MM-dd',
  'yyyyMMdd',
  'yyyy/MM/dd',
  'yyyy/MM/dd HH:mm:ss',
]

export const wrongFieldFormat: Kind = kind('date format in a field table', 45, function* (book, random) {
  for (const table of [...book.schemas.values(), ...book.types.values()]) {
    for (const { path, row } of rowsOf(table)) {
      if (row.data.type !== 'date' && row.data.type !== 'datetime') continue
      const format = row.data.format ?? (row.data.type === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss')
      const wrong = random.pick(
        otherFormats.filter((each) => each !== format && /H/.test(each) === /H/.test(format)),
      )
      if (row.data.format !== undefined) {
        yield [
          row.page,
          setScalar(row.page, [...row.at, 'format'], wrong),
          `${path}: format ${format} → ${wrong}`,
        ]
        continue
      }
      const place = valueAt(row.page, [...row.at, 'type'])
      yield [
        row.page,
        place && replace(row.page, place, `${place.raw}, format: ${JSON.stringify(wrong)}`),
        `${path}: format ${format} → ${wrong}`,
      ]
    }
  }
})

export { otherFormats, touched }
