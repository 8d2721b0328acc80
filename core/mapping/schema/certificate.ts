// The one validator that needs two fields: a certificate number is checked by the type that stands beside it.

import type { Path } from '../../yaml.ts'
import { certificates } from '../checks/table.ts'
import { compileSteps, PathError, parsePath } from '../path.ts'
import type { Report } from '../problems.ts'
import { type Run, scalarText } from '../run.ts'
import { applyCheck, failMasked, isEmpty } from './faults.ts'
import type { Field } from './field.ts'
import { resolveSteps, shapeOf } from './shape.ts'

/**
 * Checks after all members of an object stand: judges (and normalises) numbers by their types.
 * `pathOf` gives the issue path of the member named by its dotted path.
 */
export type Certificate = (
  object: Record<string, unknown>,
  run: Run,
  pathOf: (path: string, run: Run) => string,
) => void

/** Certificate checks of an object's own members and, at the root, of nested objects that name a path from the root. */
export function compileCertificates(
  fields: readonly Field[],
  root: readonly Field[] | undefined,
): Certificate[] {
  const list: Certificate[] = []
  for (const field of fields) if (isBeside(field, fields)) list.push(certificate(field, field.name))
  if (fields === root) {
    for (const { field, path, beside } of nestedFields(fields, '')) {
      if (field.check?.of !== undefined && !beside) list.push(certificate(field, path))
    }
  }
  return list
}

function isBeside(field: Field, fields: readonly Field[]): boolean {
  return field.check?.of !== undefined && resolves(field.check.of, fields)
}

function resolves(path: string, fields: readonly Field[]): boolean {
  try {
    return resolveSteps(shapeOf(fields), parsePath(path).steps).found
  } catch (error) {
    if (error instanceof PathError) return false
    throw error
  }
}

function* nestedFields(
  fields: readonly Field[],
  prefix: string,
): Generator<{ field: Field; path: string; beside: boolean }> {
  for (const field of fields) {
    yield { field, path: prefix + field.name, beside: isBeside(field, fields) }
    if (field.type.kind === 'object' && field.fields !== undefined) {
      yield* nestedFields(field.fields, `${prefix}${field.name}.`)
    }
  }
}

function certificate(field: Field, path: string): Certificate {
  const readType = compileSteps(parsePath(field.check?.of ?? '.').steps)
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  return (object, run, pathOf) => {
    let holder: unknown = object
    for (const step of steps) {
      if (typeof holder !== 'object' || holder === null) return
      holder = (holder as Record<string, unknown>)[step]
    }
    if (typeof holder !== 'object' || holder === null) return
    const members = holder as Record<string, unknown>
    const value = members[last]
    if (typeof value !== 'string' || isEmpty(value)) return
    const known = certificates.get(scalarText(readType(object)) ?? '')
    if (known?.check.test(value)) return
    if (known !== undefined)
      members[last] = applyCheck(value, run, pathOf(path, run), field, known.rule, known.check)
    else if (value.includes('*')) members[last] = failMasked(run, pathOf(path, run), field)
  }
}

/** Reports certificate-number checks whose type path leads nowhere. */
export function checkCertificates(fields: readonly Field[], report: Report, at: Path): void {
  const visit = (list: readonly Field[], root: readonly Field[], here: Path): void => {
    list.forEach((field, i) => {
      const of = (field.check ?? field.item?.check)?.of
      if (of !== undefined && !resolves(of, list) && !resolves(of, root)) {
        report([...here, i, 'check'], `"${of}" is not a field here`, `“${of}”不是此处的字段`)
      }
      if (field.fields === undefined) return
      visit(field.fields, field.type.kind === 'list' ? field.fields : root, [...here, i, 'fields'])
    })
  }
  visit(fields, fields, at)
}
