// docs/mapping.md and docs/mapping.zh-CN.md: their examples run, show every word of the language, and are the same.
import { describe, expect, test } from 'vitest'
import { kindOf } from '../../../cli/mapping/schema-lines.ts'
import { fileSchemas } from '../../../core/flow/editor/files.ts'
import { readYaml } from '../../../core/yaml.ts'
import { type Row, rowsOf, rulesOfCode, saidOf } from './checker.ts'
import { compileExample, filesOf, printedOf } from './compile.ts'
import { type Example, examplesOf, readPage } from './page.ts'
import { expectedOf, faultsOf, outcomeOf } from './run.ts'
import { usedIn, wordsOf } from './shown.ts'
import { type Tongue, tablesOf } from './tables.ts'

const pages: [Tongue, string][] = [
  ['en', 'mapping.md'],
  ['zh', 'mapping.zh-CN.md'],
]
/** Rules of a reload: the checker cannot know which keys a hub has. */
const atReload = ['key.missing']

const named = (examples: Example[]): [string, Example][] =>
  examples.map((example) => [`line ${example.line}, ${example.section}`, example])

describe.each(pages)('the page in %s', (tongue, name) => {
  const page = readPage(name)
  const examples = examplesOf(page)

  test.each(named(examples))('example of %s', async (_, example) => {
    if (example.printed !== undefined) {
      expect(printedOf(example)).toBe(example.printed)
      return
    }
    const compiled = compileExample(example)
    for (const run of example.runs) expect(await outcomeOf(compiled, run)).toEqual(expectedOf(run))
    expect(await faultsOf(compiled, example)).toEqual([])
  })

  test('shows every key and every choice of every kind of file', () => {
    const schemas = fileSchemas()
    const used = new Set<string>()
    const all = new Set<string>()
    for (const [kind, schema] of Object.entries(schemas))
      for (const word of wordsOf(schema)) all.add(common(kind, word))
    for (const example of examples) {
      // what is shown because it is wrong shows no word
      const files = example.printed === undefined ? filesOf(example) : {}
      for (const [file, text] of Object.entries(files)) {
        const kind = kindIn(file)
        const words = usedIn(schemas[kind] ?? {}, readYaml(file, text).data)
        for (const word of words) used.add(common(kind, word))
      }
    }
    expect([...all].filter((word) => !used.has(word))).toEqual([])
  })

  test.each([...tablesOf(tongue)])('holds the table of words: %s', (_, table) => {
    expect(page).toContain(`\n${table}\n`)
  })
})

describe.each(pages)('the checker on the page in %s', (tongue, name) => {
  const page = readPage(name)
  const rows = rowsOf(page)

  test.each(rows.map((row): [string, Row] => [`line ${row.line}: ${row.rule} of ${row.file}`, row]))(
    '%s',
    (_, row) => expect(saidOf(row, tongue)).toContain(row.message),
  )

  test('names every rule there is', () => {
    const shown = rows.map(({ rule }) => rule)
    const missing = rulesOfCode().filter((rule) => !shown.includes(rule))
    expect(missing).toEqual(atReload)
    for (const rule of atReload) expect(page).toContain(`\`${rule}\``)
  })
})

const kindIn = (file: string): string => (file === 'settings.yaml' ? 'settings' : kindOf(file))

/** Words that several kinds of file share count once: those of fields, rules, expressions, conditions, steps. */
function common(kind: string, word: string): string {
  if (/^kind-.*\.default$/.test(word)) return 'default'
  if (/^(kind-|field|rule|condition|operand|test|step)[.\w-]*[.=]/.test(word)) return word
  return kind === 'canonical' && !/^(key|deduplication|coverage)\b/.test(word)
    ? `schema ${word}`
    : `${kind} ${word}`
}

test('both pages have the same examples in the same order', () => {
  const [en = [], zh = []] = pages.map(([, name]) => examplesOf(readPage(name)).map(shape))
  expect(zh).toEqual(en)
  const [rows, others] = pages.map(([, name]) =>
    rowsOf(readPage(name)).map(({ rule, file, change, isWarning }) => ({ rule, file, change, isWarning })),
  )
  expect(others).toEqual(rows)
})

/** What an example says, without the words of its labels and comments. */
function shape({ blocks }: Example): unknown {
  return blocks.map(({ language, text }) => {
    const bare = text.replace(/^\/\/ .*$/gm, '//').replace(/^( *)# .*$|(?<=\S) +# .*$/gm, '$1')
    return [language, language === 'yaml' ? readYaml('page', bare).data : bare]
  })
}
