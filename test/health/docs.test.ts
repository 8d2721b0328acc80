// docs/operations tells the facts and metrics as they are, in both languages.
import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { rowOf, table } from '../../core/health/table.ts'
import { createMeter } from '../../telemetry/meter.ts'
import { factTable, type Tongue } from './tables.ts'

const pages: readonly [string, Tongue][] = [
  ['docs/operations.md', 'en'],
  ['docs/operations.zh-CN.md', 'zh'],
]
const registry = new Registry()
createMeter(registry)
const counted = registry.getMetricsAsArray().map(({ name }) => name)
const gauges = Object.keys(table).flatMap((name) => rowOf(name as keyof typeof table).metric?.name ?? [])

describe.each(pages)('%s', (file, tongue) => {
  const page = readFileSync(file, 'utf8')

  test('has the table of facts word for word', () => {
    expect(page).toContain(factTable(tongue))
  })

  test('has every counter and histogram', () => {
    expect(counted.length).toBeGreaterThan(6)
    expect(counted.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('alarms only by metrics that there are', () => {
    const [, yaml = ''] = /### [^\n]+\n\n```yaml\n(.*?)```/s.exec(page) ?? []
    const { groups } = parse(yaml) as { groups: { rules: { alert: string; expr: string }[] }[] }
    const rules = groups.flatMap(({ rules }) => rules)
    expect(rules.length).toBeGreaterThan(8)
    const used = rules.flatMap(({ expr }) => expr.match(/qiao_\w+/g) ?? [])
    const known = [...counted, ...gauges, 'qiao_health_state']
    expect(used.filter((name) => !known.includes(name))).toEqual([])
  })
})
