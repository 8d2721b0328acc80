// Whether values of a source can become what a target wants: types, validators, code tables. Moves a likeness up or down.
import { checks } from '../checks/table.ts'
import type { CodeTable } from '../schema/codes.ts'
import { normaliseCode } from '../text.ts'
import { dateFormat, epochUnit, shapeOfValues } from './infer.ts'
import type { Source, Target } from './leaf.ts'
import type { Verdict } from './likeness.ts'
import { bareLabel, remarkOf } from './names.ts'

/** Fraction of a table's outside words and codes that hold all values; undefined without values. */
export function knownValues(values: ReadonlySet<string>, table: CodeTable): boolean | undefined {
  if (values.size === 0) return undefined
  const asked = answers.get(table) ?? new Map<ReadonlySet<string>, boolean>()
  answers.set(table, asked)
  const known = asked.get(values) ?? knows(values, table)
  asked.set(values, known)
  return known
}

/** each pair of ends asks again */
const answers = new WeakMap<CodeTable, Map<ReadonlySet<string>, boolean>>()

function knows(values: ReadonlySet<string>, table: CodeTable): boolean {
  const list = [...values]
  const inMap = [...table.maps.values()].some((map) => list.every((value) => map.has(value)))
  return inMap || list.every((value) => table.codes.has(value) || codeOfWord(value, table) !== undefined)
}

/** The code whose label a word is, or is a clear part of; undefined when none or several. */
export function codeOfWord(word: string, table: CodeTable): string | undefined {
  const bare = bareLabel(word)
  if (bare === '') return undefined
  const labels = [...table.codes].map(([code, { zh, en }]) => ({
    code,
    zh: bareLabel(zh),
    en: (en ?? '').toLowerCase(),
  }))
  const same = labels.filter(({ zh, en }) => zh === bare || en === bare)
  if (same.length === 1) return same[0]?.code
  const parts = labels.filter(
    ({ zh }) => bare.length > 1 && /\p{Script=Han}/u.test(bare) && (zh.includes(bare) || bare.includes(zh)),
  )
  return parts.length === 1 ? parts[0]?.code : undefined
}

const separators: readonly (readonly [RegExp, string])[] = [
  [/分号/, ';'],
  [/竖线/, '|'],
  [/逗号/, ','],
  [/顿号/, '、'],
]

/** The separator a label tells: 评价详情（竖线分隔）. */
export function separatorOf(label: string): string | undefined {
  const remark = remarkOf(label)
  return /分隔|隔开|分割/.test(remark) ? separators.find(([word]) => word.test(remark))?.[1] : undefined
}

const moment = new Set(['date', 'datetime'])

/** 1 when a value can become the target's without doubt, less when a conversion must guess, 0 when it cannot. */
function typeFit({ type, field, said }: Source, target: Target): number {
  const to = target.type.kind
  if (type.kind === 'list' || to === 'list')
    return type.kind === to || separatorOf(said.zh) !== undefined ? 1 : 0.6
  if (type.kind === 'object' || type.kind === 'any' || to === 'any' || to === 'object') return 0.7
  if (moment.has(to)) {
    if (moment.has(type.kind)) return 1
    if (dateFormat(field.values) !== undefined || epochUnit(field.values) !== undefined) return 1
    if (field.values.size > 0) return 0.2
    return type.kind === 'int' || type.kind === 'text'
      ? type.kind === 'text' && type.max > 40
        ? 0.3
        : 0.95
      : 0.2
  }
  if (moment.has(type.kind)) return to === 'text' && target.codes === undefined ? 0.6 : 0.1
  if (to === 'int' || to === 'decimal') {
    if (type.kind === 'int' || type.kind === 'decimal') return 1
    if (type.kind !== 'text') return 0.3
    if (field.values.size > 0)
      return [...field.values].every((value) => /^-?\d+(\.\d+)?$/.test(value.trim())) ? 1 : 0.2
    return type.max > 30 ? 0.4 : 0.95
  }
  if (type.kind === 'bool')
    return target.codes === 'yes-no' || to === 'bool' ? 1 : target.codes !== undefined ? 0.8 : 0.3
  if (to === 'bool') return said.label.includes('whether') ? 0.9 : 0.6
  return 1
}

/** Values against the target's validator and pattern. */
function valueFit({ field, type }: Source, target: Target): { move: number; why: string } {
  if (field.values.size === 0) return { move: 0, why: '' }
  const values = [...field.values]
  const check = target.field.check?.name
  const shape = shapeOfValues(field.values)
  if (check !== undefined && checks.has(check)) {
    if (values.every((value) => checks.get(check)?.test(normaliseCode(value)))) {
      // several parties of one message have a credit code or a mobile number
      const telling = shape === check && check !== 'credit-code' && check !== 'mobile'
      return { move: telling ? 0.5 : 0.25, why: `values pass ${check}` }
    }
    return { move: -0.8, why: `values fail ${check}` }
  }
  if (check === 'certificate-number') {
    const proven = values
      .map(normaliseCode)
      .every((v) => checks.get('citizen-id')?.test(v) || checks.get('credit-code')?.test(v))
    if (proven) return { move: 0.35, why: 'values are identity numbers or credit codes' }
    const ids = values.every((v) => /^[\dA-Za-z*()-]{6,}$/.test(v))
    return ids ? { move: 0, why: '' } : { move: -0.7, why: 'values are no certificate numbers' }
  }
  if (target.field.pattern !== undefined && type.kind === 'text') {
    const pattern = target.field.pattern
    return values.every((value) => pattern.test(value))
      ? { move: 0.2, why: 'values fit the pattern' }
      : { move: -0.6, why: 'values miss the pattern' }
  }
  if (
    shape !== undefined &&
    shape !== 'citizen-id' &&
    target.type.kind === 'text' &&
    /name|address/.test(target.said.name)
  )
    return { move: -0.7, why: `values are ${shape}` }
  const long =
    target.type.kind === 'text' &&
    values.some((value) => value.length > (target.type.kind === 'text' ? target.type.max : 0))
  return long && target.codes === undefined ? { move: -0.5, why: 'values are longer' } : { move: 0, why: '' }
}

function codeFit({ field, codes }: Source, target: Target): { move: number; why: string } {
  const table = target.field.codes
  if (table === undefined) return { move: 0, why: '' }
  if (codes === table.name) return { move: 0.4, why: `both use code table ${table.name}` }
  if (codes !== undefined) return { move: -0.3, why: `code table ${codes}` }
  const known = knownValues(field.values, table)
  if (known === undefined) return { move: 0, why: '' }
  return known
    ? { move: 0.25, why: `values known to ${table.name}` }
    : { move: -0.3, why: `values unknown to ${table.name}` }
}

/** A personal value must not reach a target that is not protected. */
function personalFit(source: Source, target: Target): number {
  if (source.personal === undefined)
    return target.personal === 'id' || target.personal === 'mobile' ? -0.1 : 0
  if (source.personal === target.personal) return 0.05
  return target.personal === undefined ? -0.45 : -0.5
}

/** A likeness with types, values and codes taken into account. Moves go towards 1 or towards 0, never past. */
export function weigh(source: Source, target: Target, verdict: Verdict): Verdict {
  const { score, why } = verdict
  const type = typeFit(source, target)
  const [value, code] = [valueFit(source, target), codeFit(source, target)]
  // a validator that no other value passes by chance is evidence even where the names say nothing
  const shape = shapeOfValues(source.field.values)
  const telling =
    shape !== undefined && shape === target.field.check?.name && shape !== 'credit-code' && shape !== 'mobile'
  let result = (telling ? Math.max(score, 0.45) : score) * type
  for (const move of [value.move, code.move, personalFit(source, target)]) {
    result = move >= 0 ? result + (1 - result) * move * Math.min(1, result * 1.4) : result * (1 + move)
  }
  const reasons = [why, type < 0.9 ? 'types differ' : '', value.why, code.why].filter(
    (reason) => reason !== '',
  )
  return { ...verdict, score: Math.max(0, Math.min(0.99, result)), why: reasons.join('; ') }
}
