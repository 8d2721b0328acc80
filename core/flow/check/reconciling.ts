// Judges how a system tells what it received: by an operation that it has, in a document it takes, in names that are known here.
import { suggest } from '../../nearest.ts'
import type { System } from '../system.ts'
import { checkFilled } from './members.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { namesOf, reconcileOf, systemFile } from './written.ts'

const operationKind: Kind = ['operation', '操作']

/** Reports what is wrong with `reconcile` of a system that compiles. */
export function checkReconcile(system: System, parts: Checked): void {
  const source = parts.sources.get(systemFile(system))
  const written = reconcileOf(source)
  if (system.reconcile === undefined || written === undefined) return
  const report = parts.reportOf(systemFile(system))
  const { operation } = system.reconcile
  if (checkName(operation, [...system.operations.keys()], operationKind, report, ['reconcile', 'operation']))
    checkFilled(system, operation, written.by, ['reconcile', 'by'], parts)
  const names = namesOf(source)
  if (names.length === 0) {
    report(
      ['reconcile'],
      'no operation has a query or record: nothing says by what names its records are known here',
      '没有操作配置 query 或 record，无从得知平台如何标识记录',
      { rule: 'reconcile.nothing' },
    )
    return
  }
  const known = [...new Set(names.flat())]
  for (const member of Object.keys(written.record ?? {})) {
    if (known.includes(member)) continue
    const hint = suggest(member, known)
    report(
      ['reconcile', 'record', member],
      `no operation calls its records by "${member}"${hint.en}`,
      `没有操作以“${member}”标识记录${hint.zh}`,
      { rule: 'reconcile.record', onKey: true },
    )
  }
}
