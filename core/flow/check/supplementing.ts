// Judges how a system hands out supplement tasks: by operations that it has, in documents they take, about records whose
// names are known here.
import type { System } from '../system.ts'
import { checkFilled } from './members.ts'
import { type Checked, checkName, type Kind } from './parts.ts'
import { namesOf, supplementOf, systemFile } from './written.ts'

const operationKind: Kind = ['operation', '操作']

/** Reports what is wrong with `supplement` of a system that compiles. */
export function checkSupplement(system: System, parts: Checked): void {
  const source = parts.sources.get(systemFile(system))
  const written = supplementOf(source)
  if (system.supplement === undefined || written === undefined) return
  const report = parts.reportOf(systemFile(system))
  const operations = [...system.operations.keys()]
  const documents = [
    { operation: system.supplement.operation, by: written.by, at: ['supplement'] },
    ...(written.tell === undefined ? [] : [{ ...written.tell, at: ['supplement', 'tell'] }]),
  ]
  for (const { operation, by, at } of documents) {
    if (checkName(operation, operations, operationKind, report, [...at, 'operation']))
      checkFilled(system, operation, by, [...at, 'by'], parts)
  }
  if (namesOf(source).some((names) => Object.keys(written.record).every((member) => names.includes(member))))
    return
  report(
    ['supplement', 'record'],
    'no operation has a query or record by all of these names: nothing says which of its records are meant',
    '没有操作的 query 或 record 使用全部这些名称，无从得知所指的记录',
    { rule: 'supplement.record' },
  )
}
