// Judges how a platform is asked what it has: by an operation that answers, with a question it can take, made of what every
// document in doubt holds.
import { constantFacts, type Facts, factsOf, unknown } from '../../mapping/expression/facts.ts'
import { checkFit } from '../../mapping/expression/fit.ts'
import { parsePath } from '../../mapping/path.ts'
import { resolveSteps, shapeOf } from '../../mapping/schema/shape.ts'
import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import { checkAnswers } from './answers.ts'
import { checkCertain } from './certain.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { operationsOf, systemFile, type WrittenQuery } from './written.ts'

const operationKind: Kind = ['operation', '操作']

/** Reports what is wrong with the queries and answers of a system that compiles. */
export function checkQueries(system: System, parts: Checked): void {
  for (const [name, { query, answers }] of operationsOf(parts.sources.get(systemFile(system)))) {
    if (query) checkQuery(system, name, query, parts)
    if (answers) checkAnswers(system, name, answers, parts)
  }
}

function checkQuery(system: System, name: string, query: WrittenQuery, parts: Checked): void {
  const report = parts.reportOf(systemFile(system))
  const at = ['operations', name, 'query']
  const { operation } = query
  if (!checkName(operation, [...system.operations.keys()], operationKind, report, [...at, 'operation']))
    return
  if (system.operations.get(operation)?.answers === undefined) {
    report(
      [...at, 'operation'],
      `operation "${operation}" has no answers: nothing says what its reply means`,
      `操作“${operation}”没有 answers，无法判断其应答的含义`,
      { rule: 'query.answers' },
    )
    return
  }
  for (const [member, from] of Object.entries(query.by)) {
    const facts =
      typeof from === 'string'
        ? sentFacts(system, name, from, [...at, 'by', member], parts)
        : constantFacts((from as { const: unknown }).const)
    if (facts !== undefined) checkMember(system, operation, member, facts, [...at, 'by', member], parts)
  }
  checkRequired(system, query, [...at, 'by'], parts)
}

/** What is known of a value of the documents that an operation sends; undefined when they have no such value. */
function sentFacts(system: System, name: string, from: string, at: Path, parts: Checked): Facts | undefined {
  const schema = parts.library.schemas.get(system.operations.get(name)?.takes ?? '')
  if (schema === undefined) return unknown
  const report = parts.reportOf(systemFile(system))
  const found = resolveSteps(shapeOf(schema.fields), parsePath(from).steps)
  if (!found.found) {
    report(at, found.en, found.zh, { rule: 'query.path' })
    return undefined
  }
  if (found.isMany) {
    report(at, `"${from}" is a list, a question asks by one value`, `“${from}”是列表，查询内容应为单个值`, {
      rule: 'query.path',
    })
    return undefined
  }
  checkCertain(system, name, from, at, parts)
  const [field] = found.fields ?? []
  return field === undefined ? unknown : factsOf(field, [from])
}

/** The question has the member, and the value can go into it. */
function checkMember(
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

function checkRequired(system: System, { operation, by }: WrittenQuery, at: Path, parts: Checked): void {
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
