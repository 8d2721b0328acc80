// The order of steps: who reads a result must wait for the step that leaves it.
import { isDeepStrictEqual } from 'node:util'
import type { Lookup } from '../../mapping/expression/scope.ts'
import type { Flow, Step } from '../flow.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { conditionsOf, flowFile } from './written.ts'

/** A step that runs a mapping. */
export type Use = { flow: Flow; step: Step; index: number }

/** The place of a lookup in its mapping. */
export const lookupAt = (mapping: string, { at }: Lookup, parts: Checked): Related =>
  pointAt(parts, `${mapping}.yaml`, [...at, 'step'], 'the lookup', '引用处')

/** Reports a step that does not wait for the one whose result it reads. */
export function checkNeeds(mapping: string, lookup: Lookup, use: Use, found: Step, parts: Checked): void {
  const { flow, step, index } = use
  if (waitsFor(step, found, flow, parts)) return
  const needs = [...step.needs, found.name].join(', ')
  const own = step === found
  const late = [...flow.steps.keys()].indexOf(found.name) > index
  const en = own
    ? `step "${step.name}" reads its own result; its mapping can only read steps before it`
    : `step "${step.name}" reads the result of "${found.name}" and must wait for it; ${late ? 'move it behind that step and ' : ''}say needs: [${needs}]`
  const zh = own
    ? `步骤“${step.name}”引用了自己的结果，映射只能引用之前的步骤`
    : `步骤“${step.name}”引用步骤“${found.name}”的结果，须等其完成；应${late ? '移到该步骤之后并' : ''}填写 needs: [${needs}]`
  const at = step.needs.length > 0 ? ['steps', index, 'needs'] : ['steps', index]
  parts.reportOf(flowFile(flow))(at, en, zh, {
    rule: 'lookup.needs',
    related: [lookupAt(mapping, lookup, parts)],
  })
}

/** Whether `step` runs after `other`, directly or through steps that are there whenever it is. */
function waitsFor(step: Step, other: Step, flow: Flow, parts: Checked): boolean {
  const names = [...flow.steps.keys()]
  const whens = conditionsOf(parts.sources.get(flowFile(flow)))
  const whenOf = (name: string) => whens[names.indexOf(name)]
  const isThere = (name: string): boolean =>
    Object.entries(whenOf(name) ?? {}).every(([key, test]) =>
      isDeepStrictEqual(whenOf(step.name)?.[key], test),
    )
  const reaches = (from: Step): boolean =>
    from.needs.includes(other.name) ||
    from.needs.some((name) => {
      const between = flow.steps.get(name)
      return between !== undefined && isThere(name) && reaches(between)
    })
  return reaches(step)
}
