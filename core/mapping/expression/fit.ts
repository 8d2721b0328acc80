// Whether a value can go into a field: type, length, precision, date format, codes, validators and personal data, judged
// from what is known before any message comes. A value nothing is known of fits; messages are judged when they come.
import type { Path } from '../../yaml.ts'
import { isEpoch } from '../dates.ts'
import type { Report } from '../problems.ts'
import { nameOf } from '../schema/faults.ts'
import { elementOf, type Field, type PersonalClass } from '../schema/field.ts'
import { type Complaint, relatedPlaces, tablePlace, wordFor } from './complaint.ts'
import { type Facts, factsOf } from './facts.ts'
import { constantComplaints, rangeComplaints } from './range.ts'

/** Reports every way in which the value cannot go into the field. */
export function checkFit(facts: Facts, field: Field, report: Report, at: Path): void {
  for (const { rule, en, zh, severity = 'error' } of complaints(facts, field)) {
    const table = rule === 'fit.code' ? field.codes : undefined
    const related = [...relatedPlaces(facts, field), ...(table === undefined ? [] : [tablePlace(table)])]
    report(at, en, zh, { rule, severity, related })
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
    (kind === 'int' && facts.format !== undefined && isEpoch(facts.format)) ||
    (kind === 'decimal' && from === 'int') ||
    (kind === 'int' && from === 'decimal' && (facts.decimal?.scale ?? 0) === 0) ||
    (kind === 'int' && field.codes !== undefined && areNumerals(facts.values))
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
  if (to === 'text' && from !== 'object') return '{ text: … }'
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

/** How much a class tells of a person: a field may protect more than it must, never less. */
const weight: Readonly<Record<PersonalClass, number>> = { name: 1, address: 1, mobile: 2, id: 3 }

function personalComplaints(facts: Facts, field: Field): Complaint[] {
  const own = field.personal === undefined ? 0 : weight[field.personal]
  const [worst] = [...facts.personal].sort((a, b) => weight[b] - weight[a])
  if (worst === undefined) return []
  const { zh, en } = nameOf(field)
  if (field.personal !== undefined && weight[worst] <= own && !facts.personal.has(field.personal)) {
    // it is safe there, and it is hardly what was meant
    return [
      {
        rule: 'fit.personal',
        en: `${en} is for personal data of class ${field.personal}, the source holds ${worst}`,
        zh: `${zh}用于个人信息 ${field.personal}，来源为 ${worst}`,
      },
    ]
  }
  if (weight[worst] <= own) return []
  return [
    {
      rule: 'fit.personal',
      en: `personal data (${worst}) goes into ${en}, which is ${field.personal === undefined ? 'not protected' : `protected as ${field.personal} only`}; give the field personal: ${worst}`,
      zh: `个人信息（${worst}）流入${field.personal === undefined ? '未标注' : `仅标注为 ${field.personal} `}的字段${zh}，应为其标注 personal: ${worst}`,
    },
  ]
}
