// Judges what mappings read of earlier steps: the step stands in the flow, comes before and is waited for, and the reply
// rules of its system keep a result of that name.
import type { Lookup } from '../../mapping/expression/scope.ts'
import type { Outbound } from '../../mapping/outbound.ts'
import { suggest } from '../../nearest.ts'
import type { Flow, Step } from '../flow.ts'
import { checkNeeds, lookupAt, type Use } from './order.ts'
import { type Checked, namesIn, pointAt, type Related } from './parts.ts'
import { checkResult } from './results.ts'
import { flowFile } from './written.ts'

/** Reports lookups that find nothing. */
export function checkLookups(parts: Checked): void {
  for (const name of parts.library.mappings) {
    checkIntake(name, parts)
    const outbound = parts.library.outbound(name)
    if (outbound === undefined || outbound.lookups.length === 0) continue
    const uses = [...parts.flows.values()].flatMap((flow) => usesIn(flow, name))
    for (const lookup of outbound.lookups) {
      if (uses.length > 0) checkUsed(name, lookup, uses, parts)
      else checkUnused(outbound, lookup, parts)
    }
  }
}

function checkIntake(name: string, parts: Checked): void {
  for (const { step, at } of parts.library.intake(name)?.lookups ?? []) {
    parts.reportOf(`${name}.yaml`)(
      [...at, 'step'],
      `there is no step "${step}" yet: what departments post is taken in before the steps run`,
      `接收报文时尚无步骤“${step}”：接入映射先于流程步骤执行`,
      { rule: 'lookup.step' },
    )
  }
}

function usesIn(flow: Flow, mapping: string): Use[] {
  return [...flow.steps.values()].flatMap((step, index) =>
    step.mapping === mapping ? { flow, step, index } : [],
  )
}

/** Each flow that runs the mapping must have the step; a step that none of them has is a mistake of the mapping. */
function checkUsed(mapping: string, lookup: Lookup, uses: readonly Use[], parts: Checked): void {
  const without = uses.filter(({ flow }) => !flow.steps.has(lookup.step))
  if (without.length === uses.length) {
    noStep(
      mapping,
      lookup,
      uses.map(({ flow }) => flow),
      uses.map((use) => useAt(use, parts)),
      parts,
    )
    return
  }
  for (const use of uses) {
    const found = use.flow.steps.get(lookup.step)
    if (found === undefined) noStepHere(mapping, lookup, use, parts)
    else if (checkResult(mapping, lookup, use.flow, found, parts))
      checkNeeds(mapping, lookup, use, found, parts)
  }
}

/** A mapping that no flow runs yet is judged by the flows of its types, where all of them can be read. */
function checkUnused({ name, from }: Outbound, lookup: Lookup, parts: Checked): void {
  const files = namesIn(parts, 'flows')
  const flows = from.flatMap((type) => parts.flows.get(type) ?? [])
  if (flows.length === 0 || flows.length < from.filter((type) => files.includes(type)).length) return
  const having = flows.filter(({ steps }) => steps.has(lookup.step))
  if (having.length === 0) {
    noStep(
      name,
      lookup,
      flows,
      flows.map((flow) => pointAt(parts, flowFile(flow), ['steps'], 'its steps', '其步骤')),
      parts,
    )
    return
  }
  for (const flow of having) checkResult(name, lookup, flow, flow.steps.get(lookup.step) as Step, parts)
}

const useAt = ({ flow, step, index }: Use, parts: Checked): Related =>
  pointAt(
    parts,
    flowFile(flow),
    ['steps', index],
    `step "${step.name}" runs the mapping`,
    `步骤“${step.name}”使用此映射`,
  )

function noStep(
  mapping: string,
  { step, at }: Lookup,
  flows: readonly Flow[],
  related: readonly Related[],
  parts: Checked,
): void {
  const hint = suggest(step, new Set(flows.flatMap(({ steps }) => [...steps.keys()])))
  const types = flows.map(({ type }) => type)
  parts.reportOf(`${mapping}.yaml`)(
    [...at, 'step'],
    `no step "${step}" in the flow of ${types.join(', ')}${hint.en}`,
    `${types.join('、')} 的流程中没有步骤“${step}”${hint.zh}`,
    { rule: 'lookup.step', related },
  )
}

function noStepHere(mapping: string, lookup: Lookup, { flow, step, index }: Use, parts: Checked): void {
  parts.reportOf(flowFile(flow))(
    ['steps', index],
    `step "${step.name}" runs a mapping that reads step "${lookup.step}", which this flow does not have; add it`,
    `步骤“${step.name}”的映射引用步骤“${lookup.step}”，本流程没有该步骤，应添加`,
    { rule: 'lookup.step', related: [lookupAt(mapping, lookup, parts)] },
  )
}
