// Field tables, written as the standards print them, and the strict check of a row against one. A platform above is
// never forgiving: unknown columns, wrong types, text a character too long and unlisted codes are all refused.

import { type Form, parseTime } from './time.ts'

/** s50 = text of at most 50 characters; yyyyMMdd… = a date in that form. */
export type Kind = `s${number}` | 'int' | Form

/** Allowed values, or a check of the text that says what is wrong. */
export type Rule = readonly string[] | ((text: string) => boolean)

/** name, 中文名, kind, required, rule. */
export type Column = readonly [name: string, zh: string, kind: Kind, need: 'Y' | 'N', rule?: Rule]

/** What is wrong with one field. */
export type Issue = { field: string; kind: 'unknown' | 'missing' | 'format'; message: string }

/** A row that passed: text per column, absent and empty columns left out, integers as text. */
export type Row = Record<string, string>

/** Checks a parsed JSON value. An empty text counts as absent. */
export function checkRow(columns: readonly Column[], value: unknown): { row: Row; issues: Issue[] } {
  const issues: Issue[] = []
  const row: Row = {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { row, issues: [{ field: '', kind: 'format', message: '数据不是对象' }] }
  }
  const given = new Map(Object.entries(value))
  for (const name of given.keys()) {
    if (!columns.some((column) => column[0] === name)) {
      issues.push({ field: name, kind: 'unknown', message: `字段 ${name} 不在表中` })
    }
  }
  for (const [name, zh, kind, need, rule] of columns) {
    const held = given.get(name)
    if (held === undefined || held === '') {
      if (need === 'Y') issues.push({ field: name, kind: 'missing', message: `字段 ${name}(${zh}) 不能为空` })
      continue
    }
    const wrong = problem(held, kind, rule)
    if (wrong) issues.push({ field: name, kind: 'format', message: `字段 ${name}(${zh}) ${wrong}` })
    else row[name] = String(held)
  }
  return { row, issues }
}

function problem(held: unknown, kind: Kind, rule: Rule | undefined): string | undefined {
  const whole = kind === 'int' && Number.isSafeInteger(held)
  if (typeof held !== 'string' && !whole) return '类型不正确'
  const text = String(held)
  const wrong = kindProblem(text, kind)
  if (wrong || !rule) return wrong
  if (typeof rule === 'function') return rule(text) ? undefined : `的值不正确: ${text}`
  return rule.includes(text) ? undefined : `的代码值不存在: ${text}`
}

function kindProblem(text: string, kind: Kind): string | undefined {
  if (kind === 'int') return /^-?\d{1,15}$/.test(text) ? undefined : '不是整数'
  if (!kind.startsWith('s'))
    return parseTime(text, kind as Form) === undefined ? `不是 ${kind} 格式的时间` : undefined
  const max = Number(kind.slice(1))
  return [...text].length > max ? `超过长度 ${max}` : undefined
}

/** One text for the reply: the first three issues. */
export const issueText = (issues: readonly Issue[]) =>
  issues
    .slice(0, 3)
    .map((issue) => issue.message)
    .join('; ')
