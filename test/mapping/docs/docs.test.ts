// docs/mapping.md and docs/mapping.zh-CN.md: every example runs and gives what the page says, both pages show the same,
// and no word of the language is missing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { fileSchemas } from '../../../core/flow/editor/files.ts'
import { readYaml } from '../../../core/yaml.ts'
import { blocksOf, type Example, examplesOf, readPage } from './page.ts'
import { compileExample, expectedOf, filesOf, outcomeOf, printedOf } from './run.ts'
import { usedIn, wordsOf } from './shown.ts'
import { type Tongue, tablesOf } from './tables.ts'

const pages = { en: readPage('mapping.md'), zh: readPage('mapping.zh-CN.md') }
const examples = examplesOf(pages.en)

describe('the examples run', () => {
  it.each(examples.map((example) => ({ ...example, where: `line ${example.line}, ${example.section}` })))(
    '$where',
    async (example) => {
      if (example.printed !== undefined) return expect(printedOf(example)).toBe(example.printed)
      const compiled = compileExample(example)
      expect(example.runs.length).toBeGreaterThan(0)
      for (const run of example.runs) {
        const outcome: unknown = JSON.parse(JSON.stringify(await outcomeOf(compiled, run)))
        expect(outcome).toEqual(expectedOf(run))
      }
    },
  )
})

test('both pages show the same examples', () => {
  const shown = (page: string) =>
    blocksOf(page).map(({ language, text }) => [language, text.replace(/^\/\/ .+$/gm, '//')])
  expect(shown(pages.zh)).toEqual(shown(pages.en))
  expect(examplesOf(pages.zh).map(({ runs }) => runs)).toEqual(examples.map(({ runs }) => runs))
})

test.each(['en', 'zh'] as const)('the %s page has every table of words', (tongue: Tongue) => {
  const missing = [...tablesOf(tongue)].filter(([, table]) => !pages[tongue].includes(`\n${table}\n`))
  expect(missing.map(([name]) => name)).toEqual([])
})

test.each(['en', 'zh'] as const)('the %s page names every rule of the checker, and no other', (tongue) => {
  const listed = [...pages[tongue].matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)].map(([, rule]) => rule as string)
  const rules = new Set(readRules('core'))
  expect(listed.filter((rule) => !rules.has(rule) && isRule(rule))).toEqual([])
  expect([...rules].filter((rule) => !listed.includes(rule))).toEqual([])
})

test('an example uses every key and choice of mappings, field tables and code tables', () => {
  const kinds = ['mapping', 'schema', 'codes'] as const
  // conditions are the same in all kinds; default is shown once for all expressions
  const used = new Set(kinds.flatMap((kind) => examples.flatMap((example) => usedWords(example, kind))))
  const words = kinds.flatMap((kind) => [...wordsOf(fileSchemas()[kind] ?? {})])
  expect(words.filter((word) => !used.has(word) && !word.endsWith('.default'))).toEqual([])
})

function usedWords(example: Example, kind: 'mapping' | 'schema' | 'codes'): string[] {
  return Object.entries(filesOf(example)).flatMap(([name, text]) =>
    kindOf(name) === kind ? [...usedIn(fileSchemas()[kind] ?? {}, readYaml(name, text).data)] : [],
  )
}

/** The kind of a file by the folder it stands in. */
function kindOf(name: string): string {
  const [folder = ''] = name.split('/')
  const kinds: Record<string, string> = { schemas: 'schema', codes: 'codes' }
  return kinds[folder] ?? (['canonical', 'flows', 'systems', 'signing'].includes(folder) ? folder : 'mapping')
}

/** Rules have a word that other tables of dotted names do not begin with. */
const ruleHeads =
  /^(file|key|name|path|target|fit|code|codes|condition|step|flow|lookup|reply|setting|session|value|document)\./
const isRule = (name: string): boolean =>
  ruleHeads.test(name) && !/^(session|codes)\.(operation|reply|decrypt|zh|en|from|until)$/.test(name)

/** Every `rule: 'a.b'` of the sources. */
function readRules(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      return [...text.matchAll(/rule(?:: Rule)?(?: =|:)[^\n]*?'([a-z]+\.[a-z]+)'/g)].map(
        ([, rule]) => rule as string,
      )
    })
}
