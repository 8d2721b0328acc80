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

/** A rule of an operation that answers. */
export type WrittenAnswer = Omit<WrittenRule, 'outcome'> & { answer: string }

/** How an operation asks what the platform has. */
export type WrittenQuery = { operation: string; by: Readonly<Record<string, unknown>> }

type WrittenOperation = {
  query?: WrittenQuery
  answers?: readonly WrittenAnswer[]
  record?: Readonly<Record<string, unknown>>
}
/** How a system hands out supplement tasks. */
export type WrittenSupplement = {
  by: Readonly<Record<string, unknown>>
  record: Readonly<Record<string, string>>
  tell?: { operation: string; by: Readonly<Record<string, unknown>> }
}

/** How a system tells what it received. */
export type WrittenReconcile = {
  by: Readonly<Record<string, unknown>>
  record?: Readonly<Record<string, string>>
}

type WrittenSystem = {
  replies?: WrittenRule[]
  operations?: Readonly<Record<string, WrittenOperation>>
  supplement?: WrittenSupplement
  reconcile?: WrittenReconcile
}

/** The reply rules of a system that compiles. */
export function rulesOf(source: Source | undefined): readonly WrittenRule[] {
  return (source?.data as WrittenSystem | undefined)?.replies ?? []
}

/** The operations of a system that compiles, by name. */
export function operationsOf(source: Source | undefined): readonly (readonly [string, WrittenOperation])[] {
  return Object.entries((source?.data as WrittenSystem | undefined)?.operations ?? {})
}

/** `supplement` of a system that compiles. */
export function supplementOf(source: Source | undefined): WrittenSupplement | undefined {
  return (source?.data as WrittenSystem | undefined)?.supplement
}

/** `reconcile` of a system that compiles. */
export function reconcileOf(source: Source | undefined): WrittenReconcile | undefined {
  return (source?.data as WrittenSystem | undefined)?.reconcile
}

/** What the operations of a system call the records they send: the names of each that has any. */
export function namesOf(source: Source | undefined): readonly (readonly string[])[] {
  return operationsOf(source).flatMap(([, { record, query }]) => {
    const by = record ?? query?.by
    return by === undefined ? [] : [Object.keys(by)]
  })
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
