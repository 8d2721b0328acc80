// The results that earlier steps leave: names the reply rules of their system keep, and names its adapter adds.
import type { Lookup } from '../../mapping/expression/scope.ts'
import { parsePath } from '../../mapping/path.ts'
import { suggest } from '../../nearest.ts'
import type { Flow, Step } from '../flow.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { rulesOf } from './written.ts'

/** Whether the step leaves a result of that name; reports it at the lookup when not. */
export function checkResult(
  mapping: string,
  { step, path, at }: Lookup,
  flow: Flow,
  found: Step,
  parts: Checked,
): boolean {
  const [first] = path === undefined ? [] : parsePath(path).steps
  const left = resultsOf(found, parts)
  if (first === undefined || left === undefined) return true
  const name = first.kind === 'name' ? first.name : ''
  if (left.names.includes(name)) return true
  const others = [...flow.steps.values()].filter((other) => resultsOf(other, parts)?.names.includes(name))
  const hint = suggest(name, left.names)
  const elsewhere = others.map((other) => `"${other.name}"`).join(', ')
  const en =
    others.length > 0 ? `; step ${elsewhere} does` : hint.en || known(left.names, '; it leaves ', ', ')
  const zh =
    others.length > 0 ? `，步骤 ${elsewhere} 有此结果` : hint.zh || known(left.names, '，其结果有：', '、')
  parts.reportOf(`${mapping}.yaml`)(
    [...at, 'path'],
    `step "${step}" of ${flow.type} leaves no result "${name}"${en}`,
    `${flow.type} 的步骤“${step}”没有名为“${name}”的结果${zh}`,
    { rule: 'lookup.result', related: left.places },
  )
  return false
}

const known = (names: readonly string[], start: string, between: string): string =>
  names.length === 0 ? '' : start + names.join(between)

/** Names of results that a step leaves, and where they are given; undefined when its system cannot be read. */
function resultsOf(
  step: Step,
  parts: Checked,
): { names: readonly string[]; places: readonly Related[] } | undefined {
  const system = parts.systems.get(step.system)
  const operation = system?.operations.get(step.operation)
  if (system === undefined || operation === undefined) return undefined
  const file = `systems/${system.name}.yaml`
  if (operation.dataset !== undefined) {
    const place = pointAt(
      parts,
      file,
      ['operations', step.operation, 'dataset'],
      'rows of a dataset get no reply',
      '写入数据集没有应答',
    )
    return { names: [], places: [place] }
  }
  const rules = [...rulesOf(parts.sources.get(file)).entries()].filter(
    ([, { outcome, result }]) => (outcome === 'delivered' || outcome === 'duplicate') && result !== undefined,
  )
  const kept = rules.flatMap(([, { result }]) => Object.keys(result ?? {}))
  const added = parts.adapters.get(system.adapter ?? '')?.results ?? []
  const places = rules.map(([i]) =>
    pointAt(parts, file, ['replies', i, 'result'], 'what the reply leaves', '应答保留的结果'),
  )
  const none = pointAt(parts, file, ['replies'], 'no rule keeps a result', '没有规则保留结果')
  return { names: [...kept, ...added], places: places.length > 0 ? places : [none] }
}
