// What a target demands of its value, in words: each check by the rule its error carries.
import { checks } from '../checks/table.ts'
import type { Field } from '../schema/field.ts'
import { conversionErrors, type Demand } from './errors.ts'
import { isObject } from './targets.ts'

/** The demands of a field, those of its kind of conversion, and the rules of the schema that speak of it. */
export function demands(
  path: string,
  field: Field | undefined,
  kinds: readonly string[],
  rules: readonly unknown[],
): Demand[] {
  const own = field === undefined ? [] : fieldDemands(field)
  // a conversion may judge what its target judges again; dates have two formats
  const isNews = ({ rule }: Demand): boolean => rule === 'date' || !own.some((each) => each.rule === rule)
  const list = [
    ...own,
    ...conversionErrors(kinds).filter(isNews),
    ...rules.flatMap((rule) => ruleDemand(rule, path)),
  ]
  const seen = new Set<string>()
  return list.filter(({ rule, en }) => !seen.has(`${rule} ${en}`) && seen.add(`${rule} ${en}`))
}

function fieldDemands(field: Field): Demand[] {
  const { req, type, min, pattern, codes, check } = field
  const list: Demand[] = []
  const add = (rule: string, en: string, zh: string): void => void list.push({ rule, en, zh })
  if (req === 'Y') add('required', 'must be there', '必填')
  if (type.kind === 'text') add('length', `at most ${type.max} characters`, `至多 ${type.max} 个字符`)
  if (type.kind === 'int') add('type', 'a whole number', '整数')
  if (type.kind === 'decimal') {
    add('type', 'a number', '数值')
    add(
      'precision',
      `${type.digits} digits, ${type.scale} of them after the point`,
      `共 ${type.digits} 位，小数 ${type.scale} 位`,
    )
  }
  if (type.kind === 'bool') add('type', 'true or false', 'true 或 false')
  if ('format' in type) add('date', `a real date as ${type.format}`, `有效日期，格式 ${type.format}`)
  if (min !== undefined) add('min', `not less than ${min}`, `不小于 ${min}`)
  if (pattern !== undefined) add('pattern', `of the form ${pattern.source}`, `格式 ${pattern.source}`)
  if (codes !== undefined) {
    add('code', `a code of ${codes.title} (${codes.name})`, `“${codes.title}”（${codes.name}）中的代码`)
    add('retired', 'in force on the day of acceptance', '受理当日有效的代码')
  }
  if (check !== undefined) {
    const words = checks.get(check.name)
    const of = check.of === undefined ? '' : ` ${check.of}`
    add(
      check.name,
      words ? words.en.replace(/^is not /, 'is ') : `a valid number for the certificate type${of}`,
      words ? words.zh.replace('不是', '') : `与证件类型${of}相符的有效号码`,
    )
    add('masked', 'the original value, not a masked one', '原值，不得为脱敏值')
  }
  return list
}

/** A rule of a schema file that is about this field. */
function ruleDemand(rule: unknown, path: string): Demand[] {
  if (!isObject(rule)) return []
  const { require, check, path: at, en, zh } = rule
  const texts = { en: String(en), zh: String(zh) }
  if (Array.isArray(require)) return require.includes(path) ? [{ rule: 'required', ...texts }] : []
  const place = typeof at === 'string' ? at : isObject(check) ? Object.keys(check)[0] : undefined
  return place === path ? [{ rule: 'rule', ...texts }] : []
}
