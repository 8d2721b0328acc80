// Wrong words anywhere: keys a file kind does not have, and names of files that do not exist.
import type { Path } from '../../../core/yaml.ts'
import { rowsOf } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { insertPair, type Page, setKey, setScalar } from '../page.ts'
import { misspell } from '../random.ts'

/** Keys that name a thing of their file kind, not something of the integrator's. */
const words = new Set(
  'title source from to format charset split fields rules key deduplication codes maps zh en until name type req check pattern personal of min when require any path steps step system operation mapping needs kind auth messages settings operations session replies outcome reason result lanes inFlight timeout retry breaker url transport values body headers form code map date text trim fold upper first join with template const guid each digest encode args fn meta then else cut recipe takes dataset reply decrypt refreshBefore algorithms failures pause factor max'.split(
    ' ',
  ),
)

/** Parents whose keys are the integrator's own. */
const own = new Set([
  'fields',
  'maps',
  'codes',
  'values',
  'headers',
  'query',
  'body',
  'form',
  'settings',
  'messages',
  'operations',
  'reply',
  'result',
  'when',
  'check',
  'args',
  'any',
  'all',
  'not',
  'decrypt',
])

function* keysOf(data: unknown, at: Path): Generator<Path> {
  if (typeof data !== 'object' || data === null) return
  for (const [key, value] of Object.entries(data)) {
    const here = [...at, Array.isArray(data) ? Number(key) : key]
    const parent = at.findLast((step) => typeof step === 'string')
    const isOwn = at.length > 0 && typeof at.at(-1) === 'string' && own.has(String(parent))
    if (!Array.isArray(data) && words.has(key) && !isOwn && !insideFree(at)) yield here
    yield* keysOf(value, here)
  }
}

/** Inside maps of a code table and bodies of recipes every key is the integrator's own. */
function insideFree(at: Path): boolean {
  return at[0] === 'body' || at[0] === 'maps' || at.includes('when') || at.includes('const')
}

export const misspeltKey: Kind = kind('key misspelt', 60, function* (book, random) {
  for (const page of book.pages.values()) {
    for (const at of random.shuffle([...keysOf(page.data, [])]).slice(0, 4)) {
      const name = String(at.at(-1))
      const wrong = misspell(name, random, words)
      yield [page, setKey(page, at, wrong), `key ${at.join('.')} → ${wrong}`]
    }
  }
})

export const unknownKey: Kind = kind('unknown key', 25, function* (book, random) {
  for (const page of book.pages.values()) {
    const extra = random.pick(['remark: x', 'required: true', 'length: 20', 'comment: x', 'version: 2'])
    const at = random.pick(places(page))
    yield [page, insertPair(page, at, extra), `${at.join('.') || 'file'}: ${extra}`]
  }
})

/** Maps whose keys belong to the language. */
function places(page: Page): Path[] {
  const folder = page.file.split('/')[0]
  if (folder === 'flows') return [[], ['steps', 0]]
  if (folder === 'systems') return [[]]
  if (folder === 'schemas' || folder === 'canonical') return [[], ['fields', 0]]
  return [[]]
}

/** Names of files, checks and fields that do not exist. */
export const misspeltReference: Kind = kind('name of a file or check misspelt', 60, function* (book, random) {
  for (const { page, from } of book.mappings) {
    const data = page.data as { from: string | string[]; to: string }
    const names = typeof data.from === 'string' ? [data.from] : data.from
    const at: Path = typeof data.from === 'string' ? ['from'] : ['from', 0]
    const wrong = misspell(
      names[0] ?? '',
      random,
      from.map(({ name }) => name),
    )
    yield [page, setScalar(page, at, wrong), `from ${names[0]} → ${wrong}`]
    const to = misspell(data.to, random)
    yield [page, setScalar(page, ['to'], to), `to ${data.to} → ${to}`]
  }
  for (const table of [...book.schemas.values(), ...book.types.values()]) {
    for (const { path, row } of random.shuffle([...rowsOf(table)])) {
      const { codes, check } = row.data
      if (codes !== undefined) {
        const wrong = misspell(codes, random, book.codes.keys())
        yield [
          row.page,
          setScalar(row.page, [...row.at, 'codes'], wrong),
          `${path}: codes ${codes} → ${wrong}`,
        ]
      }
      if (typeof check === 'string') {
        const wrong = misspell(check, random)
        yield [
          row.page,
          setScalar(row.page, [...row.at, 'check'], wrong),
          `${path}: check ${check} → ${wrong}`,
        ]
      } else if (check !== undefined) {
        const [key = '', of = ''] = Object.entries(check as Record<string, string>)[0] ?? []
        const wrong = misspell(of.replaceAll('.', ''), random)
        yield [
          row.page,
          setScalar(row.page, [...row.at, 'check', key], wrong),
          `${path}: ${key} of ${of} → ${wrong}`,
        ]
      }
    }
    const { key, deduplication } = table.page.data as { key?: string; deduplication?: string[] }
    if (key === undefined) continue
    const wrong = misspell(key, random)
    yield [table.page, setScalar(table.page, ['key'], wrong), `key ${key} → ${wrong}`]
    const [first = ''] = deduplication ?? []
    const other = misspell(first.split('.').at(-1) ?? '', random)
    yield [
      table.page,
      setScalar(table.page, ['deduplication', 0], other),
      `deduplication ${first} → ${other}`,
    ]
  }
})
