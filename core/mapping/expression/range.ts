// Whether a value of the right type lies in the range of its field: length, precision, pattern, codes, validator.
import { createRun } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import type { CodeTable } from '../schema/codes.ts'
import { nameOf } from '../schema/faults.ts'
import type { Field } from '../schema/field.ts'
import { type Complaint, quote } from './complaint.ts'
import type { Facts } from './facts.ts'

/** Constants go through the field's own rules. */
export function constantComplaints(facts: Facts, field: Field): Complaint[] {
  const accept = compileAccept(field)
  return [...(facts.values ?? [])].flatMap((value) => {
    const run = createRun(undefined, { meta: {}, steps: {} })
    accept(facts.kind === 'bool' ? value === 'true' : value, run)
    return run.issues.map(({ rule, en, zh }): Complaint => {
      const complaint = { rule: `fit.${rule}`, en: `"${value}": ${en}`, zh: `“${value}”：${zh}` }
      // a code that retires overnight must not keep a hub from starting
      return rule === 'retired' ? { ...complaint, severity: 'warning' } : complaint
    })
  })
}

/** What is known of the value must lie in what the field takes. */
export function rangeComplaints(facts: Facts, field: Field): Complaint[] {
  return [lengthComplaint, precisionComplaint, patternComplaint, codeComplaint, checkComplaint].flatMap(
    (judge) => judge(facts, field) ?? [],
  )
}

function lengthComplaint(facts: Facts, field: Field): Complaint | undefined {
  if (field.type.kind !== 'text' || facts.max === undefined || facts.max <= field.type.max) return undefined
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.length',
    en: `${en} holds ${field.type.max} characters, the source up to ${facts.max}; say { text: …, cut | limit | drop: ${field.type.max} }`,
    zh: `${zh}最长 ${field.type.max} 个字符，来源最长 ${facts.max}，应写明 { text: …, cut | limit | drop: ${field.type.max} }（截断 | 超长拒收 | 超长不报）`,
  }
}

function precisionComplaint({ decimal }: Facts, field: Field): Complaint | undefined {
  if (field.type.kind !== 'decimal' || decimal === undefined) return undefined
  const { digits, scale } = field.type
  if (decimal.scale <= scale && decimal.digits - decimal.scale <= digits - scale) return undefined
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.precision',
    en: `${en} is n${digits},${scale}, the source n${decimal.digits},${decimal.scale}`,
    zh: `${zh}的精度为 n${digits},${scale}，来源为 n${decimal.digits},${decimal.scale}`,
  }
}

/** What all looks alike is judged by one of it. */
function patternComplaint({ example }: Facts, field: Field): Complaint | undefined {
  const { pattern } = field
  if (example === undefined || pattern === undefined || pattern.test(example)) return undefined
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.pattern',
    en: `${en} does not take what looks like "${example}": its pattern is ${pattern.source}`,
    zh: `${zh}的格式应为 ${pattern.source}，而来源形如“${example}”`,
  }
}

const isWithin = (codes: CodeTable | undefined, table: CodeTable): boolean =>
  codes?.name === table.name || codes?.partOf === table.name

/** A coded field takes codes of its own table, said by `code`; other values must lie within the allowed ones. */
function codeComplaint(facts: Facts, field: Field): Complaint | undefined {
  const { zh, en } = nameOf(field)
  if (field.codes !== undefined && !isWithin(facts.codes, field.codes)) {
    const from = facts.codes === undefined ? 'is no code' : `is a code of ${facts.codes.name}`
    const fromZh = facts.codes === undefined ? '不是代码' : `是 ${facts.codes.name} 的代码`
    return {
      rule: 'fit.code',
      en: `${en} takes codes of ${field.codes.name}, the source ${from}; write { code: ${field.codes.name}, … }`,
      zh: `${zh}应为代码表 ${field.codes.name}（${field.codes.title}）的代码，来源${fromZh}，应写 { code: ${field.codes.name}, … }`,
    }
  }
  const { values } = field
  if (values === undefined || facts.values === undefined) return undefined
  const strange = [...facts.values].filter((value) => !values.has(value))
  if (strange.length === 0) return undefined
  return {
    rule: 'fit.code',
    en: `${en} does not take ${quote(strange)}`,
    zh: `${zh}不接受 ${quote(strange)}`,
  }
}

function checkComplaint(facts: Facts, field: Field): Complaint | undefined {
  const [from, to] = [facts.check, field.check?.name]
  if (from === undefined || to === undefined || from === to || from === 'certificate-number') return undefined
  if (to === 'certificate-number') return undefined
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.check',
    en: `${en} is checked as ${to}, the source is a ${from}`,
    zh: `${zh}按 ${to} 校验，来源为 ${from}`,
  }
}
