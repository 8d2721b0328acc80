// What can be wrong with a field, each said once in both languages. No text ever holds the value itself.

import type { Check } from '../checks/table.ts'
import { fail, type INVALID, isAbsent, type Run } from '../run.ts'
import { normaliseCode } from '../text.ts'
import type { Field } from './field.ts'

/** Chinese and English name of a field for messages. */
export function nameOf(field: Field): { zh: string; en: string } {
  return field.zh === field.name
    ? { zh: field.name, en: field.name }
    : { zh: `${field.zh}（${field.name}）`, en: field.name }
}

/** Notes that a required field is missing. */
export function failRequired(run: Run, path: string, field: Field): typeof INVALID {
  const { zh, en } = nameOf(field)
  return fail(run, path, 'required', `${zh}为必填项`, `${en} is required`)
}

/** Notes that a value is not of its type; the texts follow the name of the field. */
export function failType(run: Run, field: Field, zh: string, en: string, rule = 'type'): typeof INVALID {
  const name = nameOf(field)
  return fail(run, '', rule, `${name.zh}${zh}`, `${name.en} ${en}`)
}

/** Notes an unknown or retired code. */
export function failCode(
  run: Run,
  path: string,
  field: Field | undefined,
  title: string,
  isRetired: boolean,
): typeof INVALID {
  const name = field === undefined ? { zh: '该值', en: 'the value' } : nameOf(field)
  return isRetired
    ? fail(
        run,
        path,
        'retired',
        `${name.zh}的代码在“${title}”中当日无效（已停用或未启用）`,
        `${name.en} is a code of ${title} not in force on that day`,
      )
    : fail(run, path, 'code', `${name.zh}的代码不在“${title}”中`, `${name.en} is not a code of ${title}`)
}

/** Runs a validator; a value right only after normalising (width, blanks, case) is normalised. */
export function applyCheck(
  value: string,
  run: Run,
  path: string,
  field: Field,
  rule: string,
  check: Pick<Check, 'test' | 'normalise' | 'zh' | 'en'>,
): string | typeof INVALID {
  if (check.test(value)) return value
  const name = nameOf(field)
  if (value.includes('*')) return failMasked(run, path, field)
  const normalised = (check.normalise ?? normaliseCode)(value)
  if (normalised !== value && check.test(normalised)) return normalised
  return fail(run, path, rule, `${name.zh}${check.zh}`, `${name.en} ${check.en}`)
}

/** Notes a masked value (`5107**********0012`): it must never pass for the real one. */
export function failMasked(run: Run, path: string, field: Field): typeof INVALID {
  const name = nameOf(field)
  return fail(
    run,
    path,
    'masked',
    `${name.zh}是脱敏值，请发送原值`,
    `${name.en} is a masked value; send the original`,
  )
}

/** True for an absent value and for the empty list. */
export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || (Array.isArray(value) && value.length === 0)
}
