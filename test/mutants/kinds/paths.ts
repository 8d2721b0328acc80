// Wrong paths: misspelt sources, templates, conditions and targets, dropped targets, and paths to fields that do not fit.
import type { Book, Entry, Mapping, RowData, SourceUse } from '../book.ts'
import { rowsOf } from '../book.ts'
import { type Draft, type Kind, kind } from '../mutant.ts'
import { keyAt, remove, replace, setKey, setScalar, valueAt } from '../page.ts'
import { misspell, type Random } from '../random.ts'
import { conditionUses } from '../uses.ts'

const entriesOf = (book: Book): Entry[] => book.mappings.flatMap(({ entries }) => entries)

/** Misspells one name of a dotted path; names the source really has are avoided. */
function wrongPath(text: string, random: Random, taken: Iterable<string> = []): string {
  const names = text.split('.')
  const at = random.below(names.length)
  const [, name = '', rest = ''] = /^([^[]*)(.*)$/.exec(names[at] ?? '') ?? []
  if (name === '') return `${text}x`
  names[at] = misspell(name, random, taken) + rest
  return names.join('.')
}

const namesOf = (mapping: Mapping): string[] =>
  mapping.from.flatMap((table) => [...rowsOf(table)].map(({ row }) => row.data.name))

export const misspeltSource: Kind = kind('source path misspelt', 60, function* (book, random) {
  for (const entry of entriesOf(book)) {
    for (const use of entry.uses) {
      if (use.how !== 'path') continue
      const wrong = wrongPath(use.text, random, namesOf(entry.mapping))
      yield [entry.mapping.page, setScalar(entry.mapping.page, use.at, wrong), `${use.text} → ${wrong}`]
    }
  }
})

export const misspeltTemplate: Kind = kind('path in a template misspelt', 15, function* (book, random) {
  for (const { uses, mapping } of entriesOf(book)) {
    for (const use of uses) {
      const place = use.how === 'template' ? valueAt(mapping.page, use.at) : undefined
      if (place === undefined) continue
      const wrong = wrongPath(use.text, random, namesOf(mapping))
      yield [
        mapping.page,
        replace(mapping.page, place, place.raw.replace(`{${use.text}}`, `{${wrong}}`)),
        `{${use.text}} → {${wrong}}`,
      ]
    }
  }
})

export const misspeltCondition: Kind = kind('path in a condition misspelt', 25, function* (book, random) {
  for (const { uses, mapping } of entriesOf(book)) {
    for (const use of uses) {
      if (use.how !== 'condition') continue
      const wrong = wrongPath(use.text, random, namesOf(mapping))
      yield [mapping.page, setKey(mapping.page, use.at, wrong), `condition ${use.text} → ${wrong}`]
    }
  }
  for (const table of [...book.schemas.values(), ...book.types.values()]) {
    const taken = [...rowsOf(table)].map(({ row }) => row.data.name)
    const rules = (table.page.data as { rules?: Record<string, unknown>[] }).rules ?? []
    for (const [i, rule] of rules.entries()) {
      for (const part of ['when', 'check'] as const) {
        for (const use of conditionUses(rule[part], ['rules', i, part], '')) {
          const wrong = wrongPath(use.text, random, taken)
          yield [table.page, setKey(table.page, use.at, wrong), `rule ${use.text} → ${wrong}`]
        }
      }
      for (const [j, path] of ((rule.require ?? []) as string[]).entries()) {
        const wrong = wrongPath(path, random, taken)
        yield [
          table.page,
          setScalar(table.page, ['rules', i, 'require', j], wrong),
          `rule requires ${path} → ${wrong}`,
        ]
      }
    }
  }
  for (const page of book.folder('flows')) {
    const steps = (page.data as { steps: { when?: unknown }[] }).steps
    for (const [i, step] of steps.entries()) {
      for (const use of conditionUses(step.when, ['steps', i, 'when'], '')) {
        const wrong = wrongPath(use.text, random)
        yield [page, setKey(page, use.at, wrong), `flow condition ${use.text} → ${wrong}`]
      }
    }
  }
})

export const misspeltTarget: Kind = kind('target misspelt', 45, function* (book, random) {
  for (const { mapping, at, target } of entriesOf(book)) {
    const name = String(at.at(-1))
    const wrong = wrongPath(
      name,
      random,
      [...rowsOf(mapping.to)].map(({ row }) => row.data.name),
    )
    yield [mapping.page, setKey(mapping.page, at, wrong), `target ${target}: ${name} → ${wrong}`]
  }
})

/** Targets with dots have no key of their own above them: the first line of their group stands for it. */
export const droppedTarget: Kind = kind('required target dropped', 60, function* (book) {
  for (const { mapping, at, target, field } of entriesOf(book)) {
    if (field?.data.req !== 'Y') continue
    const edit = remove(mapping.page, at)
    const group = target.slice(0, target.lastIndexOf('.') + 1)
    const first = mapping.entries.find(
      (other) => group !== '' && other.target !== target && other.target.startsWith(group),
    )
    const line = first && keyAt(mapping.page, first.at)?.line
    // of a group that lost its first line, the second is the first
    const moved = line !== undefined && edit !== undefined && line > edit.line ? line - 1 : line
    yield [
      mapping.page,
      edit && { ...edit, lines: [...edit.lines, ...(moved === undefined ? [] : [moved])] },
      `without ${target}`,
    ]
  }
})

/** A mapping written twice for one target. */
export const duplicateTarget: Kind = kind('target mapped twice', 30, function* (book, random) {
  for (const mapping of book.mappings) {
    const { entries, page } = mapping
    const plain = entries.filter(({ at }) => at.length === 2)
    for (const entry of random.shuffle(plain).slice(0, 3)) {
      const other = random.pick(plain)
      if (other === entry) continue
      const key = keyAt(page, other.at)
      const first = keyAt(page, entry.at)
      const edit = key && replace(page, key, first?.raw ?? '')
      // YAML tells a key that stands twice where it comes again
      yield [
        page,
        edit && { ...edit, lines: [...edit.lines, first?.line ?? edit.line] },
        `${other.target} → ${entry.target}, twice`,
      ]
    }
    const dotted = random.shuffle(plain.filter(({ target }) => target.includes('.')))[0]
    const [head, ...rest] = dotted?.target.split('.') ?? []
    const other = random.pick(plain)
    if (dotted === undefined || other.target.startsWith(`${head}.`) || head === undefined) continue
    const place = keyAt(page, other.at)
    const value = valueAt(page, other.at)
    if (place === undefined || value === undefined) continue
    const nested = rest.reduceRight((inner, name) => `{ fields: { ${name}: ${inner} } }`, value.raw)
    const edit = replace(page, { ...place, end: value.end }, `${head}: ${nested}`)
    const lost = page.text.slice(place.start, value.end).split('\n').length - 1
    const twin = keyAt(page, dotted.at)?.line ?? edit.line
    // both places say the same target: either may be told
    const both = { ...edit, lines: [edit.line, twin > edit.line ? twin - lost : twin] }
    yield [page, both, `${other.target} → ${dotted.target} written nested, twice`]
  }
})

const text = (row: RowData): number | undefined => {
  const size = /^s(\d+)$/.exec(row.type)?.[1]
  return size === undefined ? undefined : Number(size)
}
const isDate = (row: RowData): boolean => row.type === 'date' || row.type === 'datetime'

/** Why values of `source` cannot stand in `target`; undefined when nothing in the files speaks against it. */
export function misfit(source: RowData, target: RowData): string | undefined {
  const from = text(source)
  const to = text(target)
  if (
    (source.type === 'object' || source.type === 'list') !==
    (target.type === 'object' || target.type === 'list')
  ) {
    return 'structure'
  }
  if (source.type === 'object' || source.type === 'list') return undefined
  if (target.codes !== undefined && source.codes !== target.codes) return 'code'
  if (from !== undefined && to !== undefined && from > to) return 'length'
  if (from !== undefined && to === undefined) return 'type'
  if (isDate(source) && isDate(target) && formatOf(source) !== formatOf(target)) return 'date format'
  if (isDate(source) !== isDate(target) && to === undefined) return 'type'
  if (source.personal !== undefined && source.personal !== target.personal) return 'personal class'
  return undefined
}

function formatOf(row: RowData): string {
  return row.format ?? (row.type === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss')
}

export const wrongSource: Kind = kind('path of a field that does not fit', 70, function* (book, random) {
  for (const entry of entriesOf(book)) {
    const { field, mapping, expression } = entry
    const [use] = entry.uses
    if (field === undefined || use === undefined || typeof expression !== 'string' || mapping.from.length > 1)
      continue
    yield wrongUse(mapping, use, field.data, random)
  }
})

function wrongUse(mapping: Mapping, use: SourceUse, target: RowData, random: Random): Draft | undefined {
  const prefix = use.path.slice(0, use.path.length - use.text.length)
  const others = [...rowsOf(mapping.from[0] as Mapping['to'])].filter(
    ({ path, row }) =>
      path !== use.path &&
      path.startsWith(prefix) &&
      !path.slice(prefix.length).includes('[*]') &&
      misfit(row.data, target),
  )
  if (others.length === 0) return undefined
  const { path, row } = random.pick(others)
  const other = path.slice(prefix.length)
  return [
    mapping.page,
    setScalar(mapping.page, use.at, other),
    `${use.text} → ${other} (${misfit(row.data, target)})`,
  ]
}
