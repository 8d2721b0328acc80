// Whether a value can go into a field: type, length, precision, date format, codes, validators and personal data, judged
// from what is known before any message comes. A value nothing is known of fits; messages are judged when they come.
import type { Path, Place, Problem } from '../../yaml.ts'
import type { Report } from '../problems.ts'
import { createRun } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import type { CodeTable } from '../schema/codes.ts'
import { nameOf } from '../schema/faults.ts'
import { elementOf, type Field, type PersonalClass } from '../schema/field.ts'
import { type Facts, factsOf } from './facts.ts'

type Complaint = { rule: string; en: string; zh: string; severity?: Problem['severity'] }

/** Reports every way in which the value cannot go into the field. */
export function checkFit(facts: Facts, field: Field, report: Report, at: Path): void {
  for (const { rule, en, zh, severity = 'error' } of complaints(facts, field)) {
    report(at, en, zh, { rule, severity, related: relatedPlaces(facts, field) })
  }
}

function complaints(facts: Facts, field: Field): Complaint[] {
  if (facts.kind === 'any' || field.type.kind === 'any') return personalComplaints(facts, field)
  if (isStructure(field)) return structureComplaints(facts, field)
  const misfit = typeComplaint(facts, field)
  if (misfit !== undefined) return [misfit]
  const values = facts.values !== undefined && facts.codes === undefined && facts.sources.length === 0
  return [
    ...(values ? constantComplaints(facts, field) : rangeComplaints(facts, field)),
    ...personalComplaints(facts, field),
  ]
}

const isStructure = ({ type }: Field): boolean => type.kind === 'object' || type.kind === 'list'

/** Objects member by member, lists by their elements. */
function structureComplaints(facts: Facts, field: Field): Complaint[] {
  const wanted = field.type.kind === 'list' ? 'list' : 'object'
  if (facts.kind !== wanted) {
    const { zh, en } = nameOf(field)
    const isList = wanted === 'list'
    return [
      {
        rule: 'fit.type',
        en: `${en} is ${isList ? 'a list' : 'an object'}, the source is ${facts.kind}${isList ? '; write { each: … } or { split: … }' : '; write { fields: … }'}`,
        zh: `${zh}是${isList ? '列表，应写 { each: … } 或 { split: … }' : '对象，应写 { fields: … }'}，来源为 ${facts.kind}`,
      },
    ]
  }
  if (wanted === 'list') {
    return facts.element === undefined ? [] : complaints(facts.element, elementOf(field))
  }
  if (facts.fields === undefined || field.fields === undefined) return []
  return field.fields.flatMap((member) => memberComplaints(facts, member))
}

function memberComplaints(facts: Facts, member: Field): Complaint[] {
  const source = facts.fields?.find(({ name }) => name === member.name)
  if (source !== undefined) return complaints(factsOf(source, facts.sources), member)
  if (member.req !== 'Y') return []
  const { zh, en } = nameOf(member)
  return [
    {
      rule: 'target.required',
      en: `the source has no "${en}", which is required; map the members with { fields: … }`,
      zh: `来源没有必填的${zh}，应以 { fields: … } 逐项映射`,
    },
  ]
}

/** Which kinds go into a scalar without a conversion, and what to write where they do not. */
function typeComplaint(facts: Facts, field: Field): Complaint | undefined {
  const kind = field.type.kind === 'datetime' ? 'date' : field.type.kind
  const from = facts.kind
  const fine =
    from === kind ||
    (kind === 'text' && (from === 'int' || from === 'decimal' || from === 'date')) ||
    (kind === 'decimal' && from === 'int') ||
    (kind === 'int' && from === 'decimal' && (facts.decimal?.scale ?? 0) === 0) ||
    ((kind === 'int' || kind === 'decimal') && areNumerals(facts.values))
  if (fine) return dateComplaint(facts, field)
  const constant = facts.sources.length === 0 && facts.values !== undefined
  if (constant) return undefined
  const advice = adviceFor(from, kind)
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.type',
    en: `${en} is ${wordFor(field)}, the source is ${from}${advice === '' ? '' : `; write ${advice}`}`,
    zh: `${zh}的类型为 ${wordFor(field)}，来源为 ${from}${advice === '' ? '' : `，应写 ${advice}`}`,
  }
}

/** Codes that are all whole numbers go into a number column as they are. */
function areNumerals(values: Facts['values']): boolean {
  return values !== undefined && [...values].every((value) => /^-?\d{1,15}$/.test(value))
}

function adviceFor(from: Facts['kind'], to: string): string {
  if (from === 'list') return '{ join: … } or an index [0]'
  if (from === 'bool') return '{ code: yes-no, map: boolean, path: … } or { when: … }'
  if (to === 'date') return '{ date: …, from: "yyyy-MM-dd" }'
  if (to === 'int' || to === 'decimal') return '{ number: … }'
  return from === 'object' ? 'the path of one member' : ''
}

function dateComplaint(facts: Facts, field: Field): Complaint | undefined {
  if (!('format' in field.type) || facts.format === undefined || facts.format === field.type.format)
    return undefined
  const { zh, en } = nameOf(field)
  return {
    rule: 'fit.date',
    en: `${en} is a date as ${field.type.format}, this one is ${facts.format}; write { date: … }`,
    zh: `${zh}的日期格式为 ${field.type.format}，来源为 ${facts.format}，应写 { date: … }`,
  }
}

/** Constants go through the field's own rules. */
function constantComplaints(facts: Facts, field: Field): Complaint[] {
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

function rangeComplaints(facts: Facts, field: Field): Complaint[] {
  return [lengthComplaint, precisionComplaint, codeComplaint, checkComplaint].flatMap(
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

/** How much a class tells of a person: a field may protect more than it must, never less. */
const weight: Readonly<Record<PersonalClass, number>> = { name: 1, address: 1, mobile: 2, id: 3 }

function personalComplaints(facts: Facts, field: Field): Complaint[] {
  const own = field.personal === undefined ? 0 : weight[field.personal]
  const [worst] = [...facts.personal].sort((a, b) => weight[b] - weight[a])
  if (worst === undefined || weight[worst] <= own) return []
  const { zh, en } = nameOf(field)
  return [
    {
      rule: 'fit.personal',
      en: `personal data (${worst}) goes into ${en}, which is ${field.personal === undefined ? 'not protected' : `protected as ${field.personal} only`}; give the field personal: ${worst}`,
      zh: `个人信息（${worst}）流入${field.personal === undefined ? '未标注' : `仅标注为 ${field.personal} `}的字段${zh}，应为其标注 personal: ${worst}`,
    },
  ]
}

/** `s50`, `int`, `n16,2`, `date yyyy-MM-dd`: a type as a field table writes it. */
function wordFor({ type }: Field): string {
  if (type.kind === 'text') return `s${type.max}`
  if (type.kind === 'decimal') return `n${type.digits},${type.scale}`
  return 'format' in type ? `${type.kind} ${type.format}` : type.kind
}

/** At most five values, quoted. */
export function quote(values: readonly string[]): string {
  const shown = values.slice(0, 5).map((value) => `"${value}"`)
  return shown.join(', ') + (values.length > shown.length ? ` … (${values.length})` : '')
}

/** The field tables a complaint speaks of. */
export function relatedPlaces(facts: Facts, field?: Field): NonNullable<Problem['related']> {
  const tell = ({ place, ...row }: Field, en: string, zh: string) =>
    place === undefined ? [] : [{ ...(place as Place), en: `${en} "${row.name}"`, zh: `${zh}“${row.zh}”` }]
  return [
    ...(field === undefined ? [] : tell(field, 'target', '目标')),
    ...facts.origins.slice(0, 3).flatMap((origin) => tell(origin, 'source', '来源')),
  ]
}
