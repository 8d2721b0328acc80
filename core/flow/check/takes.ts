// Whether the mapping of a step writes what the operation takes, and what would fit where it does not.
import type { Outbound } from '../../mapping/outbound.ts'
import type { Path } from '../../yaml.ts'
import type { Flow, Step } from '../flow.ts'
import type { System } from '../system.ts'
import { type Checked, namesIn, pointAt } from './parts.ts'
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
  const { takes } = operation
  // an unknown schema is told where it is named
  if (takes !== undefined && !namesIn(parts, 'schemas').includes(takes)) return
  const called = `${system.name}.${step.operation}`
  const words =
    takes === undefined
      ? {
          en: `${called} takes no document, the mapping writes ${to}; give the operation takes: ${to}`,
          zh: `${called} 不接收报文，而映射产生 ${to}；应为该操作填写 takes: ${to}`,
        }
      : {
          en: `${called} takes ${takes}, mapping "${name}" writes ${to}`,
          zh: `${called} 接收 ${takes}，而映射“${name}”产生 ${to}`,
        }
  const hint = hintOf(fitting(flow, system, takes, to, parts))
  const declared = ['operations', step.operation, 'takes']
  const related = [
    pointAt(parts, flowFile(flow), [...at, 'operation'], 'the operation called', '调用的操作'),
    pointAt(parts, systemFile(system), declared, 'what it takes', '该操作接收的报文'),
    pointAt(parts, `${name}.yaml`, ['to'], 'what the mapping writes', '映射的目标'),
  ]
  parts.reportOf(flowFile(flow))([...at, 'mapping'], words.en + hint.en, words.zh + hint.zh, {
    rule: 'step.takes',
    related,
  })
}

const hintOf = (fits: readonly string[]): { en: string; zh: string } =>
  fits.length === 0
    ? { en: '', zh: '' }
    : { en: `; did you mean ${fits.join(' or ')}?`, zh: `，是否应为 ${fits.join(' 或 ')}？` }

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
