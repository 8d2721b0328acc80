// Systems and flows as their files write them: compiled, they are closures that tell nothing of what they hold.
import type { Source } from '../../yaml.ts'
import type { Flow } from '../flow.ts'
import type { System } from '../system.ts'

/** A condition. */
export type Written = Readonly<Record<string, unknown>>

/** A reply rule. */
export type WrittenRule = {
  when: Written
  outcome: string
  reason?: string
  result?: Readonly<Record<string, string>>
}

/** The reply rules of a system that compiles. */
export function rulesOf(source: Source | undefined): readonly WrittenRule[] {
  return (source?.data as { replies?: WrittenRule[] } | undefined)?.replies ?? []
}

/** The conditions of the steps of a flow that compiles, in their order. */
export function conditionsOf(source: Source | undefined): readonly (Written | undefined)[] {
  const { steps = [] } = (source?.data ?? {}) as { steps?: { when?: Written }[] }
  return steps.map(({ when }) => when)
}

/** `flows/case.accepted.yaml` */
export const flowFile = ({ type }: Flow): string => `flows/${type}.yaml`

/** `systems/province.yaml` */
export const systemFile = ({ name }: System): string => `systems/${name}.yaml`
