// Judges how the replies to a question are understood: rules that can answer both ways, that are reached, and that compare
// with what the documents in doubt hold; and that somebody asks at all.
import { conditionPaths } from '../../mapping/condition.ts'
import { parsePath } from '../../mapping/path.ts'
import { resolveSteps, shapeOf } from '../../mapping/schema/shape.ts'
import type { Path } from '../../yaml.ts'
import { answers } from '../query.ts'
import type { System } from '../system.ts'
import type { Checked } from './parts.ts'
import { checkReach } from './reach.ts'
import { answerHeads, checkPaths } from './replies.ts'
import { operationsOf, systemFile, type WrittenAnswer } from './written.ts'

/** Reports what is wrong with the answers of an operation. */
export function checkAnswers(
  system: System,
  name: string,
  rules: readonly WrittenAnswer[],
  parts: Checked,
): void {
  const report = parts.reportOf(systemFile(system))
  const at = ['operations', name, 'answers']
  for (const [i, rule] of rules.entries()) checkPaths(rule, report, [...at, i], answerHeads)
  checkReach(rules, report, at)
  for (const answer of answers) {
    if (rules.some((rule) => rule.answer === answer)) continue
    report(
      at,
      `no reply means ${answer}: what may have arrived would be asked for without end`,
      `没有任何应答表示 ${answer}，待查的投递会被无休止地查询`,
      { rule: 'query.endless' },
    )
  }
  const askers = operationsOf(parts.sources.get(systemFile(system))).filter(
    ([, { query }]) => query?.operation === name,
  )
  if (askers.length === 0) {
    report(
      at,
      `no operation asks with "${name}": give one query: { operation: ${name}, by: … }, or remove the answers`,
      `没有操作使用“${name}”查询：应在相应操作中配置 query: { operation: ${name}, by: … }，否则删除 answers`,
      { rule: 'query.unused' },
    )
  }
  for (const [asker] of askers) checkSent(system, asker, rules, at, parts)
}

/** Every document in doubt has what an answer is compared with. */
function checkSent(
  system: System,
  asker: string,
  rules: readonly WrittenAnswer[],
  at: Path,
  parts: Checked,
): void {
  const takes = system.operations.get(asker)?.takes
  const schema = parts.library.schemas.get(takes ?? '')
  if (schema === undefined) return
  for (const { path, place, onKey } of rules.flatMap((rule, i) => pathsOf(rule, [...at, i]))) {
    const [head, ...steps] = parsePath(path).steps
    if (head?.kind !== 'name' || head.name !== 'sent') continue
    const found = resolveSteps(shapeOf(schema.fields), steps)
    if (found.found) continue
    parts.reportOf(systemFile(system))(
      place,
      `"${path}": in what ${asker} sends (${takes}) ${found.en}`,
      `“${path}”：操作 ${asker} 发送的报文（${takes}）中${found.zh}`,
      { rule: 'query.sent', onKey },
    )
  }
}

function pathsOf(
  { when, result = {} }: WrittenAnswer,
  at: Path,
): { path: string; place: Path; onKey: boolean }[] {
  const tests = conditionPaths(when).map(({ path, at: inside }) => {
    return { path, place: [...at, 'when', ...inside], onKey: inside.at(-1) === path }
  })
  const kept = Object.entries(result).map(([name, path]) => {
    return { path, place: [...at, 'result', name], onKey: false }
  })
  return [...tests, ...kept]
}
