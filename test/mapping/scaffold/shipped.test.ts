// The shipped mappings, hidden and proposed anew from what a department would have: what is said to be sure is right, and
// most of what can be known is found. The figures are printed; `recall` is what was measured, minus a little.
import { expect, test } from 'vitest'
import type { Input } from '../../../core/mapping/scaffold/scaffold.ts'
import { columnsOf, ddlOf, dialects, fieldTableOf } from './documents.ts'
import { draft, intakes, outbounds, samplesOf, score, sourceOf, total } from './shipped.ts'

const bytes = (file: string, text: string): Input => ({ file, bytes: Buffer.from(text) })
const fieldTable = (name: string): Input => bytes('table.csv', fieldTableOf(sourceOf(name).fields))
const ddl = (name: string, dialect: (typeof dialects)[number]): Input =>
  bytes('table.sql', ddlOf(columnsOf(sourceOf(name)) ?? [], dialect))
const flat = intakes().filter((name) => columnsOf(sourceOf(name)) !== undefined)

const rows: readonly {
  from: string
  names: readonly string[]
  inputs: (name: string) => Input[]
  /** share of the shipped lines that must be found */
  recall: number
}[] = [
  { from: 'a schema', names: intakes(), inputs: (name) => [{ schema: sourceOf(name) }], recall: 0.87 },
  { from: 'samples', names: intakes(), inputs: (name) => samplesOf(name), recall: 0.67 },
  {
    from: 'a schema and samples',
    names: intakes(),
    inputs: (name) => [{ schema: sourceOf(name) }, ...samplesOf(name)],
    recall: 0.88,
  },
  { from: 'a field table', names: intakes(), inputs: (name) => [fieldTable(name)], recall: 0.73 },
  {
    from: 'a field table and samples',
    names: intakes(),
    inputs: (name) => [fieldTable(name), ...samplesOf(name)],
    recall: 0.85,
  },
  ...dialects.map((dialect) => ({
    from: `a DDL of ${dialect}`,
    names: flat,
    inputs: (name: string) => [ddl(name, dialect)],
    recall: 0.72,
  })),
  {
    from: 'a canonical type',
    names: outbounds(),
    inputs: (name) => [{ schema: sourceOf(name) }],
    recall: 0.73,
  },
]

test.each(rows)('from $from', ({ from, names, inputs, recall }) => {
  expect(names.length).toBeGreaterThan(5)
  const all = total(names.map((name) => score(name, draft(name, inputs(name)).decisions)))
  const share = (value: number): string => value.toFixed(3)
  process.stdout.write(
    `scaffold from ${from}: ${names.length} mappings, ${all.right} of ${all.sure} sure lines right (${share(all.precision)}), ${all.right} of ${all.possible} found (${share(all.recall)})\n`,
  )
  expect({ precision: all.precision, wrong: all.precision < 0.98 ? all.wrong : [] }).toMatchObject({
    wrong: [],
  })
  expect(all.recall).toBeGreaterThanOrEqual(recall)
})
