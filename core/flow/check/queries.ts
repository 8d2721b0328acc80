// Judges how a platform is asked what it has: by an operation that answers, with a question it can take, made of what every
// document in doubt holds.
import { constantFacts, type Facts, factsOf, unknown } from '../../mapping/expression/facts.ts'
import { parsePath } from '../../mapping/path.ts'
import { resolveSteps, shapeOf } from '../../mapping/schema/shape.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import { checkAnswers } from './answers.ts'
import { checkCertain } from './certain.ts'
import { checkMember, checkRequired } from './members.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { operationsOf, systemFile, type WrittenQuery } from './written.ts'

const operationKind: Kind = ['operation', '操作']

/** Reports what is wrong with the queries and answers of a system that compiles. */
export function checkQueries(system: System, parts: Checked): void {
  for (const [name, { query, record, answers }] of operationsOf(parts.sources.get(systemFile(system)))) {
    if (query) checkQuery(system, name, query, parts)
    for (const [member, from] of Object.entries(record ?? {}))
      if (typeof from === 'string')
        sentFacts(system, name, from, ['operations', name, 'record', member], parts)
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
  checkRequired(system, operation, query.by, [...at, 'by'], parts)
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
    report(at, `"${from}" is a list, a record is known by one value`, `“${from}”是列表，记录应以单个值标识`, {
      rule: 'query.path',
    })
    return undefined
  }
  checkCertain(system, name, from, at, parts)
  const [field] = found.fields ?? []
  return field === undefined ? unknown : factsOf(field, [from])
}
