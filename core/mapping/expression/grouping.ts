// Rows that belong together become one item: `{ first, rows }`. Where each row stood in the list is kept, so that an
// issue names the row as the sender sent it.
import type { Path } from '../../yaml.ts'
import { compileSteps, parsePath } from '../path.ts'
import type { Report } from '../problems.ts'
import { isAbsent, scalarText } from '../run.ts'
import type { Field } from '../schema/field.ts'
import { lookUp } from '../schema/rules.ts'
import { type Shape, shapeOf } from '../schema/shape.ts'

/** One group: its first row, all its rows, and their places in the list. */
export type RowGroup = { first: unknown; rows: unknown[]; positions: number[] }

/** Reads `by`: the paths, from a row, whose values make rows belong together. */
export function compileGrouping(
  by: readonly string[],
  row: Shape,
  report: Report,
  at: Path,
): (rows: readonly unknown[]) => RowGroup[] {
  const reads = by.map((path, i) => {
    lookUp(path, row, report, [...at, i])
    return compileSteps(parsePath(path).steps)
  })
  return (rows) => {
    const groups = new Map<string, RowGroup>()
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]
      const values = reads.map((read) => read(row))
      const key = JSON.stringify(values.map((value) => (isAbsent(value) ? null : scalarText(value))))
      const known = groups.get(key)
      if (known === undefined) groups.set(key, { first: row, rows: [row], positions: [i] })
      else {
        known.rows.push(row)
        known.positions.push(i)
      }
    }
    return [...groups.values()]
  }
}

/** What a group looks like, for paths inside it. */
export function groupShape(row: Shape): Shape {
  if (row === undefined) return undefined
  return row.flatMap((field) => shapeOf(membersOf(field)) ?? [])
}

function membersOf(row: Field): Field[] {
  const first: Field = { ...row, name: 'first', zh: '首行', req: 'Y' }
  const list = { ...row, name: 'rows', zh: '各行', req: 'Y' as const, type: { kind: 'list' as const } }
  return [first, row.type.kind === 'object' ? list : { ...list, item: row, fields: undefined }]
}
