// Characters that cannot be kept: NUL, which PostgreSQL refuses, and halves of surrogate pairs, which UTF-8 cannot
// write. JSON brings both in as escapes; a receipt over such a text would not fit what the ledger holds.
import { type Issue, QiaoError } from '../../errors.ts'
import { ISSUE_LIMIT, joinPath } from '../run.ts'

const half = /\p{Cs}/u

/**
 * Refuses a parsed document that holds such characters in a value.
 * @throws QiaoError message.invalid with the sender's paths
 */
export function assertStorable(document: unknown): void {
  const issues: Issue[] = []
  walk(document, '', issues)
  if (issues.length > 0) throw new QiaoError('message.invalid', { issues })
}

function walk(value: unknown, path: string, issues: Issue[]): void {
  if (issues.length >= ISSUE_LIMIT) return
  if (typeof value === 'string') {
    if (!value.includes('\0') && !half.test(value)) return
    const zh = '含有无法保存的字符（NUL 或不完整的代理对）'
    issues.push({ path, rule: 'characters', zh, en: 'holds NUL or half of a surrogate pair' })
  } else if (Array.isArray(value)) {
    value.forEach((element, i) => {
      walk(element, joinPath(path, `[${i}]`), issues)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) walk(member, joinPath(path, name), issues)
  }
}
