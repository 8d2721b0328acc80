// The tables of docs/mapping: what each word means, from the same words that editors show. A page holds every one of
// them as it is written here; `npx tsx test/mapping/docs/tables.ts zh` prints them for pasting.
import { fileSchemas, outcomeWords } from '../../../core/flow/editor/files.ts'
import { stepWords } from '../../../core/flow/editor/steps.ts'
import { joinWords, testWords } from '../../../core/mapping/condition-words.ts'
import type { JsonSchema } from '../../../core/mapping/editor/json-schema.ts'
import { defaultWords, kindWords } from '../../../core/mapping/expression/words.ts'

export type Tongue = 'en' | 'zh'
type Words = Readonly<Record<Tongue, string>>
type Row = readonly [name: string, words: Words]

const heads: Readonly<Record<string, Words>> = {
  key: { en: 'Key', zh: '键' },
  test: { en: 'Test', zh: '判断' },
  join: { en: 'Word', zh: '组合词' },
  outcome: { en: 'Outcome', zh: '结果' },
  step: { en: 'Step', zh: '步骤' },
}

/** Every table by name: `kind text`, `test`, `step`, `system`, `field`, … */
export function tablesOf(tongue: Tongue): Map<string, string> {
  const meaning: Words = { en: 'Meaning', zh: '含义' }
  const plain = (head: string, rows: readonly Row[]): string =>
    tableOf([heads[head]?.[tongue] ?? '', meaning[tongue]], rows, tongue)
  const tables = new Map<string, string>([
    ['test', plain('test', Object.entries(testWords))],
    ['join', plain('join', Object.entries(joinWords))],
    ['outcome', plain('outcome', Object.entries(outcomeWords))],
    ['step', plain('step', Object.entries(stepWords))],
  ])
  for (const [name, kind] of Object.entries(kindWords)) {
    const rows: Row[] = Object.entries(kind.options)
    tables.set(`kind ${name}`, tableOf([`\`${name}\``, escaped(kind[tongue])], rows, tongue))
  }
  tables.set('default', tableOf(['`default`', escaped(defaultWords[tongue])], [], tongue))
  for (const [kind, schema] of Object.entries(fileSchemas())) {
    const { field, rule } = (schema.definitions ?? {}) as Record<string, JsonSchema>
    const rows = rowsOf(schema, '')
    tables.set(kind, plain('key', kind === 'canonical' ? rows.filter(([name]) => isCanonical(name)) : rows))
    if (kind !== 'schema' || field === undefined || rule === undefined) continue
    const [held, own] = [rowsOf(field, ''), rowsOf(rule, '')]
    tables.set(
      'field',
      plain(
        'key',
        held.filter(([name]) => !name.startsWith('holds.')),
      ),
    )
    tables.set(
      'holds',
      plain(
        'key',
        held.filter(([name]) => name.startsWith('holds.')),
      ),
    )
    tables.set('rule', plain('key', own))
  }
  return tables
}

/** What a canonical type has besides the keys of a schema. */
const isCanonical = (name: string): boolean => /^(key|deduplication|coverage(\..*)?)$/.test(name)

function tableOf(head: readonly [string, string], rows: readonly Row[], tongue: Tongue): string {
  const lines = rows.map(([name, words]) => `| \`${name}\` | ${escaped(words[tongue])} |`)
  return [`| ${head[0]} | ${head[1]} |`, '|---|---|', ...lines].join('\n')
}

/** The keys of a kind of file with their words: `retry`, `retry.first`. */
function rowsOf(node: JsonSchema, path: string): Row[] {
  const inside = ['items', 'additionalProperties'].flatMap((word) =>
    typeof node[word] === 'object' ? rowsOf(node[word] as JsonSchema, path) : [],
  )
  const own = Object.entries((node.properties ?? {}) as Record<string, JsonSchema>).flatMap(
    ([key, inner]): Row[] => {
      const name = path === '' ? key : `${path}.${key}`
      const [en = '', zh = ''] = String(inner.description ?? '').split('\n\n')
      return [[name, { en, zh }], ...rowsOf(inner, name)]
    },
  )
  return [...own, ...inside]
}

/** A text as Markdown shows it in a cell. */
export function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replace(/[<*$_\\]/g, '\\$&')).replaceAll('|', '\\|'))
    .join('')
}

if (process.argv[1]?.endsWith('tables.ts')) {
  for (const [name, table] of tablesOf(process.argv[2] === 'zh' ? 'zh' : 'en'))
    console.log(`${name}\n\n${table}\n`)
}
