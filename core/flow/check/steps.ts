// Judges the steps of a flow: names that lead somewhere, a mapping that maps the flow's type to what the operation takes,
// conditions over fields of the type, and no call made twice.
import { isDeepStrictEqual } from 'node:util'
import { conditionPaths } from '../../mapping/condition.ts'
import type { Outbound } from '../../mapping/outbound.ts'
import { checkProspects } from '../../mapping/schema/prospects.ts'
import { lookUp } from '../../mapping/schema/rules.ts'
import { shapeOf } from '../../mapping/schema/shape.ts'
import type { Path } from '../../yaml.ts'
import type { Flow, Step } from '../flow.ts'
import { type Checked, checkName, type Kind, namesIn, pointAt } from './parts.ts'
import { checkTakes } from './takes.ts'
import { conditionsOf, flowFile } from './written.ts'

const typeKind: Kind = ['canonical type', '标准类型']
const systemKind: Kind = ['system', '系统']
const operationKind: Kind = ['operation', '操作']
const mappingKind: Kind = ['mapping', '映射']

/** Reports what is wrong with a flow that compiles. */
export function checkFlow(flow: Flow, parts: Checked): void {
  const report = parts.reportOf(flowFile(flow))
  checkName(flow.type, namesIn(parts, 'canonical'), typeKind, report, [])
  const steps = [...flow.steps.values()]
  for (const [index, step] of steps.entries()) {
    checkCall(flow, step, ['steps', index], parts)
    checkTwice(flow, step, steps.slice(0, index), ['steps', index], parts)
  }
  checkConditions(flow, parts)
}

function checkCall(flow: Flow, step: Step, at: Path, parts: Checked): void {
  const report = parts.reportOf(flowFile(flow))
  const { library } = parts
  checkName(step.system, namesIn(parts, 'systems'), systemKind, report, [...at, 'system'])
  const system = parts.systems.get(step.system)
  if (system)
    checkName(step.operation, [...system.operations.keys()], operationKind, report, [...at, 'operation'])
  if (system?.operations.get(step.operation)?.answers) {
    report(
      [...at, 'operation'],
      `operation "${step.operation}" answers questions; a step needs one that takes records in`,
      `操作“${step.operation}”用于查询；步骤应使用接收记录的操作`,
      { rule: 'step.answers' },
    )
  }
  checkName(step.mapping, library.mappings, mappingKind, report, [...at, 'mapping'])
  const outbound = library.outbound(step.mapping)
  if (library.intake(step.mapping) !== undefined) {
    report(
      [...at, 'mapping'],
      `mapping "${step.mapping}" takes in what departments post; a step needs one whose to: is a schema of the platform`,
      `映射“${step.mapping}”用于接收部门报文；步骤需要 to 为平台字段表的推送映射`,
      { rule: 'step.mapping' },
    )
  }
  if (outbound !== undefined) checkType(flow, outbound, at, parts)
  if (system !== undefined && outbound !== undefined) checkTakes(flow, step, system, outbound, at, parts)
}

function checkType(flow: Flow, { name, from }: Outbound, at: Path, parts: Checked): void {
  if (from.includes(flow.type)) return
  parts.reportOf(flowFile(flow))(
    [...at, 'mapping'],
    `mapping "${name}" maps ${from.join(', ')}, this is the flow of ${flow.type}`,
    `映射“${name}”的来源为 ${from.join('、')}，而本流程的类型为 ${flow.type}`,
    {
      rule: 'step.mapping',
      related: [pointAt(parts, `${name}.yaml`, ['from'], 'what it maps', '其来源类型')],
    },
  )
}

/** The same call twice sends everything twice; two conditions that differ may share the messages between them. */
function checkTwice(flow: Flow, step: Step, before: readonly Step[], at: Path, parts: Checked): void {
  const whens = conditionsOf(parts.sources.get(flowFile(flow)))
  const own = whens[before.length]
  const twin = before.findIndex((other, index) => {
    const same = (['system', 'operation', 'mapping'] as const).every((key) => other[key] === step[key])
    const when = whens[index]
    return same && (own === undefined || when === undefined || isDeepStrictEqual(own, when))
  })
  const first = before[twin]
  if (first === undefined) return
  parts.reportOf(flowFile(flow))(
    at,
    `step "${step.name}" makes the same call as step "${first.name}": the platform would get everything twice`,
    `步骤“${step.name}”与步骤“${first.name}”的调用相同，平台会重复收到数据`,
    {
      rule: 'step.twice',
      related: [pointAt(parts, flowFile(flow), ['steps', twin], 'the first', '前一步骤')],
    },
  )
}

function checkConditions(flow: Flow, parts: Checked): void {
  const type = parts.library.types.get(flow.type)
  if (type === undefined) return
  const report = parts.reportOf(flowFile(flow))
  for (const [index, when] of conditionsOf(parts.sources.get(flowFile(flow))).entries()) {
    for (const { path, at } of conditionPaths(when, ['steps', index, 'when'])) {
      lookUp(path, shapeOf(type.fields), report, at)
    }
    checkProspects(when, () => shapeOf(type.fields), report, ['steps', index, 'when'])
  }
}
