// Scalars inside expressions: one text or number, or each of a list.
import { fail, INVALID, isAbsent, type Run, scalarText } from '../run.ts'
import { type Compiled, labelOf } from './scope.ts'

/** Notes that a scalar was expected. */
export function failScalar(run: Run, at: string): typeof INVALID {
  return fail(run, at, 'type', '应为单个文本或数值', 'a single text or number is needed')
}

/** Applies a conversion to a scalar, or to each scalar of a list; undefined from it means the scalar is wrong. */
export function mapScalar(
  source: Compiled,
  convert: (text: string, item: unknown, run: Run) => unknown,
): Compiled['read'] {
  const one = (value: unknown, item: unknown, run: Run): unknown => {
    if (value === INVALID || isAbsent(value)) return value
    const scalar = scalarText(value)
    return scalar === undefined ? failScalar(run, labelOf(source, run)) : convert(scalar, item, run)
  }
  return (item, run) => {
    const value = source.read(item, run)
    return Array.isArray(value) ? value.map((each) => one(each, item, run)) : one(value, item, run)
  }
}
