// The results that earlier steps leave: names the reply rules of their system keep, and names its adapter adds.
import type { Lookup } from '../../mapping/expression/scope.ts'
import { parsePath } from '../../mapping/path.ts'
import { nearest, suggestion } from '../../nearest.ts'
import type { Flow, Step } from '../flow.ts'
import type { System } from '../system.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { operationsOf, rulesOf, systemFile } from './written.ts'

/** A result by its name, and the place that gives it; results of an adapter have none. */
type Result = { name: string; at: Related | undefined }

/** Whether the step leaves a result of that name; reports it at the lookup when not. */
export function checkResult(
  mapping: string,
  { step, path, at }: Lookup,
  flow: Flow,
  found: Step,
  parts: Checked,
): boolean {
  const [first] = path === undefined ? [] : parsePath(path).steps
  const results = resultsOf(found, parts)
  if (first === undefined || results === undefined) return true
  const name = first.kind === 'name' ? first.name : ''
  const hasIt = (each: Result): boolean => each.name === name
  if (results.some(hasIt)) {
    checkFound(mapping, { step, path, at }, name, found, parts)
    return true
  }
  const others = [...flow.steps.values()].filter((other) => resultsOf(other, parts)?.some(hasIt))
  const near = nearest(
    name,
    results.map((each) => each.name),
  )
  const { en, zh } =
    others.length > 0 ? elsewhere(others) : near === undefined ? known(results) : suggestion(near)
  parts.reportOf(`${mapping}.yaml`)(
    [...at, 'path'],
    `step "${step}" of ${flow.type} leaves no result "${name}"${en}`,
    `${flow.type} 的步骤“${step}”没有名为“${name}”的结果${zh}`,
    { rule: 'lookup.result', related: placesOf(found, results, near, parts) },
  )
  return false
}

/** A step that is done because the platform was asked and has its record leaves what the answer says, and no more. */
function checkFound(mapping: string, lookup: Lookup, name: string, step: Step, parts: Checked): void {
  const system = parts.systems.get(step.system) as System
  if (parts.adapters.get(system.adapter ?? '')?.results?.includes(name)) return
  const operations = new Map(operationsOf(parts.sources.get(systemFile(system))))
  const asked = operations.get(step.operation)?.query?.operation ?? ''
  for (const [i, { answer, result = {} }] of (operations.get(asked)?.answers ?? []).entries()) {
    if (answer !== 'found' || Object.hasOwn(result, name)) continue
    parts.reportOf(systemFile(system))(
      ['operations', asked, 'answers', i],
      `the answer leaves no result "${name}", which mapping ${mapping} reads of step "${step.name}"; add it to result:, or say repeat: safe where the platform gives it again`,
      `该应答没有保留结果“${name}”，而映射 ${mapping} 引用步骤“${step.name}”的此结果；应在 result 中添加，平台可重复给出的改用 repeat: safe`,
      {
        rule: 'query.result',
        related: [pointAt(parts, `${mapping}.yaml`, lookup.at, 'where it is read', '引用之处')],
      },
    )
  }
}

type Words = { en: string; zh: string }

function elsewhere(steps: readonly Step[]): Words {
  const names = steps.map(({ name }) => `"${name}"`).join(', ')
  return { en: `; step ${names} does`, zh: `，步骤 ${names} 有此结果` }
}

function known(results: readonly Result[]): Words {
  const names = results.map(({ name }) => name)
  return names.length === 0
    ? { en: '', zh: '' }
    : { en: `; it leaves ${names.join(', ')}`, zh: `，其结果有：${names.join('、')}` }
}

/** What a step leaves; undefined when its system cannot be read. Rows of a dataset get no reply. */
function resultsOf(step: Step, parts: Checked): readonly Result[] | undefined {
  const system = parts.systems.get(step.system)
  const operation = system?.operations.get(step.operation)
  if (system === undefined || operation === undefined) return undefined
  if (operation.dataset !== undefined) return []
  const file = systemFile(system)
  const kept = successes(system, parts).flatMap(({ index, result }) =>
    Object.keys(result).map((name): Result => {
      const at = ['replies', index, 'result', name]
      return { name, at: pointAt(parts, file, at, `result "${name}"`, `结果“${name}”`) }
    }),
  )
  const added = parts.adapters.get(system.adapter ?? '')?.results ?? []
  return [...kept, ...added.map((name) => ({ name, at: undefined }))]
}

/** The rules whose results are kept. */
function successes(
  system: System,
  parts: Checked,
): { index: number; result: Readonly<Record<string, string>> }[] {
  return [...rulesOf(parts.sources.get(systemFile(system))).entries()].flatMap(
    ([index, { outcome, result }]) =>
      result !== undefined && (outcome === 'delivered' || outcome === 'duplicate') ? { index, result } : [],
  )
}

/** Where the result should be given: the one that was probably meant, and the lists of results. */
function placesOf(
  step: Step,
  results: readonly Result[],
  near: string | undefined,
  parts: Checked,
): Related[] {
  const system = parts.systems.get(step.system) as System
  const file = systemFile(system)
  const meant = results.find(({ name }) => name === near)?.at
  const lists = successes(system, parts).map(({ index }) =>
    pointAt(parts, file, ['replies', index, 'result'], 'what the reply leaves', '应答保留的结果'),
  )
  if (lists.length > 0) return meant === undefined ? lists : [meant, ...lists]
  return [
    pointAt(
      parts,
      file,
      ['operations', step.operation],
      'no reply of it leaves a result',
      '其应答不保留结果',
    ),
  ]
}
