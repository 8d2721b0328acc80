// The table of facts in docs/operations, from the words that /ops/health itself gives.
// `npx tsx test/health/tables.ts en|zh` prints it for pasting.
import { fileURLToPath } from 'node:url'
import { type FactName, type Limit, rowOf, table } from '../../core/health/table.ts'

export type Tongue = 'en' | 'zh'

const heads = {
  en: ['Fact', 'Says', 'Warns', 'Fails', 'What to do', 'Metric'],
  zh: ['健康项', '含义', '警告', '失败', '处理办法', '指标'],
} as const

/** The whole table. */
export function factTable(tongue: Tongue): string {
  const names = Object.keys(table) as FactName[]
  const lines = [heads[tongue], heads[tongue].map(() => '---'), ...names.map((name) => cells(name, tongue))]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function cells(name: FactName, tongue: Tongue): string[] {
  const { is, todo, metric, limit, unit } = rowOf(name)
  const label = metric?.of ? `{${metric.of}}` : ''
  return [
    `\`${name}\``,
    is[tongue],
    limitOf(limit, 'warn', unit),
    limitOf(limit, 'fail', unit),
    todo?.[tongue] ?? '–',
    metric ? `\`${metric.name}${label}\`` : '–',
  ]
}

function limitOf(limit: Limit | null, at: 'warn' | 'fail', unit: string): string {
  const value = limit?.[at]
  if (value === undefined) return '–'
  const [shown, word] = unit === 'bytes' ? [value / 1024 ** 2, 'MiB'] : [value, unit === 'count' ? '' : unit]
  return `${limit?.below ? '≤' : '≥'} ${shown.toLocaleString('en')} ${word}`.trim().replace(' share', '')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${factTable(process.argv[2] === 'zh' ? 'zh' : 'en')}\n`)
}
