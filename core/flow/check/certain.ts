// What a question is made of stands in every document that may come into doubt, whichever mapping wrote it.
import { memberOf } from '../../mapping/member.ts'
import { parsePath } from '../../mapping/path.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import { type Checked, pointAt } from './parts.ts'
import { flowFile, systemFile } from './written.ts'

/** Reports a value that a question is made of and a document of the operation may lack: it could never be asked for. */
export function checkCertain(system: System, name: string, from: string, at: Path, parts: Checked): void {
  const path = dotted(from)
  const seen = new Set<string>()
  for (const flow of parts.flows.values()) {
    for (const [index, step] of [...flow.steps.values()].entries()) {
      const outbound = parts.library.outbound(step.mapping)
      const schema = parts.library.schemas.get(outbound?.to ?? '')
      if (step.system !== system.name || step.operation !== name) continue
      if (outbound === undefined || schema === undefined || seen.has(outbound.name)) continue
      seen.add(outbound.name)
      const member = memberOf(schema, outbound, path)
      if (member.lost !== undefined || member.isCertain) continue
      parts.reportOf(systemFile(system))(
        at,
        `"${from}" is not in every document: mapping ${outbound.name} may leave it out, and then nothing can be asked; set it always, or make it req: Y in ${outbound.to}`,
        `“${from}”不一定存在：映射 ${outbound.name} 可能不设置该字段，届时无法查询，应始终设置，或在 ${outbound.to} 中标为 req: Y`,
        {
          rule: 'query.optional',
          related: [
            pointAt(parts, `${outbound.name}.yaml`, ['fields'], 'what it sets', '其设置的字段'),
            pointAt(parts, flowFile(flow), ['steps', index], `step "${step.name}"`, `步骤“${step.name}”`),
          ],
        },
      )
    }
  }
}

/** `rows[0].no` as `rows.0.no`. */
function dotted(path: string): string {
  const { steps } = parsePath(path)
  return steps
    .map((step) => (step.kind === 'name' ? step.name : step.kind === 'index' ? step.index : ''))
    .join('.')
}
