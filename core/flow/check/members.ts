// Judges documents the hub makes by itself: the operation takes each member, and has what it needs.
import { constantFacts, type Facts, unknown } from '../../mapping/expression/facts.ts'
import { checkFit } from '../../mapping/expression/fit.ts'
import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import type { Checked } from './parts.ts'
import { systemFile } from './written.ts'

/** Judges a document of words the hub knows and constants. */
export function checkFilled(
  system: System,
  operation: string,
  by: Readonly<Record<string, unknown>>,
  at: Path,
  parts: Checked,
): void {
  for (const [member, from] of Object.entries(by)) {
    const facts = typeof from === 'string' ? unknown : constantFacts((from as { const: unknown }).const)
    checkMember(system, operation, member, facts, [...at, member], parts)
  }
  checkRequired(system, operation, by, at, parts)
}

/** The operation takes the member, and the value can go into it. */
export function checkMember(
  system: System,
  operation: string,
  member: string,
  facts: Facts,
  at: Path,
  parts: Checked,
): void {
  const schema = parts.library.schemas.get(system.operations.get(operation)?.takes ?? '')
  if (schema === undefined) return
  const report = parts.reportOf(systemFile(system))
  const field = schema.fields.find(({ name }) => name === member)
  if (field !== undefined) {
    checkFit(facts, field, report, at)
    return
  }
  const hint = suggest(
    member,
    schema.fields.map(({ name }) => name),
  )
  report(
    at,
    `operation "${operation}" takes no "${member}"${hint.en}`,
    `操作“${operation}”的报文没有字段“${member}”${hint.zh}`,
    { rule: 'query.member', onKey: true },
  )
}

/** The document has every member that must be there. */
export function checkRequired(
  system: System,
  operation: string,
  by: Readonly<Record<string, unknown>>,
  at: Path,
  parts: Checked,
): void {
  const takes = system.operations.get(operation)?.takes ?? ''
  for (const field of parts.library.schemas.get(takes)?.fields ?? []) {
    if (field.req !== 'Y' || Object.hasOwn(by, field.name)) continue
    parts.reportOf(systemFile(system))(
      at,
      `operation "${operation}" needs "${field.name}", which the question lacks`,
      `操作“${operation}”必填的“${field.name}”不在查询内容中`,
      { rule: 'query.required' },
    )
  }
}
