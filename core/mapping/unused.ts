// Code tables nobody uses: left over, or meant for a field or mapping that forgot to name them.
import type { Findings } from './expression/scope.ts'
import type { Report } from './problems.ts'
import type { CodeTable } from './schema/codes.ts'
import type { Field } from './schema/field.ts'

type Shaped = { fields: readonly Field[]; coverage?: { tables: readonly string[] } | undefined }

/** Warns of each table that no field, no mapping, no promised time and no other table names. */
export function checkUnused(
  tables: ReadonlyMap<string, CodeTable>,
  shapes: Iterable<Shaped>,
  mappings: Iterable<Pick<Findings, 'tables'>>,
  reportOf: (name: string) => Report,
): void {
  const used = new Set<string | undefined>()
  for (const { partOf } of tables.values()) used.add(partOf)
  for (const mapping of mappings) for (const name of mapping.tables) used.add(name)
  const visit = ({ codes, item, fields = [] }: Field): void => {
    used.add(codes?.name)
    if (item !== undefined) visit(item)
    fields.forEach(visit)
  }
  for (const { fields, coverage } of shapes) {
    fields.forEach(visit)
    for (const name of coverage?.tables ?? []) used.add(name)
  }
  for (const name of tables.keys()) {
    if (used.has(name)) continue
    reportOf(name)(
      [],
      'no field table and no mapping uses this code table; name it in codes: or { code: … }, or remove it',
      '没有字段表或映射使用本代码表，应在 codes: 或 { code: … } 中引用，否则删除',
      { severity: 'warning', rule: 'codes.unused' },
    )
  }
}
