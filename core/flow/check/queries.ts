// Judges how a platform is asked what it has: a question it can take, made of what the document holds, and rules that can
// answer both ways.
import { memberOf } from '../../mapping/member.ts'
import type { System } from '../system.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { answerHeads, checkPaths } from './replies.ts'
import { operationsOf, systemFile, type WrittenAnswer, type WrittenQuery } from './written.ts'

const operationKind: Kind = ['operation', '操作']
const answers = ['found', 'absent']

/** Reports what is wrong with the queries and answers of a system that compiles. */
export function checkQueries(system: System, parts: Checked): void {
  for (const [name, { query, answers: rules }] of operationsOf(parts.sources.get(systemFile(system)))) {
    if (query) checkQuery(system, name, query, parts)
    if (rules) checkAnswers(system, name, rules, parts)
  }
  if (system.reconcile) checkReconcile(system, system.reconcile.operation, parts)
}

function checkReconcile(system: System, operation: string, parts: Checked): void {
  const report = parts.reportOf(systemFile(system))
  const at = ['reconcile', 'operation']
  checkName(operation, [...system.operations.keys()], operationKind, report, at)
  if ([...system.operations.values()].some(({ repeat }) => typeof repeat === 'object')) return
  report(
    ['reconcile'],
    'no operation has a query: nothing says by what names its records are known here',
    '没有操作配置 query，无从得知平台如何标识记录',
    { rule: 'reconcile.nothing' },
  )
}

function checkQuery(system: System, name: string, { operation, by }: WrittenQuery, parts: Checked): void {
  const report = parts.reportOf(systemFile(system))
  const at = ['operations', name, 'query']
  if (!checkName(operation, [...system.operations.keys()], operationKind, report, [...at, 'operation']))
    return
  const asked = system.operations.get(operation)
  if (asked?.answers === undefined) {
    report(
      [...at, 'operation'],
      `operation "${operation}" has no answers: nothing says what its reply means`,
      `操作“${operation}”没有 answers，无法判断其应答的含义`,
      { rule: 'query.answers' },
    )
  }
  const sent = parts.library.schemas.get(system.operations.get(name)?.takes ?? '')
  for (const [member, from] of Object.entries(by)) {
    const found = typeof from === 'string' && sent ? memberOf(sent, { origins: new Map() }, from) : undefined
    if (found?.lost) report([...at, 'by', member], found.lost.en, found.lost.zh, { rule: 'query.path' })
  }
  for (const field of parts.library.schemas.get(asked?.takes ?? '')?.fields ?? []) {
    if (field.req !== 'Y' || Object.hasOwn(by, field.name)) continue
    report(
      [...at, 'by'],
      `operation "${operation}" needs "${field.name}", which the question lacks`,
      `操作“${operation}”必填的“${field.name}”不在查询内容中`,
      { rule: 'query.required' },
    )
  }
}

function checkAnswers(system: System, name: string, rules: readonly WrittenAnswer[], parts: Checked): void {
  const report = parts.reportOf(systemFile(system))
  const at = ['operations', name, 'answers']
  for (const [i, rule] of rules.entries()) checkPaths(rule, report, [...at, i], answerHeads)
  for (const answer of answers) {
    if (rules.some((rule) => rule.answer === answer)) continue
    report(
      at,
      `no reply means ${answer}: what may have arrived would be asked for without end`,
      `没有任何应答表示 ${answer}，待查的投递会被无休止地查询`,
      { rule: 'query.endless' },
    )
  }
}
