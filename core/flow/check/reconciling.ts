// Judges how a system tells what it received: by an operation that it has, in names that are known here.
import type { System } from '../system.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { systemFile } from './written.ts'

const operationKind: Kind = ['operation', '操作']

/** Reports what is wrong with `reconcile` of a system that compiles. */
export function checkReconcile(system: System, parts: Checked): void {
  if (system.reconcile === undefined) return
  const report = parts.reportOf(systemFile(system))
  const at = ['reconcile', 'operation']
  checkName(system.reconcile.operation, [...system.operations.keys()], operationKind, report, at)
  if ([...system.operations.values()].some(({ repeat }) => typeof repeat === 'object')) return
  report(
    ['reconcile'],
    'no operation has a query: nothing says by what names its records are known here',
    '没有操作配置 query，无从得知平台如何标识记录',
    { rule: 'reconcile.nothing' },
  )
}
