// Judges the reply rules of a system: paths that lead somewhere, rules that can hold and are reached, and one that says
// delivered.
import { conditionPaths } from '../../mapping/condition.ts'
import { parsePath } from '../../mapping/path.ts'
import type { Report } from '../../mapping/problems.ts'
import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import { checkReach } from './reach.ts'
import { type Way, waysOf } from './ways.ts'
import type { WrittenRule } from './written.ts'

/** What of a reply a rule can read; an answer is also compared with the document in doubt. */
const replyHeads = ['status', 'header', 'body']
export const answerHeads: readonly string[] = [...replyHeads, 'sent']

/** Reports what is wrong with the rules of a system that compiles. */
export function checkReplies(system: System, rules: readonly WrittenRule[], report: Report): void {
  for (const [i, rule] of rules.entries()) checkPaths(rule, report, ['replies', i], replyHeads)
  checkReach(rules, report)
  if (system.operations.size > 0 && system.transport === 'http') checkDelivered(rules, report)
}

/** Reports paths of a rule that lead nowhere; `heads`: what they may begin with. */
export function checkPaths(
  { when, reason, result = {} }: Pick<WrittenRule, 'when' | 'reason' | 'result'>,
  report: Report,
  at: Path,
  heads: readonly string[],
): void {
  for (const { path, at: inside } of conditionPaths(when)) {
    // the path of a test is a key, the path it is compared with a value
    checkPath(path, heads, report, [...at, 'when', ...inside], inside.at(-1) === path)
  }
  if (reason !== undefined) checkPath(reason, heads, report, [...at, 'reason'])
  for (const [name, path] of Object.entries(result)) checkPath(path, heads, report, [...at, 'result', name])
}

function checkPath(path: string, heads: readonly string[], report: Report, at: Path, onKey = false): void {
  const [head, name, ...rest] = parsePath(path).steps.map((step) => (step.kind === 'name' ? step.name : ''))
  const complain = (en: string, zh: string): void => report(at, en, zh, { rule: 'reply.path', onKey })
  if (head === undefined || !heads.includes(head)) {
    const hint = suggest(head ?? '', heads)
    complain(
      `"${path}": a path of a reply begins with ${listed(heads, 'or')}${hint.en}`,
      `“${path}”：应答中的路径应以 ${listed(heads, '或', '、')} 开头${hint.zh}`,
    )
  } else if (head === 'status' && name !== undefined) {
    complain(`"${path}": the status is a number, nothing stands in it`, `“${path}”：status 为数值，没有下级`)
  } else if (head === 'header' && (name === undefined || rest.length > 0)) {
    complain(`"${path}": one header is header.<name>`, `“${path}”：应写 header.<名称>`)
  } else if (head === 'header' && name !== name?.toLowerCase()) {
    const lower = `header.${name?.toLowerCase()}`
    complain(
      `"${path}": names of headers are in lower case; write ${lower}`,
      `“${path}”：应答头名称应小写：${lower}`,
    )
  }
}

const listed = (words: readonly string[], or: string, comma = ', '): string =>
  `${words.slice(0, -1).join(comma)} ${or} ${words.at(-1)}`

/** A system none of whose replies means delivered would be sent everything again and again, or nothing at all. */
function checkDelivered(rules: readonly WrittenRule[], report: Report): void {
  if (rules.some(({ outcome }) => outcome === 'delivered')) return
  const index = rules.findIndex(({ when }) => waysOf(when)?.some(isSuccess))
  const found = rules[index]
  const related =
    found === undefined
      ? []
      : [
          {
            ...report.placeOf(['replies', index, 'outcome']),
            en: `the first rule for a status 2xx says ${found.outcome}`,
            zh: `第一条针对 2xx 状态码的规则为 ${found.outcome}`,
          },
        ]
  report(
    ['replies'],
    'no reply means delivered: add a rule with outcome: delivered',
    '没有任何应答表示已送达：请添加 outcome: delivered 的规则',
    { rule: 'reply.delivered', related },
  )
}

const isSuccess = ({ statuses }: Way): boolean =>
  [...statuses].every((status) => status >= 200 && status < 300)
