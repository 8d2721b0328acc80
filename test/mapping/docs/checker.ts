// The tables of docs/mapping that show what the checker says: a rule, a file of the section, one change to it, the message.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { adapters } from '../../../adapters/index.ts'
import { type Files, inspectBundle } from '../../../core/flow/bundle.ts'
import { FileError, type Problem, readYaml } from '../../../core/yaml.ts'
import { examplesOf } from './page.ts'
import { escaped, type Tongue } from './tables.ts'

/** A row: in the files of its section, `file` is changed, and the checker says `message` by `rule`. */
export type Row = {
  line: number
  files: Files
  rule: string
  isWarning: boolean
  file: string
  change: string
  message: string
}

const cells = /^\| `([a-z.-]+)`([^|]*) \| `([^`]+\.yaml)` \| `([^`]+)` \| (.+) \|$/

/** The rows of a page. */
export function rowsOf(page: string): Row[] {
  const sections = new Map(examplesOf(page).map(({ section, files }) => [section, files]))
  let section = ''
  return page.split('\n').flatMap((text, i): Row[] => {
    if (text.startsWith('## ')) section = text.slice(3)
    const [, rule, warning, file, change, message] = cells.exec(text) ?? []
    if (rule === undefined || file === undefined || change === undefined || message === undefined) return []
    const files = sections.get(section) ?? {}
    return [
      {
        line: i + 1,
        files,
        rule,
        isWarning: warning !== '',
        file,
        change: change.replaceAll('\\|', '|'),
        message,
      },
    ]
  })
}

/** What the checker says by the rule of a row, as a page shows it. */
export function saidOf({ files, rule, isWarning, file, change }: Row, tongue: Tongue): string[] {
  const changed = { ...files, [file]: changedText(files[file], change) }
  const { problems } = inspectBundle(changed, adapters(), { systems: {} })
  const isMeant = (each: Problem): boolean =>
    each.rule === rule && (each.severity === 'warning') === isWarning
  return problems.filter(isMeant).map((problem) => escaped(problem[tongue]))
}

function changedText(text: string | undefined, change: string): string {
  try {
    const { data } = readYaml('change', change)
    return text === undefined ? change : stringify(merged(readYaml('file', text).data, data))
  } catch (error) {
    // what is no YAML stands at the end
    if (error instanceof FileError) return `${text}${change}\n`
    throw error
  }
}

type Fields = Record<string, unknown>

/** Objects key by key, lists of named rows and steps by their names; null removes a key. */
function merged(old: unknown, change: unknown): unknown {
  if (isNamed(change) && isNamed(old)) {
    const names = new Set([...old, ...change].map(nameOf))
    const find = (list: Fields[], name: unknown) => list.find((each) => nameOf(each) === name)
    return [...names].map((name) => merged(find(old, name), find(change, name) ?? {}))
  }
  if (!isFields(change) || !isFields(old)) return change
  const entries = Object.entries(change).map(([key, value]) => [key, merged(old[key], value)] as const)
  return Object.fromEntries(
    Object.entries({ ...old, ...Object.fromEntries(entries) }).filter(([, value]) => value !== null),
  )
}

const isFields = (data: unknown): data is Fields =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const nameOf = (each: Fields): unknown => each.step ?? each.name

const isNamed = (data: unknown): data is Fields[] =>
  Array.isArray(data) && data.length > 0 && data.every((each) => isFields(each) && nameOf(each) !== undefined)

/** The rules that code names: every `rule: 'a.b'` of the sources. */
export function rulesOfCode(folder = 'core'): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/\brule\b[^\n]*?'([a-z]+\.[a-z]+)'/g),
    ])
  return [...new Set(found.map(([, rule]) => rule as string))].sort()
}
