// Field rules as closures: each takes a value, converts it to the field's type, checks it and returns it, or notes an
// issue and returns INVALID. Issue paths are relative; the caller puts its own place before them. No issue holds a value.

import { checks } from '../checks/table.ts'
import { compileDateTest, isEpoch } from '../dates.ts'
import { exactNumber, fitsDecimal } from '../decimal.ts'
import { businessDate, INVALID, isAbsent, prefixIssues, type Run, scalarText } from '../run.ts'
import { countCharacters } from '../text.ts'
import { compileCertificates } from './certificate.ts'
import { isInForce } from './codes.ts'
import { applyCheck, failCode, failRequired, failType, isEmpty } from './faults.ts'
import { elementOf, type Field } from './field.ts'

/** Returns the accepted value, undefined for a blank one, or INVALID with issues noted. */
export type Accept = (value: unknown, run: Run) => unknown

/** Compiles one field, with everything below it. */
export function compileAccept(field: Field): Accept {
  if (field.type.kind === 'object')
    return field.fields === undefined ? acceptOpen(field) : acceptObject(field)
  if (field.type.kind === 'list') return acceptList(field)
  const convert = converters[field.type.kind](field)
  const [first, second, ...rest] = rulesOf(field)
  if (first === undefined) return convert
  const then = (value: unknown, rule: Accept | undefined, run: Run): unknown =>
    rule === undefined || value === INVALID || value === undefined ? value : rule(value, run)
  return (value, run) => {
    let result = then(then(convert(value, run), first, run), second, run)
    for (const rule of rest) result = then(result, rule, run)
    return result
  }
}

type Scalar = Exclude<Field['type']['kind'], 'object' | 'list'>

const converters: Readonly<Record<Scalar, (field: Field) => Accept>> = {
  text: acceptText,
  int: acceptInt,
  decimal: acceptDecimal,
  bool: (field) => (value, run) => {
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    return failType(run, field, '应为 true 或 false', 'must be true or false')
  },
  date: acceptDate,
  datetime: acceptDate,
  any: () => (value) => value,
}

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first <= 0x20 || first === 0x3000 || first === 0xa0) && text.trim() === ''
}

/** True for a text that needs no second look: not blank, not longer than `max` units. */
export function isPlainText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value.length > max) return false
  const first = value.charCodeAt(0)
  return first > 0xa0 ? first !== 0x3000 : first > 0x20 && first !== 0xa0
}

function acceptText(field: Field): Accept {
  const max = field.type.kind === 'text' ? field.type.max : 0
  return (value, run) => {
    const text = typeof value === 'string' ? value : scalarText(value)
    if (text === undefined) {
      return typeof value === 'number'
        ? failType(
            run,
            field,
            '数值超出精确范围，请以文本发送',
            'is a number beyond exact range; send it as text',
            'precision',
          )
        : failType(run, field, '应为文本', 'must be text')
    }
    if (text.length > max && countCharacters(text) > max) {
      return failType(run, field, `长度不得超过 ${max} 个字符`, `must not exceed ${max} characters`, 'length')
    }
    return isBlank(text) ? undefined : text
  }
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' ? exactNumber(value) : undefined
}

function acceptInt(field: Field): Accept {
  return (value, run) => {
    const number = readNumber(value)
    return Number.isSafeInteger(number) ? number : failType(run, field, '应为整数', 'must be an integer')
  }
}

function acceptDecimal(field: Field): Accept {
  const { digits, scale } = field.type.kind === 'decimal' ? field.type : { digits: 0, scale: 0 }
  return (value, run) => {
    const number = readNumber(value)
    if (number === undefined) return failType(run, field, '应为数值', 'must be a number')
    if (fitsDecimal(number, digits, scale)) return number
    return failType(
      run,
      field,
      `最多 ${digits} 位数字，其中 ${scale} 位小数`,
      `must fit ${digits} digits, ${scale} of them decimals`,
      'precision',
    )
  }
}

function acceptDate(field: Field): Accept {
  const format = 'format' in field.type ? field.type.format : ''
  const test = compileDateTest(format)
  const wrong = (run: Run) =>
    failType(run, field, `应为有效日期，格式 ${format}`, `must be a real date as ${format}`, 'date')
  if (isEpoch(format)) return (value, run) => (test(String(value)) ? Number(value) : wrong(run))
  return (value, run) => (typeof value === 'string' && test(value) ? value : wrong(run))
}

/** Checks after conversion, in the order they are worth telling: least, pattern, code, validator. */
function rulesOf(field: Field): Accept[] {
  const rules: Accept[] = []
  const { min, pattern, values, codes, check } = field
  if (min !== undefined) {
    rules.push((value, run) => {
      const size = typeof value === 'string' ? countCharacters(value) : value
      if (typeof size === 'number' && size >= min) return value
      return failType(run, field, `不得小于 ${min}`, `must not be less than ${min}`, 'min')
    })
  }
  if (pattern !== undefined) {
    rules.push((value, run) =>
      pattern.test(String(value))
        ? value
        : failType(run, field, '格式不正确', 'has a wrong format', 'pattern'),
    )
  }
  if (codes !== undefined) {
    rules.push((value, run) => {
      const code = codes.codes.get(String(value))
      if (code !== undefined && isInForce(code, businessDate(run))) return value
      return failCode(run, '', field, codes.title, code !== undefined)
    })
  }
  if (values !== undefined) {
    const known = [...values].join(', ')
    rules.push((value, run) =>
      values.has(String(value))
        ? value
        : failType(run, field, `应为 ${known} 之一`, `must be one of ${known}`, 'code'),
    )
  }
  const validator = check === undefined ? undefined : checks.get(check.name)
  if (check !== undefined && validator !== undefined) {
    rules.push((value, run) => applyCheck(String(value), run, '', field, check.name, validator))
  }
  return rules
}

function acceptOpen(field: Field): Accept {
  return (value, run) => (isObject(value) ? value : failType(run, field, '应为对象', 'must be an object'))
}

/** Copies the declared members only, so nothing undeclared passes through. All absent → undefined. */
function acceptObject(field: Field): Accept {
  const fields = field.fields ?? []
  const members = fields.map((member) => ({ field: member, accept: compileAccept(member) }))
  const certificates = compileCertificates(fields, undefined)
  const same = (path: string): string => path
  return (value, run) => {
    if (!isObject(value)) return failType(run, field, '应为对象', 'must be an object')
    const result: Record<string, unknown> = {}
    let count = 0
    for (const { field: member, accept } of members) {
      const found = value[member.name]
      if (isAbsent(found)) continue
      const mark = run.issues.length
      const accepted = accept(found, run)
      if (run.issues.length > mark) prefixIssues(run, mark, member.name)
      if (accepted === undefined) continue
      result[member.name] = accepted
      count++
    }
    if (count === 0) return undefined
    for (const { field: member } of members) {
      if (member.req === 'Y' && isEmpty(result[member.name])) failRequired(run, member.name, member)
    }
    for (const certificate of certificates) certificate(result, run, same)
    return result
  }
}

function acceptList(field: Field): Accept {
  const element = elementOf(field)
  const accept = compileAccept(element)
  const { min } = field
  return (value, run) => {
    if (!Array.isArray(value)) return failType(run, field, '应为列表', 'must be a list')
    const result: unknown[] = []
    for (let i = 0; i < value.length; i++) {
      const mark = run.issues.length
      const accepted = isAbsent(value[i]) ? undefined : accept(value[i], run)
      if (run.issues.length > mark) prefixIssues(run, mark, `[${i}]`)
      if (accepted !== undefined) result.push(accepted)
    }
    if (min !== undefined && result.length < min) {
      return failType(run, field, `至少 ${min} 项`, `needs at least ${min} elements`, 'min')
    }
    return result
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
