// Whether the mapping of a step writes what the operation takes, and what would fit where it does not.
import type { Outbound } from '../../mapping/outbound.ts'
import type { Path } from '../../yaml.ts'
import type { Flow, Step } from '../flow.ts'
import type { System } from '../system.ts'
import { type Checked, pointAt } from './parts.ts'
import { flowFile, systemFile } from './written.ts'

/** Reports a mapping that writes something else than the operation takes. */
export function checkTakes(
  flow: Flow,
  step: Step,
  system: System,
  { name, to }: Outbound,
  at: Path,
  parts: Checked,
): void {
  const operation = system.operations.get(step.operation)
  if (operation === undefined || operation.takes === to) return
  const report = parts.reportOf(flowFile(flow))
  const file = systemFile(system)
  const called = `${system.name}.${step.operation}`
  const { takes } = operation
  const fits = fitting(flow, system, takes, to, parts)
  const en = fits.length > 0 ? `; did you mean ${fits.join(' or ')}?` : ''
  const zh = fits.length > 0 ? `，是否应为 ${fits.join(' 或 ')}？` : ''
  const related = [
    pointAt(
      parts,
      file,
      ['operations', step.operation, 'takes'],
      `operation "${step.operation}"`,
      `操作“${step.operation}”`,
    ),
    pointAt(parts, `${name}.yaml`, ['to'], 'what the mapping writes', '映射的目标'),
  ]
  if (takes === undefined) {
    report(
      [...at, 'operation'],
      `${called} takes no document, the mapping writes ${to}; give the operation takes: ${to}${en}`,
      `${called} 不接收报文，而映射产生 ${to}；应为该操作填写 takes: ${to}${zh}`,
      { rule: 'step.takes', related },
    )
  } else {
    report(
      [...at, 'mapping'],
      `${called} takes ${takes}, mapping "${name}" writes ${to}${en}`,
      `${called} 接收 ${takes}，而映射“${name}”产生 ${to}${zh}`,
      { rule: 'step.takes', related },
    )
  }
}

/** Operations that take what the mapping writes, and mappings of the flow's type that write what the operation takes. */
function fitting(
  flow: Flow,
  { operations }: System,
  takes: string | undefined,
  to: string,
  parts: Checked,
): string[] {
  const { library } = parts
  const taking = [...operations].filter(([, other]) => other.takes === to)
  const writing = library.mappings.filter((name) => {
    const other = library.outbound(name)
    return other !== undefined && other.to === takes && other.from.includes(flow.type)
  })
  return [...taking.map(([name]) => `operation: ${name}`), ...writing.map((name) => `mapping: ${name}`)]
}
