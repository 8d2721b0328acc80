// What recipes read of the documents they sign: each mapping whose document a recipe signs must always set it.
import { memberOf } from '../../mapping/member.ts'
import type { Outbound } from '../../mapping/outbound.ts'
import type { Use } from '../../signing/context.ts'
import type { Flow } from '../flow.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { flowFile, systemFile } from './written.ts'

/** Reports members that a recipe reads and the document does not have, or does not always have. */
export function checkDocuments(parts: Checked): void {
  checkSignIns(parts)
  const seen = new Set<string>()
  for (const flow of parts.flows.values()) {
    for (const [index, step] of [...flow.steps.values()].entries()) {
      const recipe = parts.systems.get(step.system)?.operations.get(step.operation)?.recipe ?? ''
      const outbound = parts.library.outbound(step.mapping)
      const id = `${recipe} ${step.mapping}`
      if (outbound === undefined || seen.has(id)) continue
      seen.add(id)
      for (const use of parts.recipes.get(recipe)?.needs.document ?? []) {
        checkMember(recipe, use, outbound, stepAt(flow, index, step.name, parts), parts)
      }
    }
  }
}

const stepAt = (flow: Flow, index: number, name: string, parts: Checked): Related =>
  pointAt(parts, flowFile(flow), ['steps', index], `step "${name}"`, `步骤“${name}”`)

function checkMember(
  recipe: string,
  { name, at }: Use,
  outbound: Outbound,
  step: Related,
  parts: Checked,
): void {
  const schema = parts.library.schemas.get(outbound.to)
  if (schema === undefined) return
  const member = memberOf(schema, outbound, name)
  const report = parts.reportOf(`signing/${recipe}.yaml`)
  const mapping = `${outbound.name}.yaml`
  if (member.lost !== undefined) {
    report(
      at,
      `{document.${name}}: in the document of ${outbound.name}, ${member.lost.en}`,
      `{document.${name}}：${outbound.name} 的报文中${member.lost.zh}`,
      {
        rule: 'document.unknown',
        related: [pointAt(parts, `schemas/${outbound.to}.yaml`, ['fields'], 'its fields', '其字段表'), step],
      },
    )
  } else if (!member.isCertain) {
    report(
      at,
      `{document.${name}} is not in every document: mapping ${outbound.name} may leave it out; set it always, or make it req: Y in ${outbound.to}`,
      `{document.${name}} 不一定存在：映射 ${outbound.name} 可能不设置该字段，应始终设置，或在 ${outbound.to} 中标为 req: Y`,
      {
        rule: 'document.optional',
        related: [pointAt(parts, mapping, ['fields', name], 'what it sets', '其设置的字段'), step],
      },
    )
  }
}

/** Signing in sends no document of a mapping. */
function checkSignIns(parts: Checked): void {
  for (const system of parts.systems.values()) {
    const operation = system.session?.operation ?? ''
    const name = system.operations.get(operation)?.recipe ?? ''
    const file = systemFile(system)
    const at = ['operations', operation, 'recipe']
    for (const use of parts.recipes.get(name)?.needs.document ?? []) {
      parts.reportOf(`signing/${name}.yaml`)(
        use.at,
        `{document.${use.name}}: signing in to ${system.name} sends no document`,
        `{document.${use.name}}：登录 ${system.name} 时没有报文`,
        { rule: 'document.unknown', related: [pointAt(parts, file, at, 'signs in', '登录操作')] },
      )
    }
  }
}
